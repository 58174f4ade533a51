"""Parks, fields, forests and marshes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import GABLE, SITE_M
from latentlab.studies.landcover.scenes.site import BUILT, CELLS, LABEL, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_street


def density(site: Site, x: np.ndarray, y: np.ndarray, field: np.ndarray) -> np.ndarray:
    """Values of a field (CELLS, CELLS) at points."""
    column, row = (np.clip(np.floor(p / SITE_M * CELLS).astype(int), 0, CELLS - 1) for p in (x, y))
    return field[row, column]


def cells_of(site: Site, block: Block, material: str, **columns) -> None:
    """Cover a block with one material, in parts that follow its bent frame."""
    nu, nv = (max(1, int(np.ceil(size / 32))) for size in (block.u1 - block.u0, block.v1 - block.v0))
    du, dv = (block.u1 - block.u0) / nu / 2, (block.v1 - block.v0) / nv / 2
    u, v = np.meshgrid(block.u0 + du * (2 * np.arange(nu) + 1), block.v0 + dv * (2 * np.arange(nv) + 1))
    cells = site.laid(block, u.ravel(), v.ravel(), du + 3.5, dv + 3.5, material=INDEX[material], **columns)
    good = site.district(cells.x, cells.y) == block.district
    near = (np.abs(cells.x - SITE_M / 2) < 580) & (np.abs(cells.y - SITE_M / 2) < 580)
    site.add("cells", cells.where(good & near))


def forest(site: Site, block: Block, field: np.ndarray) -> None:
    """Closed woods with some clearings; a track leads through some."""
    rng = site.rng
    if rng.random() < 0.6:
        at = rng.uniform(0.2, 0.8) * (block.u1 - block.u0) + block.u0
        lay_street(site, block, "v", at, block.v0, block.v1, 4.0, material=site.style.soil, walk=0)
    x, y = site.scatter(block, site.style.spacing_m)
    wet = site.depth(x, y) > -2
    site.plant(*(part[~wet & (density(site, x, y, field) > -1.15)] for part in (x, y)), wild=True)


def park(site: Site, block: Block, field: np.ndarray) -> None:
    """Grass with groups of trees, playing fields and paths, or a school."""
    rng = site.rng
    inner = block.shrunk(16)
    u, v = rng.uniform(0.3, 0.7, 2) * (inner.u1 - inner.u0, inner.v1 - inner.v0) + (inner.u0, inner.v0)
    lay_street(site, block, "u", v + 40, inner.u0, inner.u1, 3.0, material="concrete", walk=0)
    for sign in (-1, 1):
        if rng.random() < 0.7:
            _ball_field(site, block, u + sign * rng.uniform(50, 70), v - 30)
    if rng.random() < 0.5:
        hall = site.laid(
            block, u, v + 5, [32, 14, 14], [11, 26, 20], base=[7.0, 6.0, 9.0], label=LABEL["building"],
            material=site.pick(site.style.large_roofs, 3), bright=1.0,
        )  # fmt: skip
        if site.free(hall, block.district).all():
            site.add("solids", hall, BUILT, 2.0)
    x, y = site.scatter(inner, 8.0)
    keep = density(site, x, y, field) > rng.uniform(-0.9, 0.5)
    site.plant(x[keep], y[keep])


def _ball_field(site: Site, block: Block, u: float, v: float) -> None:
    rng = site.rng
    frame = site.frames[block.district]
    x, y = frame.place(u, v)
    angle = frame.direction(u, v) + rng.integers(4) * np.pi / 2
    c, s = np.cos(angle), np.sin(angle)
    outer = site.laid(block, u, v, 42, 42, round=1, material=INDEX["grass"], bright=1.12, mix=-0.3)
    dirt = site.laid(block, u, v, 14, 14, round=1, material=INDEX["dry soil"], bright=0.95, mix=0.1)
    infield = site.laid(block, u, v, 8, 8, material=INDEX["grass"], bright=1.1, mix=-0.2)
    dirt.values[:, :2] = infield.values[:, :2] = x + 22 * c, y + 22 * s
    if site.free(outer, block.district).all():
        site.add("lots", outer, BUILT)
        site.add("lots", dirt)
        site.add("lots", infield)


def field(site: Site, block: Block) -> None:
    """Ploughed or grown strips with the marks of machines; here and there a farm."""
    rng = site.rng
    parts = rng.integers(1, 4)
    edges = (
        block.u0 + 6 + np.cumsum(np.r_[0, rng.dirichlet(np.full(parts, 5.0))]) * (block.u1 - block.u0 - 12)
    )
    for u0, u1 in pairwise(edges):
        kind = rng.choice(["crop", "crop", "stubble", "moist soil", "dry grass", "grass"])
        part = Block(block.district, u0 + 2, u1 - 2, block.v0 + 7, block.v1 - 7, "field")
        tint = rng.normal(1, 0.12)
        cells_of(site, part, kind, bright=tint, mix=rng.uniform(0, 0.3))
        pitch, depth = rng.uniform(7, 16), rng.uniform(0.03, 0.1)
        along_u = rng.random() < 0.5
        span = (part.v0, part.v1) if along_u else (part.u0, part.u1)
        run = (part.u0, part.u1) if along_u else (part.v0, part.v1)
        lines = np.arange(span[0] + 4, span[1] - 2, pitch)
        steps = np.arange(run[0] + 20, run[1] - 10, 38.0)
        a, b = (grid.ravel() for grid in np.meshgrid(steps, lines))
        rows = site.laid(
            block, *((a, b) if along_u else (b, a)), 20.0, pitch / 4, along="u" if along_u else "v",
            material=INDEX[kind], bright=tint * (1 + rng.choice([-1, 1]) * depth), mix=rng.uniform(0, 0.35),
        )  # fmt: skip
        site.add("rows", rows.where(site.district(rows.x, rows.y) == block.district))
    if rng.random() < 0.6:
        _farm(site, block)
    line = np.arange(block.v0, block.v1, 8.0)
    for u in edges[1:-1]:
        if rng.random() < 0.5:
            keep = rng.random(len(line)) < 0.8
            site.plant(*site.ground(block, u + rng.normal(0, 2, keep.sum()), line[keep]), wild=True)


def _farm(site: Site, block: Block) -> None:
    rng = site.rng
    u, v = block.u0 + rng.uniform(50, 90), block.v0 + rng.uniform(40, 70)
    yard = site.laid(block, u, v, 34, 26, round=1, material=INDEX["gravel"], mix=0.4)
    if not site.free(yard, block.district).all():
        return
    site.add("lots", yard)
    houses = site.laid(
        block, u + np.array([-18, 6, 22]), v + np.array([8, -10, 8]), [8, 16, 9], [5, 8, 6], top=GABLE,
        base=[5, 6, 4], rise=[0.5, 0.4, 0.3], label=LABEL["building"],
        material=[INDEX["grey shingle"], INDEX["metal"], INDEX["red paint"]], bright=[1, 0.9, 0.5],
    )  # fmt: skip
    site.add("solids", houses, BUILT, 2.0)
    bins = site.laid(block, u + np.array([26, 33]), v - 12, 4.0, 4.0, round=1, base=9.0, rise=1.5, top=3,
                     material=INDEX["metal"], label=LABEL["clutter"])  # fmt: skip
    site.add("solids", bins, BUILT)
    ring = rng.uniform(0, 2 * np.pi, 26)
    far = rng.uniform(30, 50, 26)
    site.plant(*site.ground(block, u + far * np.cos(ring), v + far * np.sin(ring)))


def marsh(site: Site, block: Block, field: np.ndarray) -> None:
    """Reeds with a few islands of trees."""
    x, y = site.scatter(block, 7.5)
    site.plant(*(part[density(site, x, y, field) > 1.1] for part in (x, y)), wild=True)
