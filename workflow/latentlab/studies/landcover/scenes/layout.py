"""Plan of a site: water, districts with their street frames, main roads, and what each block is used for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from latentlab.studies.landcover.classes import CITIES
from latentlab.studies.landcover.scenes import built_up, city_centre, open_land, residential
from latentlab.studies.landcover.scenes.fields import fractal_field
from latentlab.studies.landcover.scenes.frame import bent_frame
from latentlab.studies.landcover.scenes.highways import lay_highway, lay_riverside, longest_wet
from latentlab.studies.landcover.scenes.junctions import build_junction, find_crossing
from latentlab.studies.landcover.scenes.shapes import SITE_M
from latentlab.studies.landcover.scenes.site import CELLS, WATER, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_line, lay_street
from latentlab.studies.landcover.scenes.styles import LAND_USES, STYLES
from latentlab.studies.landcover.scenes.water import River, swinging, wavy_lake

GOLDEN = (5**0.5 - 1) / 2
HIGHWAY_SHARE = {
    "downtown": 0.6, "suburb": 0.3, "commercial": 0.6, "rural": 0.25, "waterfront": 0.35, "mixed": 0.6,
}  # fmt: skip
GROUND = {
    "forest": "undergrowth",
    "marsh": "marsh",
    "downtown": "concrete",
    "port": "gravel",
}  # others: grass


def land_use_of(seed: int) -> str:
    """The land use of a site: seeds that follow each other have different ones (golden-ratio sequence)."""
    return LAND_USES[int((seed * GOLDEN) % 1 * len(LAND_USES))]


def plan_site(city: str, land_use: str, seed: int) -> Site:
    """Plan a site; the same seed gives the same site.

    Parameters
    ----------
    city : one of `classes.CITIES`. land_use : one of `styles.LAND_USES`.
    """
    rng = np.random.default_rng((seed, CITIES.index(city), 1))
    site = Site(city, STYLES[city], rng)
    woods = fractal_field(CELLS, (seed, CITIES.index(city), 2), coarsest=4, finest=64)
    _water(site, land_use)
    _districts(site, land_use)
    if rng.random() < HIGHWAY_SHARE[land_use]:
        lay_highway(site, land_use)
    lay_riverside(site, land_use)
    blocks = _blocks(site, land_use)
    _main_roads(site, blocks, land_use)
    for block in blocks:
        _fill(site, block, woods)
    _banks(site, woods, land_use)
    return site


def _water(site: Site, land_use: str) -> None:
    rng, style = site.rng, site.style
    share = {"waterfront": 1.0, "rural": 0.3, "downtown": 0.4, "mixed": 0.4}.get(land_use, 0.08)
    if rng.random() < share:
        width = rng.uniform(*style.river_width) * (
            1.0 if land_use == "waterfront" else rng.uniform(0.15, 0.6)
        )
        x, y = rng.uniform(0.25, 0.75, 2) * SITE_M
        curve = swinging(x, y, rng.uniform(0, np.pi), 0.45, rng)
        site.water.append((River(curve, width), style.river))
    lakes = rng.poisson(0.9 if land_use in ("rural", "waterfront", "mixed") else 0.35) * (style.ponds > 0.5)
    lakes += rng.random() < 0.25
    for _ in range(lakes):
        x, y = rng.uniform(0, SITE_M, 2)
        site.water.append((wavy_lake(x, y, rng.uniform(35, 130), rng), style.pond))
    centres = (np.arange(CELLS) + 0.5) * SITE_M / CELLS
    wet = site.depth(centres[None, :], centres[:, None]) > -4
    site.taken[wet] = WATER


def _districts(site: Site, land_use: str) -> None:
    rng, style = site.rng, site.style
    rivers = [water for water, _ in site.water if isinstance(water, River)]
    if rivers:
        site.divider = rivers[0].curve
    elif rng.random() < (0.25 if land_use == "rural" else 0.55):
        x, y = rng.uniform(0.3, 0.7, 2) * SITE_M
        site.divider = swinging(x, y, rng.uniform(0, np.pi), 0.2, rng)
    turn = np.radians(style.turn_deg)
    first = rng.uniform(-turn, turn)
    second = first + rng.choice([-1, 1]) * np.radians(rng.uniform(15, 45))
    for angle in (first, second) if site.divider is not None else (first,):
        centre = tuple(SITE_M / 2 + rng.uniform(-150, 150, 2))
        bend = style.bend * (0.3 if land_use == "downtown" else 1.0)
        site.frames.append(bent_frame(centre, angle, bend, rng))
    if site.divider is not None and not rivers:
        lay_line(site, site.divider.points(14.0), 15.0, marks=True, material=_main_surface(site))


def _main_surface(site: Site) -> str:
    return "old asphalt" if site.rng.random() < 0.7 else "concrete"


def _blocks(site: Site, land_use: str) -> list[Block]:
    """Superblocks between main roads, each with its use."""
    rng, style = site.rng, site.style
    chances = style.zones[land_use]
    names, weights = list(chances), np.array(list(chances.values()))
    blocks = []
    for district, frame in enumerate(site.frames):
        size = style.block if land_use != "rural" else (480.0, 700.0)
        lines = []
        for _ in range(2):
            steps = rng.uniform(*size, 8)
            lines.append(np.cumsum(steps) - rng.uniform(0.4, 0.6) * steps.sum())
        us, vs = lines
        for u0, u1 in pairwise(us):
            for v0, v1 in pairwise(vs):
                zone = names[rng.choice(len(names), p=weights / weights.sum())]
                x, y = frame.place((u0 + u1) / 2, (v0 + v1) / 2)
                if land_use == "downtown" and np.hypot(x - SITE_M / 2, y - SITE_M / 2) < 420:
                    zone = "downtown"
                u, v = np.meshgrid(np.linspace(u0, u1, 7), np.linspace(v0, v1, 7))
                x, y = frame.place(u, v)
                seen = (np.abs(x - SITE_M / 2) < 560) & (np.abs(y - SITE_M / 2) < 560)
                if (seen & (site.district(x, y) == district)).any():
                    blocks.append(Block(district, u0, u1, v0, v1, zone))
    return blocks


def _main_roads(site: Site, blocks: list[Block], land_use: str) -> None:
    rng = site.rng
    rural = land_use == "rural"
    width = 7.5 if rural else 14.0
    looks: dict[tuple, tuple] = {}
    roads, bridges = [], 0
    for block in blocks:
        for along, at, start, end in (
            ("u", block.v0, block.u0, block.u1),
            ("v", block.u0, block.v0, block.v1),
        ):
            roads.append((block, along, at, start, end))
            line = (block.district, along, at)
            if line not in looks:
                unpaved = rural and site.city == "Omaha" and rng.random() < 0.5
                bridge = bridges < 2 and rng.random() < 0.4 and 0 < longest_wet(site, block, along, at) < 560
                bridges += bridge
                surface = "gravel" if unpaved else _main_surface(site)
                looks[line] = (bridge, surface, rng.normal(0.95, 0.06))
    for road in roads:
        if site.highway is not None and site.junction is None and not site.raised:
            crossing = find_crossing(site, *road)
            if crossing is not None:
                build_junction(site, crossing)
                looks[(road[0].district, *road[1:3])] = (True, *looks[(road[0].district, *road[1:3])][1:])
    bridged = set()
    for block, along, at, start, end in roads:
        bridge, material, bright = looks[(block.district, along, at)]
        if bridge and (block.district, along, at) in bridged:
            continue
        if bridge:  # as one, since there are no blocks in the water
            bridged.add((block.district, along, at))
            start, end = -SITE_M, SITE_M
        lay_street(
            site, block, along, at, start, end, width, material=material, bridge=bridge, bright=bright,
            marks=not rural, walk=0 if rural else 1.8, verge=0 if rural else 2.0,
        )  # fmt: skip


def _fill(site: Site, block: Block, woods: np.ndarray) -> None:
    rng = site.rng
    tint = {"bright": rng.normal(1, 0.08), "mix": site.style.lawn_mix + rng.normal(0, 0.12)}
    if block.zone != "field":
        open_land.cells_of(site, block, GROUND.get(block.zone, "grass"), **tint)
    if block.zone in ("forest", "marsh", "park"):
        getattr(open_land, block.zone)(site, block, woods)
    elif block.zone == "field":
        open_land.field(site, block)
    elif block.zone == "downtown":
        city_centre.downtown(site, block)
    elif block.zone in ("residential", "apartments"):
        getattr(residential, block.zone)(site, block.shrunk(8))
    else:
        getattr(built_up, block.zone)(site, block)


def _banks(site: Site, woods: np.ndarray, land_use: str) -> None:
    """Trees along water, in groups."""
    if not site.water:
        return
    places = np.arange(0, SITE_M, 6.5)
    x, y = (grid.ravel() + site.rng.uniform(-2.5, 2.5, grid.size) for grid in np.meshgrid(places, places))
    depth = site.depth(x, y)
    level = 0.9 if land_use == "downtown" else 0.1
    keep = (depth < -5) & (depth > -32) & (open_land.density(site, x, y, woods) > level)
    site.plant(x[keep], y[keep], wild=True)
