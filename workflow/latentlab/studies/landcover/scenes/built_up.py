"""Shops, works and harbours."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.flat_roofs import car_parks, pave, put_flat_houses
from latentlab.studies.landcover.scenes.shapes import DOME, GABLE
from latentlab.studies.landcover.scenes.site import BUILT, LABEL, Block, Site
from latentlab.studies.landcover.scenes.vehicles import park_cars

CONTAINERS = {
    "red paint": 1.6, "blue paint": 2.0, "orange paint": 1.2, "green paint": 1.4, "paint": 1.8,
    "brown shingle": 2.2,
    "silver paint": 2.0, "tar roof": 1.0,
}  # fmt: skip


def commercial(site: Site, block: Block) -> None:
    """Large flat roofs, each with a car park before it; some blocks are one hall or shopping centre."""
    rng = site.rng
    inner = block.shrunk(14)
    houses, lots, shops = [], [], []
    start, huge = inner.u0, rng.random() < 0.35
    while start < inner.u1 - 60:
        width = min(rng.uniform(110, 210) * (1.5 if huge else 1), inner.u1 - start)
        if inner.u1 - start - width < 60:
            width = inner.u1 - start
        back = rng.random() < 0.5
        deep = rng.uniform(0.55, 0.75) * (inner.v1 - inner.v0) if huge else rng.uniform(65, 150)
        deep = min(deep, 0.75 * (inner.v1 - inner.v0))
        middle = inner.v0 + 12 + deep / 2 if back else inner.v1 - 12 - deep / 2
        part = rng.dirichlet(np.full(rng.integers(1, 4), 4.0)) * (width - 18)
        front = -1 if back else 1
        for centre, size in zip(start + 6 + np.cumsum(part) - part / 2, part, strict=True):
            half = deep / 2 * rng.uniform(0.8, 1)
            houses.append(
                (
                    centre,
                    middle + front * (deep / 2 - half),
                    size / 2 - 0.2,
                    half,
                    rng.uniform(6, 12) + 3 * huge,
                )
            )
        near, far = (inner.v0 + deep + 16, inner.v1) if back else (inner.v0, inner.v1 - deep - 16)
        lots.append(Block(block.district, start + 3, start + width - 5, near, far, block.zone))
        if rng.random() < 0.7 and far - near > 60:  # small shops at the road
            edge = far - 14 if back else near + 14
            at = start + rng.uniform(0.2, 0.8) * width
            shops.append((at, edge, rng.uniform(9, 20), rng.uniform(7, 11), rng.uniform(4.5, 7)))
        start += width
    if houses:
        put_flat_houses(site, block, houses)
        if shops:
            put_flat_houses(site, block, shops, units=0.6)
        pave(site, inner, "old asphalt")
        car_parks(site, lots)
    line = np.arange(block.u0 + 8, block.u1 - 8, 14.0)
    u, v = (part.ravel() for part in np.meshgrid(line, [block.v0 + 9.5, block.v1 - 9.5]))
    keep = rng.random(len(u)) < 0.6
    site.plant(*site.ground(block, u[keep], v[keep] + rng.normal(0, 1, keep.sum())))


def industry(site: Site, block: Block) -> None:
    """Works with halls and trailers, one large warehouse, or storage tanks."""
    rng = site.rng
    inner = block.shrunk(13)
    kind = rng.random()
    if kind < 0.25:
        tanks(site, inner)
        return
    wide, deep = inner.u1 - inner.u0, inner.v1 - inner.v0
    if kind < 0.5:
        rows, halls = 2, 0.0
        pitch = deep / rows
    else:
        rows, halls = max(1, int(deep / 85)), 0.5
        pitch = deep / rows
    houses, ridged, docks = [], [], []
    for v in inner.v0 + (np.arange(rows) + 0.5) * pitch:
        start = inner.u0 + rng.uniform(4, 14)
        while start < inner.u1 - 50:
            a = rng.uniform(0.3, 0.48) * wide if halls == 0 else rng.uniform(20, 55)
            a = min(a, (inner.u1 - start) / 2 - 3)
            b = max(12.0, pitch / 2 - rng.uniform(14, 20))
            (ridged if rng.random() < halls else houses).append((start + a, v, a, b, rng.uniform(8, 14)))
            docks.append((start + a, v + b + 8.5, a))
            start += 2 * a + rng.uniform(14, 34)
    if houses:
        put_flat_houses(site, block, houses)
    if ridged:
        u, v, a, b, height = np.array(ridged).T
        roof = site.pick({"metal": 3, "white membrane": 1, "blue paint": 0.2, "light shingle": 1}, len(u))
        hall = site.laid(
            block, u, v, a, b, base=height, rise=0.12, top=GABLE, material=roof, bright=rng.normal(1, 0.12,
            len(u)),
            mix=rng.uniform(0, 0.3, len(u)), label=LABEL["building"],
        )  # fmt: skip
        site.add("solids", hall.where(site.free(hall, block.district)), BUILT, 1.0)
    places = [
        np.stack([line, np.full(len(line), v)])[:, rng.random(len(line)) < rng.uniform(0.1, 0.9)]
        for u, v, a in docks
        for line in [np.arange(u - a + 3, u + a - 3, 4.0)]
    ]
    if places:
        u, v = np.concatenate(places, axis=1)
        boxes = site.laid(
            block, u, v, 6.8, 1.3, along="v", base=4.0, label=LABEL["clutter"],
            material=site.pick({"paint": 4, "silver paint": 2, "blue paint": 0.6, "red paint": 0.5}, len(u)),
        )  # fmt: skip
        site.add("solids", boxes.where(site.free(boxes, block.district, 0.0)))
    pave(site, inner, "concrete" if rng.random() < 0.3 else "old asphalt")


def tanks(site: Site, block: Block) -> None:
    """Round storage tanks, in rows of one size, on gravel."""
    rng = site.rng
    pave(site, block, "gravel", mix=0.15, takes=0)
    start = block.v0 + 5
    while start < block.v1 - 24:
        radius = rng.uniform(10, 26)
        u = np.arange(block.u0 + 6 + radius, block.u1 - radius - 4, 2 * radius + rng.uniform(3, 9))
        u = u[rng.random(len(u)) < 0.95]
        tops = site.laid(
            block, u, start + radius, radius, radius, round=1, base=rng.uniform(9, 15), rise=0.08 * radius,
            top=DOME,
            material=site.pick({"paint": 3, "metal": 1.5, "light shingle": 1.5}, len(u)),
            bright=rng.normal(0.8, 0.08, len(u)), mix=rng.uniform(0, 0.2), label=LABEL["clutter"],
        )  # fmt: skip
        site.add("solids", tops.where(site.free(tops, block.district)), BUILT, 2.0)
        start += 2 * radius + rng.uniform(3, 9)


def port(site: Site, block: Block) -> None:
    """Stacks of containers in long rows, or new cars, on a paved yard, with sheds behind."""
    rng = site.rng
    inner = block.shrunk(12)
    split = inner.v0 + rng.uniform(0.72, 1.0) * (inner.v1 - inner.v0)
    if inner.v1 - split > 45:
        u = np.arange(inner.u0 + 45, inner.u1 - 40, 96.0)
        half = (inner.v1 - split) / 2 - 10
        put_flat_houses(
            site, block, [(each, (split + inner.v1) / 2 + 4, 38, half, 10.0) for each in u], units=0.4
        )
    else:
        split = inner.v1
    pave(site, inner, "concrete" if rng.random() < 0.5 else "old asphalt", mix=0.3, takes=0)
    if rng.random() < 0.2:
        _new_cars(site, inner, split)
        return
    rows = int(rng.integers(6, 11))
    pitch = 2.6 * rows + rng.uniform(6, 9)
    first = np.arange(inner.v0 + 4, split - pitch, pitch)
    u = np.arange(inner.u0 + 8, inner.u1 - 8, 12.75)
    u = u[(np.arange(len(u)) % rng.integers(5, 9)) > 0]  # ways for lorries
    v = (first[:, None] + 1.5 + 2.6 * np.arange(rows)).ravel()
    u, v = (part.ravel() for part in np.meshgrid(u, v))
    filled = rng.uniform(0.75, 1) * (1 - 0.3 * np.sin(u / 47 + 1) * np.sin(v / 61))
    keep = rng.random(len(u)) < filled
    count = keep.sum()
    stack = site.laid(
        block, u[keep], v[keep], 6.1, 1.3, base=2.6 * rng.integers(1, 6, count), label=LABEL["clutter"],
        material=site.pick(CONTAINERS, count), bright=rng.normal(0.85, 0.15, count).clip(0.4, 1.4),
    )  # fmt: skip
    site.add("solids", stack.where(site.free(stack, block.district, 0.0)))


def _new_cars(site: Site, block: Block, end: float) -> None:
    """Rows of cars that wait for their ship, bumper to bumper."""
    rng = site.rng
    u, v = np.arange(block.u0 + 5, block.u1 - 5, 2.45), np.arange(block.v0 + 5, end - 5, 5.1)
    u, v = u[np.arange(len(u)) % 60 > 2], v[np.arange(len(v)) % 7 > 0]
    u, v = (part.ravel() for part in np.meshgrid(u, v))
    keep = rng.random(len(u)) < 0.93
    x, y = site.frames[block.district].place(u[keep], v[keep])
    good = (site.district(x, y) == block.district) & (site.at(x, y) == 0) & (np.abs(x - 512) < 520)
    good &= np.abs(y - 512) < 520
    park_cars(site, x[good], y[good], site.frames[block.district].direction(u[keep], v[keep], "v")[good])
