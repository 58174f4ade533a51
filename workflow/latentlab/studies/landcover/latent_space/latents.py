"""Latents of tiles: the means and samples that an encoder gives, principal components of the pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from latentlab.studies.landcover.run_tiles import pictures
from latentlab.studies.landcover.tile_set import Tiles

TOGETHER = 256  # tiles encoded, or read as pixels, at once


def encode(model: nn.Module, tiles: Tiles, kind: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Mean and logarithm of the variance of the latents of tiles, float32 (n, latent) each.

    Parameters
    ----------
    model : see `network.vae.LandcoverVAE`; it stays on its device. kind : of the pictures that it is given,
        see `run_tiles.pictures`.

    Returns
    -------
    The second is None for a plain autoencoder.
    """
    model.eval()
    device = next(model.parameters()).device
    with torch.inference_mode():
        parts = [model.encode(torch.from_numpy(part).to(device)) for part in _in_parts(tiles, kind)]
    means, variances = zip(*parts, strict=True)
    return _joined(means), None if variances[0] is None else _joined(variances)


def _in_parts(tiles: Tiles, kind: str) -> Iterator[np.ndarray]:
    """Pictures of some tiles at a time: all at once would take gigabytes at the thesis's size."""
    for start in range(0, len(tiles), TOGETHER):
        part = {
            name: None if pixels is None else pixels[start : start + TOGETHER]
            for name, pixels in (("rgb", tiles.rgb), ("bands", tiles.bands))
        }
        yield pictures(Tiles(**part), kind)


def _joined(parts: tuple[Tensor, ...]) -> np.ndarray:
    return torch.cat([part.float().cpu() for part in parts]).numpy()


def sample(mean: np.ndarray, log_variance: np.ndarray | None, random: np.random.Generator) -> np.ndarray:
    """One draw of each latent, float32 (n, latent), as the thesis plots them; the mean without a spread."""
    if log_variance is None:
        return mean
    noise = random.standard_normal(mean.shape, dtype=np.float32)
    return mean + np.exp(log_variance / 2) * noise


def principal_components(train: Tiles, test: Tiles) -> tuple[np.ndarray, np.ndarray]:
    """Principal components of the colours of training tiles, and those of test tiles on the same axes.

    Returns
    -------
    float32 (n, n - 1) and (m, n - 1), the components with the largest variance first.
    """
    rows = pictures(train, "rgb").reshape(len(train), -1)
    mean = rows.mean(axis=0)
    rows -= mean
    variances, directions = np.linalg.eigh((rows @ rows.T).astype(np.float64))
    order = np.argsort(variances)[::-1][: len(rows) - 1]  # the last one is the mean that was taken off
    directions = directions[:, order]
    lengths = np.sqrt(np.maximum(variances[order], 0))
    axes = directions / np.where(lengths > 0, lengths, np.inf)
    seen = [(part.reshape(len(part), -1) - mean) @ rows.T @ axes for part in _in_parts(test, "rgb")]
    return (directions * lengths).astype(np.float32), np.concatenate(seen).astype(np.float32)
