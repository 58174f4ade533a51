"""What is known of each tile from its own pixels: land cover, height, colour, direction of its edges."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.classes import CLASSES, VOID
from latentlab.studies.landcover.tile_set import Tiles

HARMONICS = (2, 4)  # periods of 180 deg: one direction of roads; of 90 deg: a grid of roads
LUMINANCE = (0.299, 0.587, 0.114)  # of red, green, blue: ITU-R BT.601
TOGETHER = 256  # tiles whose gradients are in memory at once


def describe(tiles: Tiles) -> dict[str, np.ndarray]:
    """Factors of tiles, which the latents are searched for.

    Returns
    -------
    fractions : float32 (n, 5), share of each of `CLASSES` among the pixels that are not void.
    dominant : int64 (n,), the class with most pixels, the first of these if several have as many.
    mean_height_m : float32 (n,), m above ground, over the pixels whose height is known; NaN without any.
    mean_colour : float32 (n, 3), mean red, green, blue, 0 to 1.
    direction : float32 (n, 4), see `direction`.
    """
    fractions = class_fractions(tiles.labels)
    return {
        "fractions": fractions,
        "dominant": fractions.argmax(axis=1),
        "mean_height_m": mean_height(tiles.height),
        "mean_colour": (tiles.rgb.mean(axis=(2, 3), dtype=np.float64) / 255.0).astype(np.float32),
        "direction": direction(tiles.rgb),
    }


def class_fractions(labels: np.ndarray) -> np.ndarray:
    """Share of each class among the pixels that are not void; all zero for a tile that is all void.

    Parameters
    ----------
    labels : uint8 (n, side, side), index in `CLASSES`, or `VOID`.

    Returns
    -------
    float32 (n, 5).
    """
    counts = np.stack([(labels == index).sum(axis=(1, 2)) for index in range(len(CLASSES))], axis=1)
    known = (labels != VOID).sum(axis=(1, 2))
    return (counts / np.maximum(known, 1)[:, None]).astype(np.float32)


def mean_height(height: np.ndarray) -> np.ndarray:
    """Mean of the known heights of each tile, float32 (n,), m; NaN where no pixel's height is known.

    Parameters
    ----------
    height : float32 (n, side, side), m, NaN where it is not known.
    """
    known = np.isfinite(height)
    total = np.where(known, height, 0.0).sum(axis=(1, 2), dtype=np.float64)
    number = known.sum(axis=(1, 2))
    return np.where(number > 0, total / np.maximum(number, 1), np.nan).astype(np.float32)


def direction(rgb: np.ndarray) -> np.ndarray:
    """Direction of the edges of each tile: the 2nd and 4th harmonic of their orientations.

    An edge's orientation phi is counter-clockwise from east, modulo 180 deg. Each pixel counts by the energy
    |g|^2 of the gradient g of the luminance: c_k = sum |g|^2 exp(i k phi) / sum |g|^2, k = 2 and 4. The 2nd
    harmonic is the structure tensor's: its modulus is the coherence, 0 to 1, half its phase the dominant
    direction (Bigün and Granlund 1987). It vanishes for a grid of perpendicular edges, whose direction is a
    quarter of the phase of the 4th harmonic.

    Parameters
    ----------
    rgb : uint8 (n, 3, side, side), row 0 is north.

    Returns
    -------
    float32 (n, 4): real and imaginary part of c_2, of c_4; 0 for a tile of one colour.
    """
    found = np.zeros((len(rgb), 2 * len(HARMONICS)), np.float32)
    for start in range(0, len(rgb), TOGETHER):
        rows = slice(start, start + TOGETHER)
        found[rows] = _harmonics(np.einsum("nchw,c->nhw", rgb[rows], np.array(LUMINANCE, np.float32)))
    return found


def _harmonics(grey: np.ndarray) -> np.ndarray:
    """Harmonics of pictures (n, h, w). Scharr's gradient, as its angle is right at any direction."""
    across = grey[:, :, 2:] - grey[:, :, :-2]
    down = grey[:, 2:, :] - grey[:, :-2, :]
    east = 3 * across[:, :-2] + 10 * across[:, 1:-1] + 3 * across[:, 2:]
    north = -(3 * down[:, :, :-2] + 10 * down[:, :, 1:-1] + 3 * down[:, :, 2:])
    energy = east**2 + north**2
    total = energy.sum(axis=(1, 2), dtype=np.float64)
    weight = np.where(total > 0, 1.0 / np.maximum(total, np.finfo(float).tiny), 0.0)
    # an edge lies at 90 deg to its gradient: the 2nd harmonic changes its sign, the 4th does not
    square = -((east + 1j * north) ** 2)
    second = square.sum(axis=(1, 2), dtype=np.complex128) * weight
    fourth = (square**2 / np.maximum(energy, np.finfo(np.float32).tiny)).sum(axis=(1, 2)) * weight
    return np.stack([second.real, second.imag, fourth.real, fourth.imag], axis=1)
