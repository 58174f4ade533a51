"""Highways, roads along rivers, and what a road crosses."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import SITE_M, shapes
from latentlab.studies.landcover.scenes.site import KEPT, LABEL, Block, Site
from latentlab.studies.landcover.scenes.streets import lay_deck, lay_line
from latentlab.studies.landcover.scenes.water import River, swinging


def lay_highway(site: Site, land_use: str) -> None:
    """Two carriageways and a strip of grass between them; on piers in the city's centre."""
    rng = site.rng
    x, y = rng.uniform(0.2, 0.8, 2) * SITE_M
    curve = swinging(x, y, rng.uniform(0, np.pi), 0.15, rng)
    points = curve.points(12.0)
    step = np.gradient(points, axis=0)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.hypot(*step.T)[:, None]
    raised = land_use == "downtown" or rng.random() < 0.25
    middle = (points[1:] + points[:-1]) / 2
    strip = shapes(
        x=middle[:, 0], y=middle[:, 1], a=8.0, b=26.0, angle=np.arctan2(*np.diff(points, axis=0).T[::-1]),
        material=INDEX["grass"], mix=0.35, label=LABEL["ground"],
    )  # fmt: skip
    dry = site.depth(strip.x, strip.y) < -10
    site.add("lots", strip.where(dry))
    surface = "concrete" if rng.random() < 0.5 else "old asphalt"
    tint = rng.normal(1, 0.06)
    for side in (-10.5, 10.5):
        line = points + side * normal
        if raised:
            part = (line[1:] + line[:-1]) / 2
            way = np.diff(line, axis=0)
            deck = shapes(
                x=part[:, 0], y=part[:, 1], a=np.hypot(*way.T) / 2 + 0.6, b=8.0,
                angle=np.arctan2(*way.T[::-1]),
                bright=tint,
            )  # fmt: skip
            lay_deck(site, deck, 8.5)
        else:
            lay_line(site, line, 12.5, material=surface, walk=0, bridge=True, bright=tint, marks=True)
    site.take(strip, KEPT, 4.0)
    site.highway, site.raised = curve, bool(raised)


def longest_wet(site: Site, block: Block, along: str, at: float) -> float:
    """Longest way over water of a line across the site, m."""
    way = np.arange(-SITE_M, SITE_M, 8.0)
    line = np.full(len(way), at)
    x, y = site.frames[block.district].place(*((way, line) if along == "u" else (line, way)))
    wet = (site.depth(x, y) > -8) & (np.abs(x - SITE_M / 2) < 600) & (np.abs(y - SITE_M / 2) < 600)
    edges = np.flatnonzero(np.diff(np.r_[0, wet.astype(int), 0]))
    return 8.0 * max((edges[1::2] - edges[::2]).max(initial=0), 0)


def lay_riverside(site: Site, land_use: str) -> None:
    """Roads along the banks of a river."""
    for water, _ in site.water:
        if not isinstance(water, River) or land_use == "rural":
            continue
        for side in (-1, 1):
            if site.rng.random() < 0.6:
                points = water.curve.points(14.0)
                step = np.gradient(points, axis=0)
                normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.hypot(*step.T)[:, None]
                far = 0.6 * water.width + 26
                lay_line(site, points + side * far * normal, 9.0, material="old asphalt", marks=True)
