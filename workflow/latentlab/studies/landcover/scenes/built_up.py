"""Shops, works, harbours and a city's centre."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import DOME, GABLE
from latentlab.studies.landcover.scenes.site import BUILT, LABEL, PAVED, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_street
from latentlab.studies.landcover.scenes.vehicles import park_cars

CONTAINERS = {
    "red paint": 2.0, "blue paint": 2.0, "orange paint": 1.5, "green paint": 1.2, "paint": 1.6,
    "brown shingle": 1.5, "silver paint": 1.5,
}  # fmt: skip


def flat_house(site: Site, block: Block, u, v, a, b, height, material=None, units: float = 1.0) -> None:
    """A flat-roofed house, with machines on its roof; kept if its ground is free."""
    rng = site.rng
    roof = site.pick(site.style.large_roofs, 1)[0] if material is None else material
    columns = {"material": roof, "bright": rng.normal(1, 0.1), "mix": rng.uniform(0, 0.35)}
    house = site.laid(block, u, v, a, b, base=height, label=LABEL["building"], **columns)
    if not site.free(house, block.district, 1.0).all():
        return
    site.add("solids", house, BUILT, 1.0)
    count = rng.poisson(units * a * b / 110)
    machines = site.laid(
        block, u + rng.uniform(-0.85, 0.85, count) * (a - 2), v + rng.uniform(-0.85, 0.85, count) * (b - 2),
        rng.uniform(1.0, 2.6, count), rng.uniform(0.8, 1.6, count), base=height + rng.uniform(1, 2.2, count),
        material=site.pick({"metal": 2, "grey membrane": 2, "tar roof": 1}, count), label=LABEL["building"],
    )  # fmt: skip
    site.add("solids", machines)
    if units and a * b > 1500:  # seams between parts of a large roof that were laid at other times
        part = site.laid(
            block, u + rng.uniform(-0.5, 0.5) * a, v, a * rng.uniform(0.15, 0.4), b, base=height + 0.02,
            material=site.pick(site.style.large_roofs, 1)[0], bright=rng.normal(1, 0.1), label=LABEL["building"],
            mix=rng.uniform(0, 0.4),
        )  # fmt: skip
        inside = (np.abs(part.x - house.x) < a) & (part.a + np.abs(part.x - house.x) < a)
        site.add("solids", part.where(inside))


def car_park(site: Site, block: Block, full: float | None = None) -> None:
    """Asphalt over a block with rows of cars; beds with trees at the ends of rows."""
    rng = site.rng
    if block.u1 - block.u0 < 16 or block.v1 - block.v0 < 16:
        return
    _pave(site, block, "new asphalt" if rng.random() < 0.3 else "old asphalt")
    full = rng.uniform(0.1, 0.8) if full is None else full
    frame = site.frames[block.district]
    u = np.arange(block.u0 + 6, block.u1 - 5, 2.8)
    rows = []
    for v in np.arange(block.v0 + 4, block.v1 - 4, 17.5):
        rows += [v, v + 5.3] if v + 8 < block.v1 else [v]
    for v in rows:
        nearer = 1 - 0.6 * np.abs(u - (block.u0 + block.u1) / 2) / (block.u1 - block.u0)
        taken = u[rng.random(len(u)) < full * nearer]
        line = np.full(len(taken), v)
        x, y = frame.place(taken, line)
        good = (site.district(x, y) == block.district) & (site.at(x, y) != BUILT)
        park_cars(site, x[good], y[good], frame.direction(taken, line, "v")[good])
    if rng.random() < 0.7:
        ends = np.arange(block.u0 + 3, block.u1, max(30.0, (block.u1 - block.u0) / 3))
        ends, lines = (part.ravel() for part in np.meshgrid(ends, np.array(rows[::2]) + 2.6))
        bed = site.laid(block, ends, lines, 1.6, 5.0, material=INDEX["grass"], label=LABEL["ground"])
        site.add("marks", bed.where(site.district(bed.x, bed.y) == block.district))
        keep = rng.random(len(ends)) < 0.6
        x, y = site.ground(block, ends[keep], lines[keep])
        _plant_anywhere(site, x, y)


def _plant_anywhere(site: Site, x: np.ndarray, y: np.ndarray) -> None:
    taken, site.taken = site.taken, np.zeros_like(site.taken)
    site.plant(x, y, size=0.75)
    site.taken = taken


def _pave(site: Site, block: Block, material: str, mix: float | None = None, takes: int = PAVED) -> None:
    """Cover a block in parts that follow its bent frame, where the ground is free and dry."""
    rng = site.rng
    nu, nv = (max(1, int(np.ceil(size / 24))) for size in (block.u1 - block.u0, block.v1 - block.v0))
    du, dv = (block.u1 - block.u0) / nu / 2, (block.v1 - block.v0) / nv / 2
    u, v = np.meshgrid(block.u0 + du * (2 * np.arange(nu) + 1), block.v0 + dv * (2 * np.arange(nv) + 1))
    cells = site.laid(
        block, u.ravel(), v.ravel(), du + 1.2, dv + 1.2, material=INDEX[material],
        bright=rng.normal(1, 0.1), mix=rng.uniform(0, 0.5) if mix is None else mix,
    )  # fmt: skip
    good = (site.district(cells.x, cells.y) == block.district) & (site.at(cells.x, cells.y) == 0)
    site.add("lots", cells.where(good & (site.depth(cells.x, cells.y) < -du)), takes)


def commercial(site: Site, block: Block) -> None:
    """Large flat roofs, each with a car park before it."""
    rng = site.rng
    inner = block.shrunk(14)
    start = inner.u0
    while start < inner.u1 - 60:
        width = min(rng.uniform(110, 210), inner.u1 - start)
        if inner.u1 - start - width < 60:
            width = inner.u1 - start
        back = rng.random() < 0.5
        deep = rng.uniform(0.28, 0.5) * (inner.v1 - inner.v0)
        middle = inner.v0 + 12 + deep / 2 if back else inner.v1 - 12 - deep / 2
        part = rng.dirichlet(np.full(rng.integers(1, 4), 4.0)) * (width - 24)
        u = start + 8 + np.cumsum(part) - part / 2
        front = -1 if back else 1
        for centre, size in zip(u, part, strict=True):
            half = deep / 2 * rng.uniform(0.75, 1)
            flat_house(
                site,
                block,
                centre,
                middle + front * (deep / 2 - half),
                size / 2 - 0.2,
                half,
                rng.uniform(5.5, 11),
            )
        lot = (inner.v0 + deep + 16, inner.v1) if back else (inner.v0, inner.v1 - deep - 16)
        yard = (inner.v0, inner.v0 + deep + 16) if back else (inner.v1 - deep - 16, inner.v1)
        car_park(site, Block(block.district, start + 3, start + width - 5, *lot, block.zone))
        yard_block = Block(block.district, start + 3, start + width - 5, *yard, block.zone)
        _pave_under(site, yard_block)
        if rng.random() < 0.5 and lot[1] - lot[0] > 70:  # a small shop at the road
            edge = lot[1] - 14 if back else lot[0] + 14
            _shop(site, block, start + rng.uniform(0.2, 0.8) * width, edge)
        start += width
    edges = np.arange(block.u0 + 8, block.u1 - 8, 17.0)
    edges = np.concatenate([edges, edges])
    sides = np.repeat([block.v0 + 9, block.v1 - 9], len(edges) // 2)
    keep = rng.random(len(edges)) < 0.6
    site.plant(*site.ground(block, edges[keep], sides[keep] + rng.normal(0, 1, keep.sum())))


def _shop(site: Site, block: Block, u: float, v: float) -> None:
    rng = site.rng
    taken = site.taken.copy()
    site.taken[site.taken == PAVED] = 0
    flat_house(site, block, u, v, rng.uniform(8, 16), rng.uniform(6, 10), rng.uniform(4.5, 7), units=0.6)
    built = site.taken == BUILT
    site.taken = np.where(built, BUILT, taken).astype(np.uint8)


def _pave_under(site: Site, block: Block) -> None:
    """Pave a yard around the houses that stand on it."""
    taken, site.taken = site.taken, np.zeros_like(site.taken)
    _pave(site, block, "old asphalt")
    paved = site.taken == PAVED
    site.taken = np.where((taken == 0) & paved, PAVED, taken).astype(np.uint8)


def industry(site: Site, block: Block) -> None:
    """Halls with ridged metal roofs, storage tanks and yards."""
    rng = site.rng
    inner = block.shrunk(14)
    if rng.random() < 0.4:
        tanks(site, inner)
        return
    rows = max(1, int((inner.v1 - inner.v0) / 95))
    lines = inner.v0 + (np.arange(rows) + 0.5) * (inner.v1 - inner.v0) / rows
    pitch = (inner.v1 - inner.v0) / rows
    for v in lines:
        start = inner.u0 + rng.uniform(0, 20)
        while start < inner.u1 - 60:
            a, b = rng.uniform(22, 60), rng.uniform(14, pitch / 2 - 16)
            if rng.random() < 0.5:
                hall = site.laid(
                    block, start + a, v, a, b, base=rng.uniform(7, 10), rise=0.12, top=GABLE,
                    material=site.pick({"metal": 3, "white membrane": 1, "blue paint": 0.3, "light shingle": 1}, 1)[0],
                    bright=rng.normal(1, 0.12), mix=rng.uniform(0, 0.3), label=LABEL["building"],
                )  # fmt: skip
                if site.free(hall, block.district).all():
                    site.add("solids", hall, BUILT, 1.0)
            else:
                flat_house(site, block, start + a, v, a, b, rng.uniform(8, 14))
            _trailers(site, block, start + a, v + b + 8, a)
            start += 2 * a + rng.uniform(18, 45)
    _pave_under(site, inner)


def _trailers(site: Site, block: Block, u: float, v: float, a: float) -> None:
    rng = site.rng
    places = np.arange(u - a + 3, u + a - 3, 4.2)
    places = places[rng.random(len(places)) < rng.uniform(0.1, 0.8)]
    boxes = site.laid(
        block, places, v, 6.8, 1.3, along="v", base=4.0, label=LABEL["clutter"],
        material=site.pick({"paint": 4, "silver paint": 2, "blue paint": 0.6, "red paint": 0.5}, len(places)),
    )  # fmt: skip
    site.add("solids", boxes.where(site.free(boxes, block.district, 0.0)))


def tanks(site: Site, block: Block) -> None:
    """Round storage tanks, in rows of one size, on gravel within low banks."""
    rng = site.rng
    _pave(site, block, "gravel", mix=0.15, takes=0)
    start = block.v0 + 6
    while start < block.v1 - 24:
        radius = rng.uniform(9, 24)
        u = np.arange(block.u0 + 8 + radius, block.u1 - radius - 4, 2 * radius + rng.uniform(7, 14))
        u = u[rng.random(len(u)) < 0.9]
        tops = site.laid(
            block, u, start + radius, radius, radius, round=1, base=rng.uniform(9, 15), rise=0.08 * radius, top=DOME,
            material=site.pick({"paint": 4, "metal": 1.5, "light shingle": 1}, len(u)),
            bright=rng.normal(1, 0.08, len(u)), label=LABEL["clutter"],
        )  # fmt: skip
        site.add("solids", tops.where(site.free(tops, block.district)), BUILT, 2.0)
        start += 2 * radius + rng.uniform(9, 18)


def port(site: Site, block: Block) -> None:
    """Stacks of containers in rows on a paved yard, with sheds behind."""
    rng = site.rng
    inner = block.shrunk(12)
    _pave(site, inner, "concrete" if rng.random() < 0.5 else "old asphalt", mix=0.3, takes=0)
    split = inner.v0 + rng.uniform(0.6, 0.85) * (inner.v1 - inner.v0)
    for v0 in np.arange(inner.v0 + 4, split - 22, 25.5):
        u = np.arange(inner.u0 + 8, inner.u1 - 8, 12.8)
        u = u[np.sin(u / rng.uniform(25, 60) + v0) > -0.75]
        for row in range(7):
            keep = rng.random(len(u)) < rng.uniform(0.6, 1)
            stack = site.laid(
                block, u[keep], v0 + 1.5 + 2.6 * row, 6.1, 1.28, base=2.6 * rng.integers(1, 5, keep.sum()),
                material=site.pick(CONTAINERS, keep.sum()), bright=rng.normal(1, 0.15, keep.sum()).clip(0.4, 1.6),
                label=LABEL["clutter"],
            )  # fmt: skip
            site.add("solids", stack.where(site.free(stack, block.district, 0.0)))
    for u in np.arange(inner.u0 + 45, inner.u1 - 40, 96.0):
        flat_house(
            site, block, u, (split + inner.v1) / 2 + 4, 38, (inner.v1 - split) / 2 - 10, 10.0, units=0.4
        )


def downtown(site: Site, block: Block) -> None:
    """Small blocks with towers, lower houses, parking decks and squares."""
    rng = site.rng
    nu, nv = (max(1, round(size / 98)) for size in (block.u1 - block.u0, block.v1 - block.v0))
    us, vs = np.linspace(block.u0, block.u1, nu + 1), np.linspace(block.v0, block.v1, nv + 1)
    options = {"material": "old asphalt", "walk": 3.5}
    for u in us[1:-1]:
        lay_street(site, block, "v", u, block.v0, block.v1, 13.0, **options)
    for v in vs[1:-1]:
        lay_street(site, block, "u", v, block.u0, block.u1, 13.0, **options)
    frame = site.frames[block.district]
    for u0, u1 in zip(us[:-1], us[1:], strict=True):
        for v0, v1 in zip(vs[:-1], vs[1:], strict=True):
            cell = Block(block.district, u0, u1, v0, v1, "downtown").shrunk(10.5)
            x, y = frame.place((u0 + u1) / 2, (v0 + v1) / 2)
            away = np.hypot(x - 512, y - 512) / 600  # houses are lower away from the middle
            _city_block(site, cell, float(np.clip(1.15 - away, 0.25, 1)))


def _city_block(site: Site, cell: Block, tall: float) -> None:
    rng = site.rng
    u, v = (cell.u0 + cell.u1) / 2, (cell.v0 + cell.v1) / 2
    a, b = (cell.u1 - cell.u0) / 2, (cell.v1 - cell.v0) / 2
    kind = rng.choice(5, p=np.array([0.34 * tall, 0.36, 0.1, 0.2, 0.08]) / (0.74 + 0.34 * tall))
    if kind == 3:
        car_park(site, cell)
        return
    if kind == 4:
        site.plant(*site.scatter(cell, 9.0))
        return
    if kind == 0:  # a tower on a lower house
        flat_house(site, cell, u, v, a * 0.95, b * 0.95, rng.uniform(8, 22), units=0.5)
        height = rng.gamma(3, 17) * tall + 25
        size = rng.uniform(0.38, 0.62, 2)
        shift = rng.uniform(-0.3, 0.3, 2)
        _tower(site, cell, u + shift[0] * a, v + shift[1] * b, size[0] * a, size[1] * b, min(height, 160))
    elif kind == 2:  # a parking deck
        flat_house(site, cell, u, v, a * 0.8, b * 0.75, 14.0, INDEX["concrete"], units=0)
        rows_u, rows_v = np.meshgrid(
            np.arange(u - a * 0.7, u + a * 0.7, 2.9), v + np.array([-0.6, -0.1, 0.1, 0.6]) * b
        )
        keep = rng.random(rows_u.size) < 0.6
        cars = site.laid(
            cell, rows_u.ravel()[keep], rows_v.ravel()[keep], 2.3, 0.95, along="v", base=15.5, label=LABEL["clutter"],
            material=site.pick({"paint": 2, "black paint": 2, "silver paint": 2}, keep.sum()),
        )  # fmt: skip
        site.add("solids", cars.where(site.at(cars.x, cars.y) == BUILT))
    else:  # several houses side by side
        parts = rng.integers(1, 3, 2) + 1
        edges_u = np.cumsum(np.r_[0, rng.dirichlet(np.full(parts[0], 6.0))]) * 2 * a + cell.u0
        edges_v = np.cumsum(np.r_[0, rng.dirichlet(np.full(parts[1], 6.0))]) * 2 * b + cell.v0
        for u0, u1 in zip(edges_u[:-1], edges_u[1:], strict=True):
            for v0, v1 in zip(edges_v[:-1], edges_v[1:], strict=True):
                part = Block(cell.district, u0, u1, v0, v1, "downtown")
                if rng.random() < 0.2:
                    car_park(site, part.shrunk(1.0))
                    continue
                height = rng.gamma(2.2, 9 * tall) + 6
                ragged = rng.uniform(0.8, 0.97, 2)
                flat_house(
                    site, cell, (u0 + u1) / 2, (v0 + v1) / 2, (u1 - u0) / 2 * ragged[0], (v1 - v0) / 2 * ragged[1],
                    min(height, 90), units=0.8,
                )  # fmt: skip
    kerb = np.arange(cell.u0, cell.u1, 10.0)
    keep = rng.random(len(kerb)) < 0.4
    for line in (cell.v0 - 2.0, cell.v1 + 2.0):
        _plant_anywhere(site, *site.ground(cell, kerb[keep], np.full(keep.sum(), line)))


def _tower(site: Site, block: Block, u, v, a, b, height) -> None:
    rng = site.rng
    body = site.laid(
        block, u, v, a, b, base=height, material=site.pick(site.style.large_roofs, 1)[0], bright=0.9,
        label=LABEL["building"], mix=0.2,
    )  # fmt: skip
    points = site.at(body.x, body.y)
    if (points == PAVED).any() or (site.district(body.x, body.y) != block.district).any():
        return
    site.add("solids", body, BUILT)
    top = site.laid(
        block, u + rng.uniform(-0.2, 0.2) * a, v, a * 0.5, b * rng.uniform(0.3, 0.6), base=height + rng.uniform(3, 8),
        material=INDEX["grey membrane"], bright=0.8, label=LABEL["building"],
    )  # fmt: skip
    site.add("solids", top)
