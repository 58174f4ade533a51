"""Digits enlarged smoothly, turned, made noisy or coloured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.ndimage import affine_transform, spline_filter

# A colour for each digit, red, green and blue: hues that are told apart beside black.
PALETTE = np.array(
    [
        (1.00, 1.00, 1.00),
        (0.90, 0.62, 0.00),
        (0.34, 0.71, 0.91),
        (0.00, 0.62, 0.45),
        (0.94, 0.89, 0.26),
        (0.00, 0.45, 0.70),
        (0.84, 0.37, 0.00),
        (0.80, 0.47, 0.65),
        (0.55, 0.35, 0.95),
        (0.55, 0.86, 0.20),
    ]
)


def enlarged(images: np.ndarray, side: int, box: float, angles_rad: np.ndarray | None = None) -> np.ndarray:
    """Digits drawn at another size in the middle of larger images, and turned about the middle.

    Cubic spline through the pixels; ink beyond the source's edge is 0; the result is clipped to [0, 1].

    Parameters
    ----------
    images : (n, s, s) in [0, 1], row 0 at the top.
    side : px of the result. box : px that the source's side takes in it.
    angles_rad : (n,), counter-clockwise as displayed; None for none.

    Returns
    -------
    float32 (n, side, side).
    """
    angles = np.zeros(len(images)) if angles_rad is None else np.asarray(angles_rad, dtype=np.float64)
    step = images.shape[1] / box  # source pixels per pixel
    pad = 2  # of paper, so that the spline ends at 0
    middle_in, middle_out = pad + (images.shape[1] - 1) / 2, (side - 1) / 2
    drawn = np.empty((len(images), side, side), dtype=np.float32)
    for place, (image, angle) in enumerate(zip(images, angles, strict=True)):
        c, s = np.cos(angle), np.sin(angle)
        matrix = step * np.array([[c, s], [-s, c]])  # (row, column) of the result to those of the source
        offset = middle_in - matrix @ (middle_out, middle_out)
        source = spline_filter(np.pad(image, pad), order=3, mode="constant")
        drawn[place] = affine_transform(
            source, matrix, offset, (side, side), order=3, mode="constant", prefilter=False
        )
    return np.clip(drawn, 0, 1)


def noisy(images: np.ndarray, noise: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Images with noise, clipped to [0, 1]; float32 of the same shape.

    Parameters
    ----------
    noise : {kind: gaussian, sd: s} adds white Gaussian noise of standard deviation s.
        {kind: shot, counts: c, background: b} counts quanta: a white pixel (1) has c on average, a black one
        b * c; the image is what the counts say of it, (n / c - b) / (1 - b).
    """
    if noise["kind"] == "gaussian":
        found = images + rng.normal(0, noise["sd"], images.shape)
    else:
        counts, background = noise["counts"], noise["background"]
        found = rng.poisson(counts * (background + (1 - background) * images)) / counts
        found = (found - background) / (1 - background)
    return np.clip(found, 0, 1).astype(np.float32)


def coloured(images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Grey digits (n, side, side) in the colour of their class, `PALETTE`; float32 (n, 3, side, side)."""
    return (images[:, None] * PALETTE[classes][:, :, None, None]).astype(np.float32)
