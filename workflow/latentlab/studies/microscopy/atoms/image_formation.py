"""From columns to a scanned image: the probe's width, drift, line noise and electrons that are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentlab.studies.microscopy.atoms.columns import Columns
from latentlab.studies.microscopy.atoms.fields import random_field

REACH = 4.0  # standard deviations up to which a column's Gaussian is drawn


@dataclass(frozen=True)
class Microscope:
    """How an image is taken.

    Attributes
    ----------
    width : standard deviation of a column's image (atoms' thermal motion and the probe together), px.
    dose : detected electrons per px, the image's mean; 0 for an image without shot noise.
    background : mean of a smooth random background, as a share of the columns' mean intensity.
    drift : of the sample during the scan, px over the whole image, in a random direction and uneven.
    jitter : standard deviation of each line's start (line noise of the scan), px.
    flyback : px by which the start of each line lags after the beam's way back; it decays over 8 px.
    """

    width: float = 1.8
    dose: float = 100.0
    background: float = 0.2
    drift: float = 2.0
    jitter: float = 0.1
    flyback: float = 1.0

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Microscope:
        """From the part `microscope` of a set's entry; keys that are not given have the values above."""
        return cls(**spec)


FLYBACK_DECAY = 8.0  # px


def scanned(
    columns: Columns, side: int, microscope: Microscope, rng: np.random.Generator
) -> tuple[np.ndarray, Columns]:
    """Counts of a scanned image, and the columns where the image shows them.

    The beam that is meant for pixel (row r, column c) is at (c + dx(r, c), r + dy(r)) of the sample: dx and
    dy are the drift; dx also has each line's jitter and the lag at its start. The columns' true places are
    those without the jitter, which has no mean.

    Parameters
    ----------
    columns : on the sample, also those a little outside of the image. side : of the image, px.

    Returns
    -------
    counts : float64 (side, side), electrons per px; whole numbers where there is shot noise.
    columns : those inside of the image.
    """
    along, across = _drift(side, microscope.drift, rng)
    lag = microscope.flyback * np.exp(-np.arange(side) / FLYBACK_DECAY)
    jitter = rng.normal(0.0, microscope.jitter, side) if microscope.jitter else np.zeros(side)
    seen = _seen(columns, along, across, lag)
    beam_x = np.arange(side) + (along + jitter)[:, None] - lag
    beam_y = np.broadcast_to((np.arange(side) + across)[:, None], (side, side))
    image = _drawn(columns, seen, side, beam_x, beam_y, microscope.width)
    if microscope.background:
        smooth = np.clip(1 + 0.5 * random_field((side, side), side / 8, rng), 0, None)
        image += microscope.background * image.mean() * smooth
    if microscope.dose:
        image = rng.poisson(image * (microscope.dose / image.mean())).astype(float)
    return image, seen.inside(side)


def grey(counts: np.ndarray, low: float = 0.5, high: float = 99.8) -> np.ndarray:
    """Counts as grey values, float32 in [0, 1]: percentiles `low` and `high` are 0 and 1.

    Raises
    ------
    ValueError : the image is constant.
    """
    dark, bright = np.percentile(counts, (low, high))
    if not bright > dark:
        raise ValueError(f"the image has the value {bright:g} almost everywhere; expected some contrast")
    return np.clip((counts - dark) / (bright - dark), 0, 1).astype(np.float32)


def _drift(side: int, drift: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Drift of each line (x, y) in px: half of it steady, half slowly changing; 0 on average."""
    if not drift:
        return np.zeros(side), np.zeros(side)
    direction = rng.uniform(0, 2 * np.pi)
    steady = np.linspace(-0.5, 0.5, side)
    wander = [random_field((side, 1), side / 6, rng)[:, 0] / 4 for _ in range(2)]
    return tuple(
        0.5 * drift * (part * steady + unsteady)
        for part, unsteady in zip((np.cos(direction), np.sin(direction)), wander, strict=True)
    )


def _seen(columns: Columns, along: np.ndarray, across: np.ndarray, lag: np.ndarray) -> Columns:
    """Where the image shows the columns: the scan's displacements inverted by a fixed-point iteration."""
    x, y, lines = columns.x, columns.y, np.arange(len(along))
    for _ in range(8):
        y = columns.y - np.interp(y, lines, across)
        x = columns.x - np.interp(y, lines, along) + np.interp(x, lines, lag)
    return columns.moved(x, y)


def _drawn(
    columns: Columns, seen: Columns, side: int, beam_x: np.ndarray, beam_y: np.ndarray, width: float
) -> np.ndarray:
    """Sum of the columns' Gaussians at the beam's places, float64 (side, side)."""
    reach = int(np.ceil(REACH * width)) + 1
    near = (np.abs(seen.x - side / 2) < side / 2 + reach) & (np.abs(seen.y - side / 2) < side / 2 + reach)
    columns, seen = columns.where(near), seen.where(near)
    window = np.arange(-reach, reach + 1)
    rows = np.rint(seen.y).astype(int)[:, None, None] + window[:, None]
    cols = np.rint(seen.x).astype(int)[:, None, None] + window
    inside = (rows >= 0) & (rows < side) & (cols >= 0) & (cols < side)
    places = np.where(inside, rows * side + cols, 0)
    square = (beam_x.ravel()[places] - columns.x[:, None, None]) ** 2
    square += (beam_y.ravel()[places] - columns.y[:, None, None]) ** 2
    values = columns.weight[:, None, None] * np.exp(-square / (2 * width**2)) * inside
    return np.bincount(places.ravel(), values.ravel(), minlength=side * side).reshape(side, side)
