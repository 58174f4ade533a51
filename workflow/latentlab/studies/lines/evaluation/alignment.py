"""Align images, up to what an autocorrelation does not determine: cyclic shifts and a half turn."""

from __future__ import annotations

from typing import NamedTuple

import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.image_sets import check_images

_AT_A_TIME = 64  # images


class Aligned(NamedTuple):
    """Images as given but shifted and turned, and their float64 (n,) MSE per pixel against the references."""

    images: torch.Tensor
    mse: torch.Tensor


def align(images: torch.Tensor, references: torch.Tensor) -> Aligned:
    """Cyclic shift by whole pixels, and half turn or none, that bring each image closest to its reference.

    All shifts are tried, by cross-correlation in Fourier space. A model that keeps the statistics
    alone has a large MSE per pixel before, and a small one after, if it keeps all that they determine.

    Parameters
    ----------
    images, references : (n, side, side), uint8 or float.

    Returns
    -------
    Aligned (images of the type given, mse).

    Raises
    ------
    ValueError, ArtifactError : as `image_sets.check_images`; shapes that differ.
    """
    check_images(images)
    check_images(references, "references")
    if images.shape != references.shape:
        raise ArtifactError(
            f"images and references must be of one shape, "
            f"found {tuple(images.shape)} and {tuple(references.shape)}"
        )
    parts = [
        _aligned(image, reference.double())
        for image, reference in zip(images.split(_AT_A_TIME), references.split(_AT_A_TIME), strict=True)
    ]
    result = torch.cat(parts)
    differences = zip(result.split(_AT_A_TIME), references.split(_AT_A_TIME), strict=True)
    mse = torch.cat([(x.double() - y.double()).square().mean((1, 2)) for x, y in differences])
    return Aligned(result, mse)


def _aligned(images: torch.Tensor, references: torch.Tensor) -> torch.Tensor:
    turned = images.flip((-2, -1))
    side = images.shape[-1]
    target = torch.fft.rfft2(references)
    products = [
        torch.fft.irfft2(target * torch.fft.rfft2(each.double()).conj(), s=(side, side)).flatten(1)
        for each in (images, turned)
    ]
    places = torch.cat(products, dim=1).argmax(1)  # the norms are fixed: the largest product is the closest
    result = torch.empty_like(images)
    for i, place in enumerate(places.tolist()):
        turn, shift = divmod(place, side * side)
        result[i] = (turned if turn else images)[i].roll(divmod(shift, side), dims=(0, 1))
    return result
