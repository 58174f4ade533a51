"""How far a latent moves when its image is shifted; spatial statistics do not change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.image_sets import check_images

Encode = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class LatentDisplacement:
    """Movement of latents under shifts, over the distance between latents of different images.

    shifts : int64 (k,), px.
    rows, columns : float64 (k,), for shifts along the rows' index (dy) and the columns' (dx): 0 is
        invariant, 1 is as far as another image; NaN where all latents are the same.
    spread : root-mean-square distance of the latents of two different images, in latent units.
    """

    shifts: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    spread: float


def latent_displacement(
    encode: Encode, images: torch.Tensor, shifts: Sequence[int], generator: torch.Generator, batch: int = 256
) -> LatentDisplacement:
    """Root-mean-square movement of the latent mean under cyclic shifts, over the distance between latents.

    Parameters
    ----------
    encode : float32 or uint8 (b, side, side), as `images` is, to latent means (b, latents).
    images : (n, side, side), at least two; cyclic shifts, so nothing enters or leaves.
    shifts : lengths in px; each image is shifted by plus or minus so much, along each axis alone.
    generator : of the signs, on the CPU.
    batch : images encoded at a time.

    Raises
    ------
    ValueError : the encoder gives something else than (b, latents).
    ArtifactError : fewer than two images, or latents that are not finite.
    """
    check_images(images)
    if len(images) < 2:
        raise ArtifactError("latents need a second image to be compared with, found 1")
    latents = _encoded(encode, images, batch)
    # mean over i != j of |z_i - z_j|^2 is twice the sum of the unbiased variances
    spread = np.sqrt(2 * latents.var(0, correction=1).sum().item())
    moved = np.zeros((2, len(shifts)))
    for axis in (1, 2):
        for number, shift in enumerate(shifts):
            plus = torch.rand(len(images), generator=generator) < 0.5
            shifted = torch.empty_like(images)
            for where, length in ((plus, shift), (~plus, -shift)):
                shifted[where] = images[where].roll(int(length), dims=axis)
            difference = _encoded(encode, shifted, batch) - latents
            moved[axis - 1, number] = difference.square().sum(1).mean().sqrt().item()
    with np.errstate(divide="ignore", invalid="ignore"):
        rows, columns = np.where(spread > 0, moved / spread, np.nan)
    return LatentDisplacement(np.asarray(shifts, dtype=np.int64), rows, columns, float(spread))


def _encoded(encode: Encode, images: torch.Tensor, batch: int) -> torch.Tensor:
    """Float64 (n, latents)."""
    parts = []
    with torch.no_grad():
        for part in images.split(batch):
            latents = encode(part)
            if latents.ndim != 2 or len(latents) != len(part):
                raise ValueError(
                    f"expected ({len(part)}, latents) of the encoder, found {tuple(latents.shape)}"
                )
            parts.append(latents.double())
    result = torch.cat(parts)
    if not bool(torch.isfinite(result).all()):
        raise ArtifactError("the encoder gives latents that are not finite")
    return result
