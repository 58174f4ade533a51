"""The latents of a codec behind its denoisers, as the clustering gets them (thesis, 4.2.1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from latentlab.codecs.compressai_import import CompressionModel

SYNTHESES = {"z_hat": "h_s", "y_hat": "g_s"}  # the transform that each latent goes into
BATCH = 32  # patterns at a time


@torch.no_grad()
def codec_latents(model: CompressionModel, images: Tensor, names: Sequence[str]) -> np.ndarray:
    """Latents as they enter the synthesis, one row per image, behind the denoiser if the codec has one there.

    They are those of the model's forward pass in eval mode, rounded, but not less their predicted mean.

    Parameters
    ----------
    model : a codec; a transform with a denoiser is a Sequential whose first child is called "denoiser".
    images : float32 (n, 1, side, side), in the model's intensity scale.
    names : "z_hat", "y_hat" or both, in the order of the columns.

    Returns
    -------
    float32 (n, k).

    Raises
    ------
    ValueError : a name that the codec has no latents of.
    """
    model.eval()
    found: dict[str, list[Tensor]] = {name: [] for name in names}
    handles = [_watch(model, name, found[name]) for name in names]
    try:
        for start in range(0, len(images), BATCH):
            model(images[start : start + BATCH])
    finally:
        for handle in handles:
            handle.remove()
    return torch.cat([torch.cat(found[name]).flatten(1) for name in names], dim=1).float().numpy()


def _watch(model: CompressionModel, name: str, kept: list[Tensor]) -> torch.utils.hooks.RemovableHandle:
    """Keep what enters a synthesis, or what leaves the denoiser in front of it."""
    transform: nn.Module | None = getattr(model, SYNTHESES.get(name, ""), None)
    if transform is None:
        raise ValueError(f"latents: this codec has no '{name}', expected one of {', '.join(SYNTHESES)}")
    denoiser = getattr(transform, "denoiser", None)
    if denoiser is not None:
        return denoiser.register_forward_hook(lambda _module, _inputs, output: kept.append(output.clone()))
    return transform.register_forward_pre_hook(lambda _module, inputs: kept.append(inputs[0].clone()))
