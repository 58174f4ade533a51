"""Random masks of measured frames: gaps between modules, dead pixels, beam stop with its wire, shadow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Shape = tuple[int, int]


def module_gaps(
    shape: Shape, modules: Sequence[float], binning: int, rng: np.random.Generator, *, hit: bool = False
) -> np.ndarray:
    """Gaps between a detector's modules, at a random shift.

    Parameters
    ----------
    shape : (h, w) of the image, px.
    modules : rows and columns of a module, then rows and columns of a gap, in detector pixels (195, 487, 17
        and 7 of a Pilatus).
    binning : detector pixels per side of an image pixel. A gap of 17 / 2 pixels is 8 or 9 wide, as its shift
        has it: a pixel is masked where more than half of it lies in the gap.
    hit : shift the modules so that at least one gap is in the image; without, there may be none.

    Returns
    -------
    bool (h, w), True in the gaps.
    """
    periods = [modules[axis] + modules[2 + axis] for axis in (0, 1)]
    certain = int(rng.integers(2)) if hit else -1
    lines = []
    for axis, size in enumerate(shape):
        gap, period = modules[2 + axis] / binning, periods[axis] / binning
        start = rng.uniform(-gap, size) if axis == certain else rng.uniform(0, period)
        edges = np.arange(size)
        # share of each pixel [i, i + 1) that lies in [start, start + gap), over all periods
        first = start - period * np.ceil((start + gap) / period)
        starts = first + period * np.arange(int(np.ceil((size + gap) / period)) + 2)
        overlap = np.minimum(edges[:, None] + 1, starts + gap) - np.maximum(edges[:, None], starts)
        lines.append(np.clip(overlap, 0, 1).sum(axis=1) > 0.5)
    return lines[0][:, None] | lines[1]


def dead_pixels(shape: Shape, share: float, rng: np.random.Generator) -> np.ndarray:
    """Single dead pixels, each with probability `share`: bool (h, w)."""
    return rng.random(shape) < share


def beam_stop(
    shape: Shape, radius: float, wire: float, centre: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    """A disc, and the wire that holds it, which runs to the image's border.

    Parameters
    ----------
    radius : of the disc, px. wire : its width, px. centre : row and column of the disc.

    Returns
    -------
    bool (h, w), True behind the stop or the wire.
    """
    row, column = (np.arange(size)[:, None] for size in shape)
    row, column = row - centre[0], (column - centre[1]).T
    angle = rng.uniform(0, 2 * np.pi)
    along = row * np.sin(angle) + column * np.cos(angle)
    across = row * np.cos(angle) - column * np.sin(angle)
    return (np.hypot(row, column) <= radius) | ((along > 0) & (np.abs(across) <= wire / 2))


def sample_shadow(shape: Shape, rows: int) -> np.ndarray:
    """The first `rows` rows, which the sample shadows (row 0 is at alpha_f = 0): bool (h, w)."""
    shadow = np.zeros(shape, dtype=bool)
    shadow[:rows] = True
    return shadow


def random_mask(
    shape: Shape, settings: Mapping[str, Any], rng: np.random.Generator, *, hit: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """A mask as frames have it, of a random detector at a random shift.

    Parameters
    ----------
    shape : (h, w), px.
    settings : of config/gisaxs.yaml, restoration.measurement: `detectors`, `binning`, `dead_share` (lowest
        and highest), `stop_px` (radius), `wire_px`, `shadow_rows`, and `stop_chance`, `shadow_chance`.
    hit : at least one gap is in the image.

    Returns
    -------
    mask : bool (h, w), True where nothing is measured, not everywhere. gaps : bool (h, w), the part that is
    gaps between modules or dead pixels.

    Raises
    ------
    ValueError : 100 masks in turn covered the whole image, which is too small for the settings.
    """
    for _ in range(100):
        gaps, hidden = _one_mask(shape, settings, rng, hit)
        if not (gaps | hidden).all():
            return gaps | hidden, gaps & ~hidden
    raise ValueError(f"100 masks in turn covered an image of {shape} px; take a larger one or smaller gaps")


def _one_mask(
    shape: Shape, settings: Mapping[str, Any], rng: np.random.Generator, hit: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Gaps and dead pixels; stop and shadow."""
    modules = settings["detectors"][rng.integers(len(settings["detectors"]))]
    gaps = module_gaps(shape, modules, int(rng.choice(settings["binning"])), rng, hit=hit)
    gaps |= dead_pixels(shape, np.exp(rng.uniform(*np.log(settings["dead_share"]))), rng)
    hidden = np.zeros(shape, dtype=bool)
    if rng.random() < settings["stop_chance"]:
        centre = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        radius, wire = rng.uniform(*settings["stop_px"]), rng.uniform(*settings["wire_px"])
        hidden |= beam_stop(shape, radius, wire, centre, rng)
    if rng.random() < settings["shadow_chance"]:
        hidden |= sample_shadow(shape, int(rng.integers(1, settings["shadow_rows"] + 1)))
    return gaps, hidden
