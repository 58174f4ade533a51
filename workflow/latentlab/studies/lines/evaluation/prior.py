"""Images drawn from the prior: do their statistics look like the data's?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from latentlab.studies.lines.evaluation.image_sets import Blocks
from latentlab.studies.lines.evaluation.neighbours import nearest
from latentlab.studies.lines.line_statistics import line_phase
from latentlab.studies.lines.vae import MicrostructureVAE

DEVIATIONS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)  # of the prior, the steps of a traversal


@dataclass(frozen=True)
class PriorComparison:
    """Samples compared with held-out images of the data.

    images : samples, float32 (n, side, side).
    fraction_samples, fraction_data : volume fraction of the soft line phase, float64 (n,) and (m,).
    nearest_samples, nearest_data : MSE of the autocorrelation to the nearest training image's.
    """

    images: torch.Tensor
    fraction_samples: np.ndarray
    fraction_data: np.ndarray
    nearest_samples: np.ndarray
    nearest_data: np.ndarray


def compare_prior(
    vae: MicrostructureVAE, latent: int, held_out: torch.Tensor, train: Blocks, *, count: int, seed: int
) -> PriorComparison:
    """Draw `count` images from the prior and compare them with held-out ones.

    A sample that looks like data lies as near to the training set, in statistics space, as a held-out
    image does; one between lines and noise lies further away.

    Parameters
    ----------
    latent : latent variables. held_out : uint8 (m, side, side). train : the training set in blocks.
    seed : of the latents.
    """
    generator = torch.Generator().manual_seed(seed)
    samples = vae.decode(torch.randn(count, latent, generator=generator))
    both = nearest(torch.cat([samples, held_out.float()]), train, "statistics").mse
    return PriorComparison(
        images=samples,
        fraction_samples=_fraction(samples),
        fraction_data=_fraction(held_out),
        nearest_samples=both[:count],
        nearest_data=both[count:],
    )


def traversal(vae: MicrostructureVAE, latent: int) -> torch.Tensor:
    """Images float32 (latent, len(DEVIATIONS), side, side): one latent moved at a time, the others at 0."""
    latents = torch.zeros(latent, len(DEVIATIONS), latent)
    for number in range(latent):
        latents[number, :, number] = torch.tensor(DEVIATIONS)
    images = vae.decode(latents.flatten(0, 1))
    return images.unflatten(0, (latent, len(DEVIATIONS)))


def _fraction(images: torch.Tensor) -> np.ndarray:
    return line_phase(images).double().mean((1, 2)).numpy()
