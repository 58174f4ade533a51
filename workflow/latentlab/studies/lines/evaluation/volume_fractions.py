"""Difference of volume fractions of originals and reconstructions (document, section B.1)."""

from __future__ import annotations

import numpy as np
import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.line_counts import threshold
from latentlab.studies.lines.threshold import THRESHOLD


def black_pixels(images: torch.Tensor, level: float = THRESHOLD) -> np.ndarray:
    """Number of pixels below `level` of each image, int64 (n,); over side^2 the lines' volume fraction."""
    return (threshold(images, level) == 0).flatten(1).sum(1).cpu().numpy()


def volume_fraction_difference(
    originals: torch.Tensor, reconstructions: torch.Tensor, level: float = THRESHOLD
) -> np.ndarray:
    """|original - reconstruction| / original x 100 of the numbers of black pixels, in per cent.

    Parameters
    ----------
    originals, reconstructions : (n, side, side), uint8 or float; thresholded here.
    level : of the threshold.

    Returns
    -------
    float64 (n,), rounded to four decimals. Where an original has no black pixel: infinite if its
    reconstruction has some, NaN if neither has. The document's images all have some.

    Raises
    ------
    ArtifactError : the two are not of the same shape.

    Source: document, section B.1.
    """
    if originals.shape != reconstructions.shape:
        raise ArtifactError(
            f"originals and reconstructions must be of one shape, "
            f"found {tuple(originals.shape)} and {tuple(reconstructions.shape)}"
        )
    return relative_difference(black_pixels(originals, level), black_pixels(reconstructions, level))


def relative_difference(original: np.ndarray, found: np.ndarray | float) -> np.ndarray:
    """|original - found| / original x 100 of volume fractions or numbers of pixels, in per cent.

    float64 of the shape of `original`, rounded to four decimals; infinite or NaN where `original` is 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.round(np.abs(original - found) / original * 100, 4)
