"""Losses of the microstructure VAE: a distortion in pixels or in statistics space, and the KL divergence.

Sums over pixels and lags are those of the document's images, 224 x 224: at another side the mean is
multiplied by 224^2. So alpha and beta balance distortion and KL divergence alike at every side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from latentlab.spatial_statistics import half_plane_counts
from latentlab.studies.lines.line_statistics import line_features, line_phase
from latentlab.studies.lines.threshold import THRESHOLD
from latentlab.studies.lines.vae import Reconstruction

DOCUMENT_PIXELS = 224**2  # of an image, and lags of an autocorrelation
SMALLEST_POWER = 1e-3  # added to a power before its root, which has no gradient at 0; pixels squared
SMALLEST_NORM = 1e-6  # below it the norm's gradient is cut off: at 0 it has none


def pixel_error(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Squared error summed over the pixels of a 224 x 224 image, (n,): the vanilla VAE's."""
    return DOCUMENT_PIXELS * (images - reconstructions).square().mean(dim=(1, 2))


def statistics_error(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Squared error of the line phase's autocorrelation, summed over 224 x 224 lags, (n,).

    From the power spectra (Parseval's theorem), no inverse transform. Source: the document's public code.
    """
    return DOCUMENT_PIXELS * (line_features(images) - line_features(reconstructions)).square().sum(dim=1)


def statistics_norm(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Norm of the difference of the autocorrelations, (n,); source: document, eq. 1."""
    return statistics_error(images, reconstructions).clamp_min(SMALLEST_NORM**2).sqrt()


def amplitude_error(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Squared error of the line phase's Fourier amplitudes, as summed over the pixels of 224 x 224, (n,).

    The amplitudes are the square roots of the power spectrum, the autocorrelation's Fourier transform. By
    Parseval's theorem this is the least squared pixel error over all phases. It is better conditioned than
    `statistics_error`, in which a few large values outweigh all others.
    Source: amplitude loss of phase retrieval (Fienup 1982).
    """
    side = images.shape[-1]
    difference = _amplitudes(images) - _amplitudes(reconstructions)
    return (
        DOCUMENT_PIXELS
        * (half_plane_counts(side, difference) * difference.square()).sum(dim=(1, 2))
        / side**4
    )


def _amplitudes(images: Tensor) -> Tensor:
    transform = torch.fft.rfft2(line_phase(images))
    return (transform.real.square() + transform.imag.square() + SMALLEST_POWER).sqrt()


def thresholded(images: Tensor) -> Tensor:
    """Images 0 below the document's threshold and 1 above, with the gradient of the images as they were.

    The straight-through estimator (Bengio et al. 2013): what is judged, and counted, is the thresholded
    image, whose own gradient is 0.
    """
    return images + ((images >= THRESHOLD).to(images.dtype) - images).detach()


DISTORTIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "pixels": pixel_error,
    "statistics": statistics_error,
    "statistics-norm": statistics_norm,
    "amplitudes": amplitude_error,
}


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of the latents' normal distributions from the standard normal one, in nats, (n, latent).

    Source: Kingma and Welling 2014, appendix B.
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def vae_loss(images: Tensor, output: Reconstruction, record: Mapping[str, Any]) -> dict[str, Tensor]:
    """alpha x distortion + beta x KL divergence (document, eq. 1), means over the batch.

    Parameters
    ----------
    images : float (n, side, side), background 1, lines 0.
    output : the VAE's, of these images.
    record : a run's record (`loss`, `alpha`, `beta` and `thresholded` are used).

    Returns
    -------
    "loss", "distortion" (before alpha) and "kl" (nats), each a scalar.
    """
    measure = DISTORTIONS[record["loss"]]
    distortion = measure(images, output.images).mean()
    if record["thresholded"]:
        distortion = distortion + record["thresholded"] * measure(images, thresholded(output.images)).mean()
    kl = kl_divergence(output.mean, output.log_variance).sum(dim=1).mean()
    return {
        "loss": record["alpha"] * distortion + record["beta"] * kl,
        "distortion": distortion,
        "kl": kl,
    }
