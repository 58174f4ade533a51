"""Streets, laid in pieces along the lines of a frame."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import SITE_M, Shapes, replaced, shapes
from latentlab.studies.landcover.scenes.site import LABEL, PAVED, WATER, Block, Site

PIECE_M = 14.0
BRIDGE_M = 7.5  # height of a bridge's deck
JUNCTION_M = 105.0  # no side streets so near to the middle of a junction


def lay_street(
    site: Site, block: Block, along: str, at: float, start: float, end: float, width: float, **options
) -> None:
    """A street on the line `at` of a block's frame, from `start` to `end` along u or v, m."""
    if end - start < PIECE_M:
        return
    way = np.linspace(start, end, int(np.ceil((end - start) / PIECE_M)) + 1)
    frame = site.frames[block.district]
    line = np.full(len(way), at)
    x, y = frame.place(*((way, line) if along == "u" else (line, way)))
    lay_line(site, np.stack([x, y], axis=-1), width, district=block.district, **options)


def lay_line(
    site: Site,
    points: np.ndarray,
    width: float,
    *,
    district: int | None = None,
    material: str | None = None,
    walk: float = 1.5,
    verge: float = 1.6,
    bridge: bool = False,
    marks: bool = False,
    bright: float | None = None,
) -> None:
    """A street along points (n, 2), m: it ends at water, or crosses it on a bridge.

    Parameters
    ----------
    walk, verge : widths of the pavement beside it and of the grass between, m. marks : a line along its
        middle.
    bridge : it also crosses a highway.
    """
    middle, step = (points[1:] + points[:-1]) / 2, np.diff(points, axis=0)
    turn = np.abs(np.diff(np.arctan2(step[:, 1], step[:, 0]), append=0)[:-1])
    slack = 0.3 + width / 2 * np.tan(min(0.5, np.quantile(turn, 0.9))) if len(turn) else 0.3
    pieces = shapes(
        x=middle[:, 0], y=middle[:, 1], a=np.hypot(*step.T) / 2 + slack, b=width / 2,
        angle=np.arctan2(step[:, 1], step[:, 0]), label=LABEL["ground"],
        material=INDEX[material or site.style.street],
        bright=site.rng.normal(1, 0.07) if bright is None else bright, mix=site.rng.uniform(0, 0.3),
    )  # fmt: skip
    near = (np.abs(middle - SITE_M / 2) < SITE_M / 2 + 30).all(axis=1)
    wet = site.depth(middle[:, 0], middle[:, 1]) > -8
    wet |= site.at(middle[:, 0], middle[:, 1]) == WATER
    if district is not None and site.divider is not None:
        near &= (site.district(middle[:, 0], middle[:, 1]) == district) | (wet & bridge)
    over = np.zeros(len(pieces), bool)
    if site.highway is not None:
        off = np.abs(site.highway.along_and_off(middle[:, 0], middle[:, 1])[1])
        over = off < (42 if bridge else 34)
    if site.junction is not None and not bridge:
        over |= np.hypot(*(middle - site.junction).T) < JUNCTION_M
    land = pieces.where(near & ~wet & ~over)
    if walk:
        beside = {"material": INDEX["concrete"], "bright": 0.9}
        if verge:
            site.add(
                "verges", replaced(land, b=land.b + verge, material=INDEX["grass"], mix=site.style.lawn_mix)
            )
        site.add("walks", replaced(land, b=land.b + verge + walk, **beside))
    site.add("roads", land, PAVED, grow=1.5)
    if marks:
        site.add("lines", replaced(land, b=0.25, bright=0.5))
    if bridge:
        lay_deck(site, pieces.where(near & (wet | over)), BRIDGE_M)


def lay_deck(site: Site, pieces: Shapes, height: np.ndarray | float, rim: bool = True) -> None:
    """An elevated road along the pieces of a street, with a light rim if it is level."""
    deck = replaced(pieces, label=LABEL["clutter"], material=INDEX["concrete"], base=height)
    road = replaced(
        deck, b=deck.b - 0.9 * rim, base=deck.base + 0.01, material=INDEX["old asphalt"], bright=1.15
    )
    site.add("solids", deck if rim else road, PAVED)
    if rim:
        site.add("solids", road)
