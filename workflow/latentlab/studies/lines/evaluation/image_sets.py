"""Sets of images, read in slices, as vectors whose squared distance is the mean squared error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.line_statistics import line_features

Space = Literal["images", "statistics"]
_TRANSFORMED = 32  # images at a time: a transform needs several copies
Blocks = Iterable[torch.Tensor] | Callable[[], Iterable[torch.Tensor]]


def check_images(images: torch.Tensor, what: str = "images") -> None:
    """Check that images are (n, side, side), uint8 or float, at least one, and finite.

    Raises
    ------
    ValueError : the tensor has another rank or type, or is not square.
    ArtifactError : there is no image, or a pixel is not finite.
    """
    if images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"expected {what} of shape (n, side, side), found {tuple(images.shape)}")
    if images.dtype != torch.uint8 and not images.dtype.is_floating_point:
        raise ValueError(f"expected {what} of type uint8 or float, found {images.dtype}")
    if len(images) == 0:
        raise ArtifactError(f"there are no {what}")
    if images.dtype != torch.uint8 and not bool(torch.isfinite(images).all()):
        raise ArtifactError(f"the {what} hold pixels that are not finite numbers")


def image_slices(blocks: Blocks, side: int, most: int) -> Iterator[torch.Tensor]:
    """Images of a set in order, at most `most` (n, side, side) at a time.

    Parameters
    ----------
    blocks : tensors (n, side, side), or a function that yields them again. Slices of any length;
        longer ones are cut, shorter ones are not joined.

    Raises
    ------
    ArtifactError : images of another size, or none at all.
    """
    if most < 1:
        raise ValueError(f"expected at least 1 image a slice, found {most}")
    empty = True
    for block in blocks() if callable(blocks) else blocks:
        if block.shape[-1] != side:
            raise ArtifactError(f"expected images {side} pixels wide, found {block.shape[-1]}")
        for part in block.split(most):
            check_images(part)
            empty = False
            yield part
    if empty:
        raise ArtifactError("the set of images to compare with is empty")


def image_vectors(images: torch.Tensor, space: Space, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Vectors whose squared Euclidean distance is the mean squared error per pixel of two images.

    Parameters
    ----------
    images : (n, side, side), uint8 or float.
    space : "images", error of the pixels, or "statistics", error of the autocorrelations of the lines.
    dtype : float32 or float64, also of the arithmetic.

    Returns
    -------
    (n, length); for "images" with the background at 0, as lines are few and norms stay small.

    Raises
    ------
    ValueError : no such space.
    """
    if space == "images":
        return images.to(dtype, copy=True).sub_(1).div_(images.shape[-1]).flatten(1)
    if space != "statistics":
        raise ValueError(f'expected "images" or "statistics" for the space, found {space!r}')
    side = images.shape[-1]
    vectors = images.new_empty((len(images), side * (side // 2 + 1)), dtype=dtype)
    for start in range(0, len(images), _TRANSFORMED):
        part = images[start : start + _TRANSFORMED]
        vectors[start : start + _TRANSFORMED] = line_features(part.to(dtype))
    return vectors
