"""Quarters of houses with gardens, and of flats."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import FLAT, GABLE, HIP
from latentlab.studies.landcover.scenes.site import BUILT, LABEL, PAVED, WATER, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_street
from latentlab.studies.landcover.scenes.vehicles import park_cars

STREET_M = 8.0
SETBACK_M = (6.0, 9.5)  # from the street's edge to the house


def residential(site: Site, block: Block) -> None:
    """Parallel streets with houses on both sides; some end dead, some are crossed."""
    rng, style = site.rng, site.style
    count = max(1, round((block.v1 - block.v0) / (2 * style.lot_depth + STREET_M)))
    lines = block.v0 + (np.arange(count) + 0.5) * (block.v1 - block.v0) / count
    depth = (block.v1 - block.v0) / count / 2 - STREET_M / 2
    across = int(rng.integers(1, 3)) if style.dead_ends < 0.3 else int(rng.integers(0, 2))
    crossings = block.u0 + np.sort(rng.uniform(0.25, 0.75, across)) * (block.u1 - block.u0)
    if across == 2:
        crossings = block.u0 + np.array([1 / 3, 2 / 3]) * (block.u1 - block.u0)
    for at in crossings:
        lay_street(site, block, "v", at, block.v0, block.v1, STREET_M)
    if rng.random() < style.ponds and count > 1:
        _pond(site, block, lines, depth)
    ends = []
    for place, at in enumerate(lines):
        start, end = block.u0, block.u1
        if rng.random() < style.dead_ends:
            if place % 2:
                start += rng.uniform(26, 60)
            else:
                end -= rng.uniform(26, 60)
            turn = start if place % 2 else end
            disc = site.laid(
                block, turn, at, 12.5, 12.5, round=1, material=INDEX[style.street], label=LABEL["ground"]
            )
            if site.free(disc, block.district).all():
                site.add("roads", disc, PAVED, 2.0)
        lay_street(site, block, "u", at, start, end, STREET_M)
        ends.append((start, end))
    for at, (start, end) in zip(lines, ends, strict=True):
        for face in (-1, 1):
            _row_of_lots(site, block, at, start, end, depth, face, crossings)


def _pond(site: Site, block: Block, lines: np.ndarray, depth: float) -> None:
    rng = site.rng
    at = (lines[:-1] + lines[1:])[rng.integers(len(lines) - 1)] / 2
    u = (
        rng.uniform(0.25, 0.75) * (block.u1 - block.u0)
        + block.u0
        + np.array([-1, 0, 1]) * rng.uniform(12, 26)
    )
    v = at + rng.uniform(-0.25, 0.25, 3) * depth
    a, b = rng.uniform(20, 38, 3), rng.uniform(0.4, 0.7, 3) * depth
    turn = rng.uniform(-0.3, 0.3, 3)
    pond = site.laid(block, u, v, a, b, round=1, material=INDEX[site.style.pond], label=LABEL["water"])
    bank = site.laid(block, u, v, a + 2.5, b + 2.5, round=1, material=INDEX["dry grass"], mix=0.2)
    del turn
    good = site.free(pond, block.district, 6.0)
    site.add("banks", bank.where(good))
    site.add("banks", pond.where(good), WATER, 6.0)


def _row_of_lots(site, block, at, start, end, depth, face, crossings) -> None:
    rng, style = site.rng, site.style
    widths = rng.uniform(*style.lot_width, int((end - start) / style.lot_width[0]) + 1)
    edge = start + 5 + np.cumsum(widths)
    keep = edge < end - 3
    widths, u = widths[keep], (edge - widths / 2)[keep]
    for crossing in crossings:
        away = np.abs(u - crossing) > widths / 2 + STREET_M / 2
        widths, u = widths[away], u[away]
    count = len(u)
    if count == 0:
        return
    lawn = site.laid(
        block, u, at + face * (STREET_M / 2 + depth / 2), widths / 2, depth / 2, material=INDEX["grass"],
        bright=rng.normal(1, 0.1, count).clip(0.7, 1.3),
        mix=(style.lawn_mix + rng.normal(0, 0.22, count)).clip(0, 0.9),
    )  # fmt: skip
    x, y = lawn.x, lawn.y
    site.add("lots", lawn.where((site.district(x, y) == block.district) & (site.at(x, y) == 0)))
    setback = rng.uniform(*SETBACK_M) + rng.normal(0, 0.6, count)
    a = np.minimum(widths / 2 - 1.3, rng.uniform(5.5, 9.0, count))
    b = rng.uniform(4.2, 6.3, count)
    v = at + face * (STREET_M / 2 + setback + b)
    storeys = rng.choice([3.0, 5.8], count, p=[0.7, 0.3] if style.hip_share > 0.5 else [0.5, 0.5])
    top = np.where(rng.random(count) < style.hip_share, HIP, GABLE)
    roof, pitch = site.pick(style.house_roofs, count), rng.uniform(0.33, 0.62, count)
    bright = rng.normal(1, 0.13, count).clip(0.6, 1.4)
    columns = {"material": roof, "bright": bright, "rise": pitch, "label": LABEL["building"]}
    house = site.laid(block, u, v, a, b, base=storeys, top=top, **columns)
    side = rng.choice([-1.0, 1.0], count)
    wing_u = u + side * (a - 3.3)
    forward = rng.uniform(0.5, 3.0, count)
    wing = site.laid(
        block, wing_u, v - face * (b + forward - 3.5), 3.5 + forward * 0, 3.3, along="v",
        base=np.minimum(storeys, 3.0), top=np.where(top == HIP, HIP, GABLE), **columns,
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
    good = site.free(house, block.district, 1.0) & (rng.random(count) < 0.95)
    front = at + face * STREET_M / 2
    reach = np.abs(v - front) - b + 1.0
    drive = site.laid(
        block, wing_u, front + face * reach / 2, reach / 2 + 0.5, np.where(rng.random(count) < 0.7, 2.7, 1.7),
        along="v", material=INDEX["concrete"], bright=rng.normal(1.02, 0.1, count),
    )  # fmt: skip
    site.add("roads", drive.where(good))
    parked = good & (rng.random(count) < 0.45)
    if parked.any():
        frame = site.frames[block.district]
        cx, cy = frame.place(wing_u + rng.uniform(-1, 1, count), front + face * reach * 0.55)
        park_cars(site, cx[parked], cy[parked], frame.direction(wing_u, v, "v")[parked])
    _gardens(site, block, u, v, b, face, depth, good, front)
    site.add("solids", house.where(good), BUILT, 1.0)
    site.add("solids", wing.where(good), BUILT)
    site.add("solids", back.where(good & (rng.random(count) < 0.5)), BUILT)
    spots = rng.uniform(size=(3, count)) < np.array([[0.55], [0.75], [0.6]])
    for place, (low, high) in enumerate(((1.0, 5.0), (0.0, 10.0), (8.0, 20.0))):
        tu = u + rng.uniform(-0.5, 0.5, count) * widths
        if place == 0:
            tv = front + face * rng.uniform(low, high, count)
        else:
            tv = v + face * (b + 3 + rng.uniform(low, high, count)).clip(None, depth)
        site.plant(*site.ground(block, tu[spots[place]], tv[spots[place]]))


def _gardens(site, block, u, v, b, face, depth, good, front) -> None:
    """Patios, pools and sheds behind houses."""
    rng, count = site.rng, len(u)
    patio_v = v + face * (b + 2.0)
    patio = site.laid(
        block, u + rng.uniform(-2, 2, count), patio_v, 2.6, 2.2, material=INDEX["concrete"], bright=0.95
    )
    site.add("roads", patio.where(good & (rng.random(count) < 0.5)))
    pool_u, pool_v = u + rng.uniform(-2, 2, count), v + face * (b + 7.5)
    has = good & (rng.random(count) < site.style.pools)
    turn = {"along": "u", "round": (rng.random(count) < 0.4).astype(float)}
    deck = site.laid(block, pool_u, pool_v, 6.6, 4.6, material=INDEX["concrete"], bright=1.1)
    pool = site.laid(block, pool_u, pool_v, 4.5, 2.5, material=INDEX["pool"], label=LABEL["water"], **turn)
    site.add("roads", deck.where(has), PAVED)
    site.add("marks", pool.where(has))
    shed = site.laid(
        block, u + rng.uniform(-6, 6, count), v + face * (b + 14.0), 1.9, 1.6, base=2.5, rise=0.3, top=GABLE,
        material=site.pick({"metal": 1, "grey shingle": 2, "brown shingle": 2}, count), label=LABEL["building"],
    )  # fmt: skip
    site.add("solids", shed.where(good & ~has & (rng.random(count) < 0.3) & (depth > 30)))


def apartments(site: Site, block: Block) -> None:
    """Long houses of three storeys about car parks."""
    rng = site.rng
    inner = block.shrunk(16)
    pitch = 62.0
    for v in np.arange(inner.v0 + 20, inner.v1 - 24, pitch):
        lay_street(site, block, "u", v + 24, inner.u0, inner.u1, 17.0, material="old asphalt", walk=1.2)
        u = np.arange(inner.u0 + 26, inner.u1 - 24, 52.0) + rng.uniform(-4, 4)
        cars_u = np.arange(inner.u0 + 4, inner.u1 - 4, 2.8)
        for row in (18.4, 29.6):
            full = cars_u[rng.random(len(cars_u)) < rng.uniform(0.25, 0.7)]
            frame = site.frames[block.district]
            x, y = frame.place(full, np.full(len(full), v + row))
            good = (site.district(x, y) == block.district) & (site.at(x, y) == PAVED)
            park_cars(site, x[good], y[good], frame.direction(full, v + row, "v")[good])
        roof = site.pick(site.style.house_roofs, 1)[0]
        flat = rng.random() < 0.25
        house = site.laid(
            block, u, v + rng.uniform(-2, 2, len(u)), rng.uniform(17, 22, len(u)), rng.uniform(7, 9), base=9.0,
            rise=0.0 if flat else 0.42, top=FLAT if flat else HIP, label=LABEL["building"],
            material=INDEX["grey membrane"] if flat else roof, bright=rng.normal(1, 0.06, len(u)),
        )  # fmt: skip
        house = house.where(site.free(house, block.district))
        site.add("solids", house, BUILT, 1.0)
    site.plant(*site.scatter(block.shrunk(6), 13.0))
