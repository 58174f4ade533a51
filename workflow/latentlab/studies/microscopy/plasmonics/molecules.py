"""Scenes of molecules on a surface, as a scanning tunnelling microscope (STM) shows them: unlike lobes in a
row.

A stand-in for the lecture's "unsupervised discovery of molecules", whose images are not public: molecules
of a
few kinds at random places and angles, each drawn as Gaussian lobes; noise of the current, a height offset of
each scan line, and a tilted background. No electronic structure is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter

# By kind, the lobes: (x, y) in px from the centre, y upwards, and relative height. Order of rotational
# symmetry.
SPECIES: dict[str, tuple[tuple[tuple[float, float, float], ...], int]] = {
    "rod": (((-4.5, 0, 1), (0, 0, 1), (4.5, 0, 1)), 2),
    "bent": (((-4, -1.6, 1), (0, 1.6, 1), (4, -1.6, 0.6)), 1),
    "star": (((0, 4, 1), (-3.46, -2, 1), (3.46, -2, 1)), 3),
    "cross": (((3.6, 0, 0.9), (-3.6, 0, 0.9), (0, 3.6, 0.9), (0, -3.6, 0.9)), 4),
}
FOLDS = {place: fold for place, (_, fold) in enumerate(SPECIES.values())}
LOBE_PX = 1.7  # standard deviation
BLUR_PX = 3.0  # of the image in which molecules are searched
LEAST_HEIGHT = 0.35  # of a maximum in the blurred image, in parts of its highest
MATCH_PX = 3.0  # a found place within this distance of a molecule's centre is that molecule


def draw_molecules(
    spec: Mapping[str, Any], rng: np.random.Generator
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """One scene, (side, side) float32, and its molecules: class, angle_rad and place (n, 2), (row, column).

    Parameters
    ----------
    spec : `molecules`, asked for; `side` and `apart` (least distance of centres) in px; `noise`, `line_noise`
        and `slope` in parts of a lobe's height. rng : source of randomness.
    """
    side, number = spec["side"], spec["molecules"]
    margin = spec["apart"] / 2
    places: list[np.ndarray] = []
    for candidate in rng.uniform(margin, side - 1 - margin, (60 * number, 2)):
        if len(places) == number:
            break
        if not places or (np.hypot(*(np.array(places) - candidate).T) >= spec["apart"]).all():
            places.append(candidate)
    place = np.array(places)
    kind = rng.integers(len(SPECIES), size=len(place))
    angle = rng.uniform(-np.pi, np.pi, len(place))
    grid = np.arange(side)
    image = np.zeros((side, side))
    for (row, column), each, turn in zip(place, kind, angle, strict=True):
        lobes, _ = list(SPECIES.values())[each]
        for x, y, height in lobes:
            right, up = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
            across = np.exp(-((grid - column - right) ** 2) / (2 * LOBE_PX**2))
            down = np.exp(-((grid - row + up) ** 2) / (2 * LOBE_PX**2))
            image += height * down[:, None] * across
    slope = rng.uniform(-spec["slope"], spec["slope"], 2)
    image += (slope[0] * grid[:, None] + slope[1] * grid) / side
    image += rng.normal(0, spec["line_noise"], (side, 1)) + rng.normal(0, spec["noise"], (side, side))
    return image.astype(np.float32), {"class": kind, "angle_rad": angle, "place": place}


def levelled(image: np.ndarray) -> np.ndarray:
    """A scene without its tilt and the offsets of its scan lines: plane, then the median of each line."""
    grid = np.arange(len(image)) - (len(image) - 1) / 2
    tilted = image - image.mean()
    square = (grid**2).sum() * len(image)
    tilted = tilted - (tilted.sum(axis=1) @ grid) / square * grid[:, None]
    tilted = tilted - (tilted.sum(axis=0) @ grid) / square * grid
    return tilted - np.median(tilted, axis=1, keepdims=True)


def find_molecules(image: np.ndarray, margin: int) -> np.ndarray:
    """Places of molecules in a levelled scene, int (n, 2), (row, column): maxima of the blurred image.

    Parameters
    ----------
    margin : px from the border within which nothing is searched.
    """
    blurred = gaussian_filter(image, BLUR_PX)
    highest = maximum_filter(blurred, size=2 * int(2 * BLUR_PX) + 1)
    found = (blurred == highest) & (blurred > LEAST_HEIGHT * blurred.max())
    places = np.argwhere(found)
    inside = ((places >= margin) & (places < len(image) - margin)).all(axis=1)
    return places[inside]


def matched(found: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which found places (n, 2) are molecules of `true` (m, 2): (n,) number of the nearest, (n,) whether it
    is."""
    squares = ((found[:, None] - true[None]) ** 2).sum(axis=-1)
    nearest = squares.argmin(axis=1)
    return nearest, squares.min(axis=1) <= MATCH_PX**2
