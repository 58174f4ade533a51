"""How many lines an image has: thresholding, and connected components of the black pixels."""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from latentlab.errors import ArtifactError
from latentlab.studies.lines.threshold import THRESHOLD

THINNEST_LINE = 5 * 112 / 224**2  # its share of the image's area: 5 x 112 of 224 x 224 pixels
SPECK = 0.25  # a component smaller than this share of the thinnest line is not a line
_AT_A_TIME = 128  # images: labels take 4 bytes per pixel
_WITHIN_IMAGES = np.zeros((3, 3, 3), dtype=bool)
_WITHIN_IMAGES[1] = [[False, True, False], [True, True, True], [False, True, False]]


def threshold(images: torch.Tensor, level: float = THRESHOLD) -> torch.Tensor:
    """0 where a pixel is below `level`, 1 otherwise, as uint8 of the same shape (document, eq. 3).

    Raises
    ------
    ArtifactError : a pixel is not a number.
    """
    if bool(torch.isnan(images).any()):
        raise ArtifactError("the images to threshold hold pixels that are not numbers")
    return (images >= level).to(torch.uint8)


def count_lines(
    binary: torch.Tensor,
    *,
    thinnest_line: float = THINNEST_LINE,
    speck: float = SPECK,
    periodic: bool = False,
) -> np.ndarray:
    """Number of lines of each image: 4-connected components of pixels 0 that are not specks.

    Parameters
    ----------
    binary : (n, side, side) of 0 (lines) and 1, as `threshold` gives.
    thinnest_line : area of the smallest possible line, over the image's.
    speck : components of fewer pixels than `speck` x `thinnest_line` x side^2 do not count.
    periodic : whether a line that leaves the image at one side continues at the other. The statistics are
        periodic, so they do not show where a line is cut; a person who looks at the image does not join.

    Returns
    -------
    int64 (n,).

    Raises
    ------
    ValueError : not of shape (n, side, side), or pixels other than 0 and 1.
    """
    if binary.ndim != 3:
        raise ValueError(f"expected images of shape (n, side, side), found {tuple(binary.shape)}")
    pixels = binary.cpu().numpy()
    if not np.isin(pixels, (0, 1)).all():
        raise ValueError("expected images of 0 and 1 alone: threshold them first")
    smallest = speck * thinnest_line * pixels.shape[1] * pixels.shape[2]
    parts = [
        _count(pixels[start : start + _AT_A_TIME] == 0, smallest, periodic)
        for start in range(0, len(pixels), _AT_A_TIME)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _count(lines: np.ndarray, smallest: float, periodic: bool) -> np.ndarray:
    """Counts for bool (n, h, w): one labelling of the stack, whose structure does not connect images."""
    labels, components = ndimage.label(lines, structure=_WITHIN_IMAGES)
    if periodic:
        labels, components = _joined_across_borders(labels, components)
    sizes = np.bincount(labels.ravel(), minlength=components + 1)
    first = np.full(components + 1, -1)
    place = np.flatnonzero(labels.ravel())
    first[labels.ravel()[place]] = place // (labels.shape[1] * labels.shape[2])  # the component's image
    counted = first[1:][sizes[1:] >= smallest]
    return np.bincount(counted, minlength=len(lines)).astype(np.int64)


def _joined_across_borders(labels: np.ndarray, components: int) -> tuple[np.ndarray, int]:
    first = np.concatenate([labels[:, 0].ravel(), labels[:, :, 0].ravel()])
    last = np.concatenate([labels[:, -1].ravel(), labels[:, :, -1].ravel()])
    touch = (first > 0) & (last > 0)
    size = components + 1  # 0, the background, stays a component of its own and the first
    pairs = coo_array((np.ones(touch.sum()), (first[touch], last[touch])), shape=(size, size))
    joined, new = connected_components(pairs, directed=False)
    return new[labels], joined - 1
