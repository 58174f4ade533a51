"""Quarters of houses with gardens, and of flats."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import FLAT, GABLE, HIP
from latentlab.studies.landcover.scenes.site import BUILT, LABEL, PAVED, WATER, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_street
from latentlab.studies.landcover.scenes.vehicles import park_cars

STREET_M = 7.4
SETBACK_M = (6.5, 9.5)  # from the street's edge to the house


def residential(site: Site, block: Block) -> None:
    """Parallel streets with houses on both sides; some end dead, some are crossed."""
    rng, style = site.rng, site.style
    count = max(1, round((block.v1 - block.v0) / (2 * style.lot_depth + STREET_M)))
    lines = block.v0 + (np.arange(count) + 0.5) * (block.v1 - block.v0) / count
    depth = (block.v1 - block.v0) / count / 2 - STREET_M / 2
    across = int(rng.integers(1, 3)) if style.dead_ends < 0.3 else int(rng.integers(0, 2))
    share = np.array([1 / 3, 2 / 3]) if across == 2 else rng.uniform(0.25, 0.75, across)
    crossings = block.u0 + share * (block.u1 - block.u0)
    look = {
        "material": "old asphalt" if rng.random() < 0.6 else style.street,
        "bright": rng.normal(0.95, 0.1),
    }
    for at in crossings:
        lay_street(site, block, "v", at, block.v0, block.v1, STREET_M, **look)
    if rng.random() < style.ponds and count > 1:
        _pond(site, block, lines, depth)
    rows = []
    for place, at in enumerate(lines):
        start, end = block.u0, block.u1
        if rng.random() < style.dead_ends:
            if place % 2:
                start += rng.uniform(26, 60)
            else:
                end -= rng.uniform(26, 60)
            disc = site.laid(
                block, start if place % 2 else end, at, 12.0, 12.0, round=1, material=INDEX[look["material"]],
                bright=look["bright"], label=LABEL["ground"],
            )  # fmt: skip
            site.add("roads", disc.where(site.free(disc, block.district)), PAVED, 2.0)
        lay_street(site, block, "u", at, start, end, STREET_M, **look)
        for face in (-1.0, 1.0):
            widths = rng.uniform(*style.lot_width, int((end - start) / style.lot_width[0]) + 1)
            edge = start + 5 + np.cumsum(widths)
            rows.append(
                np.stack([edge - widths / 2, widths, np.full(len(edge), at), np.full(len(edge), face)])[
                    :, edge < end - 3
                ]
            )
    u, widths, at, face = np.concatenate(rows, axis=1)
    away = np.ones(len(u), bool)
    for crossing in crossings:
        away &= np.abs(u - crossing) > widths / 2 + STREET_M / 2 + 1
    x, y = site.frames[block.district].place(u, at + face * depth / 2)
    away &= (np.abs(x - 512) < 545) & (np.abs(y - 512) < 545)
    if away.any():
        _lots(site, block, u[away], widths[away], at[away], face[away], depth)


def _pond(site: Site, block: Block, lines: np.ndarray, depth: float) -> None:
    rng = site.rng
    at = (lines[:-1] + lines[1:])[rng.integers(len(lines) - 1)] / 2
    u = (
        rng.uniform(0.25, 0.75) * (block.u1 - block.u0)
        + block.u0
        + np.array([-1, 0, 1]) * rng.uniform(12, 30)
    )
    v = at + rng.uniform(-0.25, 0.25, 3) * depth
    a, b = rng.uniform(18, 40, 3), rng.uniform(0.35, 0.7, 3) * depth
    pond = site.laid(
        block, u, v, a, b, round=1, material=INDEX[site.style.pond], label=LABEL["water"], mix=0.2
    )
    rim = rng.uniform(0.5, 4.0, 3)
    bank = site.laid(
        block,
        u + rng.uniform(-1.5, 1.5, 3),
        v,
        a + rim,
        b + rim,
        round=1,
        material=INDEX["dry grass"],
        mix=0.15,
    )
    good = site.free(pond, block.district, 6.0)
    site.add("banks", bank.where(good))
    site.add("ponds", pond.where(good), WATER, 6.0)


def _lots(site, block, u, widths, at, face, depth) -> None:
    """Lawns, houses, drives, gardens and trees of lots (n,) at places u along the streets `at`."""
    rng, style = site.rng, site.style
    count = len(u)
    lawn = site.laid(
        block, u, at + face * (STREET_M / 2 + depth / 2), widths / 2, depth / 2, material=INDEX["grass"],
        bright=rng.normal(1, 0.1, count).clip(0.7, 1.3),
        mix=(style.lawn_mix + rng.normal(0, 0.25, count)).clip(0, 0.9),
    )  # fmt: skip
    x, y = lawn.x, lawn.y
    site.add("lots", lawn.where((site.district(x, y) == block.district) & (site.at(x, y) == 0)))
    setback = rng.uniform(*SETBACK_M) + rng.normal(0, 0.7, count)
    a = np.minimum(widths / 2 - 1.3, rng.uniform(5.5, 9.5, count))
    b = rng.uniform(4.4, 6.6, count)
    v = at + face * (STREET_M / 2 + setback + b)
    storeys = rng.choice([3.0, 5.8], count, p=[0.7, 0.3] if style.hip_share > 0.5 else [0.5, 0.5])
    top = np.where(rng.random(count) < style.hip_share, HIP, GABLE)
    columns = {
        "material": site.pick(style.house_roofs, count), "bright": rng.normal(1, 0.14, count).clip(0.6, 1.4),
        "rise": rng.uniform(0.33, 0.62, count), "label": LABEL["building"],
    }  # fmt: skip
    house = site.laid(block, u, v, a, b, base=storeys, top=top, **columns)
    side = rng.choice([-1.0, 1.0], count)
    wing_u = u + side * (a - 3.3)
    forward = rng.uniform(0.5, 3.0, count)
    wing = site.laid(
        block, wing_u, v - face * (b + forward - 3.5), 3.5, 3.3, along="v", base=np.minimum(storeys, 3.0),
        top=top,
        **columns,
    )  # fmt: skip
    back = site.laid(
        block,
        u - side * a * 0.4,
        v + face * (b + 1.0),
        3.2,
        a * 0.45,
        along="v",
        base=3.0,
        top=top,
        **columns,
    )
    good = site.free(house, block.district, 1.0) & (rng.random(count) < 0.96)
    front = at + face * STREET_M / 2
    reach = np.abs(v - front) - b + 1.0
    drive = site.laid(
        block, wing_u, front + face * reach / 2, reach / 2 + 0.5, np.where(rng.random(count) < 0.6, 2.6, 1.6),
        along="v", material=INDEX["concrete"], bright=rng.normal(1.0, 0.1, count),
    )  # fmt: skip
    site.add("drives", drive.where(good))
    parked = good & (rng.random(count) < 0.45)
    line = np.where(rng.random(count) < 0.2, at + face * 2.6, front + face * reach * 0.55)  # street or drive
    frame = site.frames[block.district]
    angle = np.where(line == at + face * 2.6, frame.direction(u, line, "u"), frame.direction(u, line, "v"))
    cx, cy = frame.place(wing_u + rng.uniform(-1, 1, count), line)
    park_cars(site, cx[parked], cy[parked], angle[parked])
    _gardens(site, block, u, v, b, face, good)
    site.add("solids", house.where(good), BUILT, 1.0)
    site.add("solids", wing.where(good), BUILT)
    site.add("solids", back.where(good & (rng.random(count) < 0.5)), BUILT)
    leafy = rng.gamma(3, 1 / 3) * style.leafy
    for low, high, chance, behind in (
        (2.0, 6.0, 0.5, 0),
        (1.0, 9.0, 0.8, 1),
        (6.0, 18.0, 0.9, 1),
        (12.0, 22.0, 0.9, 1),
    ):
        number = rng.poisson(chance * leafy, count)
        lot = np.repeat(np.arange(count), number)
        tu = (u + rng.uniform(-0.5, 0.5, count) * widths)[lot] + rng.normal(0, 3, len(lot))
        far = rng.uniform(low, high, len(lot))
        tv = (v + face * (b + 2))[lot] + face[lot] * far if behind else front[lot] + face[lot] * far
        site.plant(*site.ground(block, tu, tv), size=rng.uniform(0.85, 1.2))


def _gardens(site, block, u, v, b, face, good) -> None:
    """Patios, pools and sheds behind houses."""
    rng, count = site.rng, len(u)
    patio = site.laid(
        block,
        u + rng.uniform(-2, 2, count),
        v + face * (b + 2.0),
        2.6,
        2.2,
        material=INDEX["concrete"],
        bright=0.9,
    )
    site.add("drives", patio.where(good & (rng.random(count) < 0.5)))
    pool_u, pool_v = u + rng.uniform(-2, 2, count), v + face * (b + 7.5)
    has = good & (rng.random(count) < site.style.pools)
    deck = site.laid(block, pool_u, pool_v, 6.4, 4.4, material=INDEX["concrete"], bright=1.05)
    pool = site.laid(
        block, pool_u, pool_v, 4.4, 2.4, round=(rng.random(count) < 0.4).astype(float),
        material=INDEX["pool"],
        label=LABEL["water"],
    )  # fmt: skip
    site.add("roads", deck.where(has), PAVED)
    site.add("beds", pool.where(has))
    shed = site.laid(
        block, u + rng.uniform(-6, 6, count), v + face * (b + 14.0), 1.9, 1.6, base=2.5, rise=0.3, top=GABLE,
        material=site.pick({"metal": 1, "grey shingle": 2, "brown shingle": 2}, count),
        label=LABEL["building"],
    )  # fmt: skip
    site.add("solids", shed.where(good & ~has & (rng.random(count) < 0.3)))


def apartments(site: Site, block: Block) -> None:
    """Long houses of three storeys about car parks."""
    rng = site.rng
    inner = block.shrunk(16)
    frame = site.frames[block.district]
    lines = np.arange(inner.v0 + 20, inner.v1 - 24, 62.0)
    cars, houses = [], []
    for v in lines:
        lay_street(
            site, block, "u", v + 24, inner.u0, inner.u1, 17.0, material="old asphalt", walk=1.2, verge=0.0,
            bright=rng.normal(0.95, 0.08),
        )  # fmt: skip
        u = np.arange(inner.u0 + 4, inner.u1 - 4, 2.8)
        for row in (18.4, 29.6):
            full = u[rng.random(len(u)) < rng.uniform(0.25, 0.7)]
            cars.append(np.stack([full, np.full(len(full), v + row)]))
        u = np.arange(inner.u0 + 26, inner.u1 - 24, 52.0) + rng.uniform(-4, 4)
        houses.append(np.stack([u, np.full(len(u), v)]))
    if not houses:
        return
    u, v = np.concatenate(cars, axis=1)
    x, y = frame.place(u, v)
    good = (site.district(x, y) == block.district) & (site.at(x, y) == PAVED)
    park_cars(site, x[good], y[good], frame.direction(u, v, "v")[good])
    u, v = np.concatenate(houses, axis=1)
    flat = rng.random() < 0.25
    house = site.laid(
        block, u, v + rng.uniform(-2, 2, len(u)), rng.uniform(15, 23, len(u)), rng.uniform(7, 10), base=9.0,
        rise=0.0 if flat else 0.42, top=FLAT if flat else HIP, label=LABEL["building"],
        material=INDEX["grey membrane"] if flat else site.pick(site.style.house_roofs, 1)[0],
        bright=rng.normal(1, 0.06, len(u)),
    )  # fmt: skip
    site.add("solids", house.where(site.free(house, block.district)), BUILT, 1.0)
    site.plant(*site.scatter(block.shrunk(6), rng.uniform(10, 15)))
