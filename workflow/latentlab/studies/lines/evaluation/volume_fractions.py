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
    before, after = black_pixels(originals, level), black_pixels(reconstructions, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.round(np.abs(before - after) / before * 100, 4)
