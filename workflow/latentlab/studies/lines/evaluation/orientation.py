"""Orientation of the lines of an image, from the anisotropy of its autocorrelation at short lags."""

from __future__ import annotations

import torch

from latentlab.spatial_statistics import autocorrelation
from latentlab.studies.lines.evaluation.image_sets import check_images

VERTICAL, HORIZONTAL, FALLING, RISING, NONE = 0, 1, 2, 3, -1
LONGEST_LAG = 9 / 224  # of the side: a line's greatest thickness, below the 10 px between lines
MARGIN = 0.1
LEAST_CONTRAST = 0.03  # standard deviation of grey values in [0, 1], below which none is assigned


def anisotropy(images: torch.Tensor, longest_lag: float = LONGEST_LAG) -> tuple[torch.Tensor, torch.Tensor]:
    """How unequally the autocorrelation f of the darkness decreases along the axes, and along the diagonals.

    With the decrease g(r) = f(0) - f(r), summed over the lags 1 to `longest_lag` x side:
    (g(columns) - g(rows)) / (g(columns) + g(rows)), and the same of the diagonals (k, -k) and (k, k).
    Second moments of the whole f do not show it: parallel lines far apart widen f across the lines. At lags
    shorter than the space between lines, g is due to each line alone: at lag 1 it counts the edges met
    (Debye: the slope at 0 is the interface's area), and a line of L x t px gives (L - t) / (L + t).
    Darkness is 1 - x: the document judged by eye, which sees grey, blurred lines too; for originals it is
    the line phase.

    Parameters
    ----------
    images : (n, side, side), uint8 or float; background 1, lines 0.
    longest_lag : in units of the side; at least one pixel is taken.

    Returns
    -------
    Two float64 (n,) in [-1, 1]: positive for vertical lines, and positive for lines that fall to the
    right. NaN where the contrast is too small (`LEAST_CONTRAST`), as in empty or black images.

    Raises
    ------
    ValueError, ArtifactError : as `image_sets.check_images`.
    """
    check_images(images)
    side = images.shape[-1]
    lags = torch.arange(1, max(1, round(longest_lag * side)) + 1, device=images.device)
    losses, contrast = [], []
    for part in images.split(128):
        f = autocorrelation(1.0 - part.double())
        origin, centre = f[:, side // 2, side // 2], side // 2
        ways = [(lags * 0, lags), (lags, lags * 0), (lags, -lags), (lags, lags)]
        values = [f[:, (centre + rows) % side, (centre + columns) % side].mean(1) for rows, columns in ways]
        losses.append(origin - torch.stack(values))
        contrast.append(origin - f.mean((1, 2)))
    across_columns, across_rows, across_falling, across_rising = torch.cat(losses, dim=1)
    visible = torch.cat(contrast) >= LEAST_CONTRAST**2
    return (
        torch.where(visible, _contrast(across_columns, across_rows), torch.nan),
        torch.where(visible, _contrast(across_falling, across_rising), torch.nan),
    )


def orientation(images: torch.Tensor, margin: float = MARGIN, diagonals: bool = False) -> torch.Tensor:
    """Orientation of the lines: 0 vertical, 1 horizontal, -1 where it cannot be determined.

    Parameters
    ----------
    images : (n, side, side), uint8 or float.
    margin : anisotropies smaller than this in magnitude give -1.
    diagonals : also return 2 (falling to the right) and 3 (rising), by the larger of the two anisotropies;
        if False, only that of the axes is used.

    Returns
    -------
    int64 (n,).
    """
    axes, diagonal = anisotropy(images)
    result = torch.where(axes > 0, VERTICAL, HORIZONTAL)
    strength = axes.abs()
    if diagonals:
        result = torch.where(diagonal.abs() > strength, torch.where(diagonal > 0, FALLING, RISING), result)
        strength = torch.maximum(strength, diagonal.abs())
    return torch.where(strength >= margin, result, NONE)  # NaN also gives NONE


def _contrast(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return (first - second) / (first + second)
