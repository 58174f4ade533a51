"""Junctions of highways with main roads: a clover leaf of raised ramps."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import SITE_M, shapes
from latentlab.studies.landcover.scenes.site import KEPT, LABEL, Block, Site
from latentlab.studies.landcover.scenes.streets import BRIDGE_M, JUNCTION_M, lay_deck

LOOP_M = 30.0  # radius of a loop


def find_crossing(
    site: Site, block: Block, along: str, at: float, start: float, end: float
) -> np.ndarray | None:
    """Where a main road meets the highway well inside the site, with room: point and direction of the road,
    (x, y, angle), or None."""
    way = np.arange(start, end, 6.0)
    line = np.full(len(way), at)
    u, v = (way, line) if along == "u" else (line, way)
    frame = site.frames[block.district]
    x, y = frame.place(u, v)
    off = site.highway.along_and_off(x, y)[1]
    inside = (np.abs(x - SITE_M / 2) < 400) & (np.abs(y - SITE_M / 2) < 400) & (site.depth(x, y) < -140)
    inside &= site.district(x, y) == block.district
    place = np.flatnonzero((off[1:] * off[:-1] < 0) & inside[1:])
    if len(place) == 0:
        return None
    first = place[0]
    return np.array([x[first], y[first], frame.direction(u[first], v[first], along)])


def build_junction(site: Site, crossing: np.ndarray) -> None:
    """Loops in the four quarters between highway and road, and ramps outside of them."""
    rng = site.rng
    middle, road = crossing[:2], crossing[2]
    t = site.highway.along_and_off(*middle)[0]
    ahead = site.highway.swing(np.array([t - 5.0, t + 5.0]))
    highway = site.highway.angle + np.arctan2(ahead[1] - ahead[0], 10.0)
    if abs(np.sin(highway - road)) < 0.8:
        return
    site.junction = (float(middle[0]), float(middle[1]))
    x, y = middle
    reach = JUNCTION_M + 12
    ground = shapes(x=x, y=y, a=reach, b=reach, round=1, material=INDEX["grass"], mix=0.3)
    site.add("lots", ground)
    tint = rng.normal(1, 0.05)
    h = np.array([np.cos(highway), np.sin(highway)])
    r = np.array([np.cos(road), np.sin(road)])
    for along in (-h, h):
        for across in (-r, r):
            centre = middle + (LOOP_M + 13) * (along + across) / 1.12
            turn = np.linspace(0, 2 * np.pi, 25)
            ring = centre + LOOP_M * np.stack([np.cos(turn), np.sin(turn)], axis=1)
            base = 1.0 + (BRIDGE_M - 1.5) * (
                0.5 + 0.5 * np.cos(turn[:-1] - np.arctan2(-across[1], -across[0]))
            )
            _ramp(site, ring, base, tint)
            s = np.linspace(0, 1, 15)[:, None]
            start, end = middle + 118 * along + 16 * across, middle + 118 * across + 9 * along
            bend = middle + 62 * (along + across)
            curve = (1 - s) ** 2 * start + 2 * s * (1 - s) * bend + s**2 * end
            _ramp(site, curve, np.linspace(1.0, BRIDGE_M - 0.5, 14), tint)
    site.take(ground, KEPT)


def _ramp(site: Site, points: np.ndarray, base: np.ndarray, tint: float) -> None:
    middle, step = (points[1:] + points[:-1]) / 2, np.diff(points, axis=0)
    deck = shapes(
        x=middle[:, 0], y=middle[:, 1], a=np.hypot(*step.T) / 2 + 0.8, b=4.2, angle=np.arctan2(step[:, 1],
        step[:, 0]),
        bright=tint, label=LABEL["clutter"],
    )  # fmt: skip
    lay_deck(site, deck, base, rim=False)
