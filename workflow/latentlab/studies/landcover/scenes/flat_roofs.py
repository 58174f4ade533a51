"""Flat-roofed houses, paved yards and car parks."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.site import BUILT, KEPT, LABEL, PAVED, Block, Site
from latentlab.studies.landcover.scenes.vehicles import park_cars

STALL_M = 2.75
ROW_M = 17.5  # two rows of stalls and the way between


def put_flat_houses(site: Site, block: Block, plan: np.ndarray | list, units: float = 1.0) -> np.ndarray:
    """Flat-roofed houses with machines on their roofs, where the ground is free.

    Parameters
    ----------
    plan : (n, 5): u, v, half length, half width and height, m. units : machines, relative.

    Returns
    -------
    Which of them stand, bool (n,).
    """
    rng = site.rng
    u, v, a, b, height = np.reshape(plan, (-1, 5)).T
    count = len(u)
    roof = site.pick(site.style.large_roofs, count)
    u, v, a, b = (part.copy() for part in (u, v, a, b))
    for shrink in (1.0, 0.75, 0.5):  # what does not fit is built smaller
        tried = site.laid(block, u, v, a * shrink, b * shrink)
        fits = site.free(tried, block.district, -1.5)
        if shrink == 1.0:
            done = fits
        else:
            new = fits & ~done
            a[new] *= shrink
            b[new] *= shrink
            done = done | fits
    columns = {"material": roof, "bright": rng.normal(1, 0.1, count), "mix": rng.uniform(0, 0.35, count)}
    house = site.laid(block, u, v, a, b, base=height, label=LABEL["building"], **columns)
    good = done
    site.add("solids", house.where(good), BUILT, 1.0)
    number = np.where(good, rng.poisson(units * a * b / 110), 0)
    which = np.repeat(np.arange(count), number)
    spread = rng.uniform(-0.85, 0.85, (2, len(which)))
    machines = site.laid(
        block, u[which] + spread[0] * (a[which] - 2), v[which] + spread[1] * (b[which] - 2),
        rng.uniform(1.0, 2.8, len(which)), rng.uniform(0.8, 1.8, len(which)),
        base=height[which] + rng.uniform(1, 2.2, len(which)), label=LABEL["building"],
        material=site.pick({"metal": 2, "grey membrane": 2, "tar roof": 1}, len(which)),
    )  # fmt: skip
    site.add("solids", machines)
    wide = good & (a * b > 700) & (rng.random(count) < 0.7)  # a part that was roofed at another time
    half = a * rng.uniform(0.15, 0.4, count)
    part = site.laid(
        block, u + rng.uniform(-1, 1, count) * (a - half), v, half, b, base=height + 0.02,
        label=LABEL["building"],
        material=site.pick(site.style.large_roofs, count), bright=rng.normal(1, 0.1, count),
        mix=rng.uniform(0, 0.4, count),
    )  # fmt: skip
    site.add("solids", part.where(wide))
    return good


def pave(site: Site, block: Block, material: str, mix: float | None = None, takes: int = PAVED) -> None:
    """Cover a block in parts that follow its bent frame, where the ground is dry; houses stay."""
    rng = site.rng
    nu, nv = (max(1, int(np.ceil(size / 26))) for size in (block.u1 - block.u0, block.v1 - block.v0))
    du, dv = (block.u1 - block.u0) / nu / 2, (block.v1 - block.v0) / nv / 2
    u, v = np.meshgrid(block.u0 + du * (2 * np.arange(nu) + 1), block.v0 + dv * (2 * np.arange(nv) + 1))
    cells = site.laid(
        block, u.ravel(), v.ravel(), du + 2.0, dv + 2.0, material=INDEX[material], bright=rng.normal(1, 0.1),
        mix=rng.uniform(0, 0.5) if mix is None else mix,
    )  # fmt: skip
    good = (site.district(cells.x, cells.y) == block.district) & (site.depth(cells.x, cells.y) < -du)
    good &= site.at(cells.x, cells.y) != KEPT
    taken = site.taken.copy()
    site.add("lots", cells.where(good), takes)
    if takes:
        site.taken = np.where(taken == 0, site.taken, taken).astype(np.uint8)


def car_parks(site: Site, blocks: list[Block], beds: float = 0.7) -> None:
    """Asphalt over blocks with rows of cars; in some, beds with trees at the ends of rows."""
    rng = site.rng
    stalls, bed_places = [], []
    for block in blocks:
        if min(block.u1 - block.u0, block.v1 - block.v0) < 12:
            continue
        pave(site, block, "new asphalt" if rng.random() < 0.3 else "old asphalt")
        full = rng.uniform(0.1, 0.85)
        u = np.arange(block.u0 + 4, block.u1 - 3, STALL_M)
        first = np.arange(block.v0 + 3.5, block.v1 - 3, ROW_M)
        rows = np.sort(np.concatenate([first, first + 5.3]))
        rows = rows[rows < block.v1 - 3]
        near = 1 - 0.8 * np.abs(u - rng.uniform(block.u0, block.u1)) / (block.u1 - block.u0)
        taken = rng.random((len(rows), len(u))) < full * near
        stalls.append(
            np.stack(
                [np.broadcast_to(u, taken.shape)[taken], np.broadcast_to(rows[:, None], taken.shape)[taken]]
            )
        )
        if rng.random() < beds:
            ends = np.arange(block.u0 + 2.2, block.u1, max(30.0, (block.u1 - block.u0) / 3))
            bed_places.append(np.stack([part.ravel() for part in np.meshgrid(ends, first + 2.6)]))
    if stalls:
        block, frame = blocks[0], site.frames[blocks[0].district]
        u, v = np.concatenate(stalls, axis=1)
        x, y = frame.place(u, v)
        good = (site.district(x, y) == block.district) & (site.at(x, y) == PAVED)
        park_cars(site, x[good], y[good], frame.direction(u, v, "v")[good])
    if bed_places:
        u, v = np.concatenate(bed_places, axis=1)
        bed = site.laid(block, u, v, 1.6, 4.8, material=INDEX["grass"], label=LABEL["ground"])
        good = (site.district(bed.x, bed.y) == block.district) & (site.at(bed.x, bed.y) == PAVED)
        site.add("beds", bed.where(good))
        good &= rng.random(len(u)) < 0.7
        site.plant(bed.x[good], bed.y[good], size=0.75, paved=True)
