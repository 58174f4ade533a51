"""A city's centre."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latentlab.studies.landcover.scenes.flat_roofs import car_parks, put_flat_houses
from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.site import BUILT, LABEL, PAVED, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_street
from latentlab.studies.landcover.scenes.vehicles import park_cars


def downtown(site: Site, block: Block) -> None:
    """Small blocks with towers, lower houses, parking decks and squares."""
    rng = site.rng
    nu, nv = (max(1, round(size / 110)) for size in (block.u1 - block.u0, block.v1 - block.v0))
    us, vs = np.linspace(block.u0, block.u1, nu + 1), np.linspace(block.v0, block.v1, nv + 1)
    options = {"material": "old asphalt", "walk": 3.2, "verge": 0.0}
    for u in us[1:-1]:
        lay_street(site, block, "v", u, block.v0, block.v1, 11.0, **options)
    for v in vs[1:-1]:
        lay_street(site, block, "u", v, block.u0, block.u1, 11.0, **options)
    frame = site.frames[block.district]
    houses, towers, lots, decks, squares, kerbs = [], [], [], [], [], []
    for u0, u1 in pairwise(us):
        for v0, v1 in pairwise(vs):
            cell = Block(block.district, u0, u1, v0, v1, "downtown").shrunk(9.0)
            x, y = frame.place((u0 + u1) / 2, (v0 + v1) / 2)
            if max(abs(x - 512), abs(y - 512)) > 590:
                continue
            tall = float(
                np.clip(1.2 - np.hypot(x - 512, y - 512) / 620, 0.25, 1)
            )  # lower away from the middle
            line = np.arange(cell.u0, cell.u1, 10.0)
            kerbs += [(each, v) for v in (cell.v0 - 1.8, cell.v1 + 1.8) for each in line]
            kind = rng.choice(5, p=np.array([0.4 * tall, 0.5, 0.06, 0.06, 0.06]) / (0.68 + 0.4 * tall))
            if kind == 0:
                _tower(rng, cell, tall, houses, towers)
            elif kind == 1:
                _side_by_side(rng, cell, tall, houses, lots)
            elif kind == 2:
                decks.append(cell)
            else:
                (lots if kind == 3 else squares).append(cell)
    if houses:
        put_flat_houses(site, block, houses, units=0.8)
    _decks(site, decks)
    car_parks(site, lots, beds=0.3)
    if towers:
        _raise_towers(site, block, np.array(towers))
    infill(site, block)
    for cell in squares:
        site.plant(*site.scatter(cell, 9.0))
    if kerbs:
        u, v = np.array(kerbs).T
        keep = rng.random(len(u)) < 0.45
        site.plant(*site.ground(block, u[keep], v[keep]), size=0.75, paved=True)


def infill(site: Site, block: Block) -> None:
    """Small houses on what is left free."""
    rng = site.rng
    u, v = np.meshgrid(
        np.arange(block.u0 + 20, block.u1 - 12, 31.0), np.arange(block.v0 + 20, block.v1 - 12, 27.0)
    )
    keep = rng.random(u.size) < 0.7
    u, v = u.ravel()[keep], v.ravel()[keep]
    size = rng.uniform(6, 13, (2, len(u)))
    good = site.free(site.laid(block, u, v, *size), block.district, 2.0)
    plan = np.stack([u, v, *size, rng.uniform(5, 18, len(u))], axis=1)
    put_flat_houses(site, block, plan[good], units=0.6)


def _tower(rng, cell: Block, tall: float, houses: list, towers: list) -> None:
    u, v = (cell.u0 + cell.u1) / 2, (cell.v0 + cell.v1) / 2
    a, b = (cell.u1 - cell.u0) / 2, (cell.v1 - cell.v0) / 2
    houses.append((u, v, a * 0.97, b * 0.97, rng.uniform(10, 26)))
    for side in (-0.5, 0.5) if rng.random() < 0.4 else (rng.uniform(-0.3, 0.3),):
        height = min(rng.gamma(3, 19) * tall + 28, 165)
        size = (
            rng.uniform(0.25, 0.42) if abs(side) == 0.5 else rng.uniform(0.4, 0.68),
            rng.uniform(0.4, 0.75),
        )
        towers.append((u + side * a, v + rng.uniform(-0.2, 0.2) * b, size[0] * a, size[1] * b, height))


def _side_by_side(rng, cell: Block, tall: float, houses: list, lots: list) -> None:
    a, b = cell.u1 - cell.u0, cell.v1 - cell.v0
    edges_u, edges_v = (
        np.cumsum(np.r_[0, rng.dirichlet(np.full(rng.integers(2, 5), 6.0))]) * size for size in (a, b * 1.0)
    )
    for u0, u1 in zip(edges_u[:-1] + cell.u0, edges_u[1:] + cell.u0, strict=True):
        for v0, v1 in zip(edges_v[:-1] + cell.v0, edges_v[1:] + cell.v0, strict=True):
            if rng.random() < 0.08:
                lots.append(Block(cell.district, u0, u1, v0, v1, "downtown").shrunk(0.5))
                continue
            ragged = rng.uniform(0.9, 1.0, 2)
            height = min(rng.gamma(2.2, 10 * tall) + 6, 90)
            houses.append(
                ((u0 + u1) / 2, (v0 + v1) / 2, (u1 - u0) / 2 * ragged[0], (v1 - v0) / 2 * ragged[1], height)
            )


def _decks(site: Site, cells: list[Block]) -> None:
    """Parking decks with cars on the roof."""
    rng = site.rng
    for cell in cells:
        u, v = (cell.u0 + cell.u1) / 2, (cell.v0 + cell.v1) / 2
        a, b = (cell.u1 - cell.u0) / 2 * 0.92, (cell.v1 - cell.v0) / 2 * 0.85
        deck = site.laid(
            cell, u, v, a, b, base=14.0, material=INDEX["concrete"], mix=0.2, label=LABEL["building"]
        )
        if not site.free(deck, cell.district, 1.0).all():
            continue
        site.add("solids", deck, BUILT, 1.0)
        rows = np.arange(v - b + 4, v + b - 3, 8.6)
        cars_u, cars_v = (part.ravel() for part in np.meshgrid(np.arange(u - a + 3, u + a - 2, 2.75), rows))
        keep = rng.random(cars_u.size) < rng.uniform(0.3, 0.8)
        x, y = site.frames[cell.district].place(cars_u[keep], cars_v[keep])
        park_cars(site, x, y, site.frames[cell.district].direction(cars_u, cars_v, "v")[keep], floor=14.0)


def _raise_towers(site: Site, block: Block, towers: np.ndarray) -> None:
    rng = site.rng
    u, v, a, b, height = towers.T
    count = len(u)
    body = site.laid(
        block, u, v, a, b, base=height, material=site.pick(site.style.large_roofs, count),
        bright=rng.normal(0.9, 0.1, count), label=LABEL["building"], mix=rng.uniform(0, 0.4, count),
    )  # fmt: skip
    good = (site.at(body.x, body.y) != PAVED) & (site.depth(body.x, body.y) < -30)
    good &= site.district(body.x, body.y) == block.district
    top = site.laid(
        block, u + rng.uniform(-0.2, 0.2, count) * a, v, a * 0.5, b * rng.uniform(0.3, 0.6, count),
        base=height + rng.uniform(3, 8, count), material=INDEX["grey membrane"], bright=0.8,
        label=LABEL["building"],
    )  # fmt: skip
    site.add("solids", body.where(good), BUILT)
    site.add("solids", top.where(good))
