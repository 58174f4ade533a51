"""Noise for scattering patterns: the three of the thesis, as in its appendix, and photon counting.

Every function takes images (..., H, W), floating, and treats each H x W image separately. Random numbers come
only from the generator, which must be on the images' device. The thesis's code differs from its text as
each docstring states; the names here describe what is computed, not the thesis's names.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

GAUSSIAN_SIGMA = 0.1
KEEP_PROBABILITY = 0.7


def awgn_at_image_mean(image: Tensor, generator: torch.Generator) -> Tensor:
    """Add normal noise whose mean is the image's mean and whose standard deviation is 0.1, then clip.

    Schaefer, appendix A.1.4. Its text (eq. 4.1) says mean zero and does not mention that the sum is clipped
    to the image's own minimum and maximum. Mean and standard deviation are in the image's units, so the
    effect depends on its scale.

    Returns a tensor of the image's shape, dtype and units. Raises ValueError where the image is not floating
    or has fewer than two dimensions.
    """
    _check(image)
    noise = torch.randn(image.shape, generator=generator, dtype=image.dtype, device=image.device)
    return _clip(image + image.mean(dim=(-2, -1), keepdim=True) + GAUSSIAN_SIGMA * noise, image)


def bernoulli_mask_noise(image: Tensor, generator: torch.Generator) -> Tensor:
    """Keep each pixel with probability 0.7, set the others to 0 (Schaefer, eq. 4.2 and appendix A.1.5).

    The text leaves open whether 0.7 is the probability to keep or to lose a pixel; in the appendix, to keep.

    Returns a tensor of the image's shape, dtype and units. Raises ValueError as `awgn_at_image_mean`.
    """
    _check(image)
    keep = torch.full_like(image, KEEP_PROBABILITY)
    return image * torch.bernoulli(keep, generator=generator)


def poisson_rate_one_noise(image: Tensor, generator: torch.Generator) -> Tensor:
    """Add Poisson numbers of rate 1, divided by their maximum, then clip to the image's range.

    Schaefer, eq. 4.3 and appendix A.1.6. This is not counting noise: the rate is 1 in every pixel, whatever
    its intensity, and the noise is never negative. The text mentions neither the division by the maximum (it
    writes a norm) nor the clipping to the image's own minimum and maximum.

    Returns a tensor of the image's shape, dtype and units. Raises ValueError as `awgn_at_image_mean`.
    """
    _check(image)
    counts = torch.poisson(torch.ones_like(image), generator=generator)
    # The maximum is 1 or more, or all numbers are 0 (only in tiny images): then nothing is added.
    return _clip(image + counts / counts.amax(dim=(-2, -1), keepdim=True).clamp(min=1), image)


def counting_noise(image: Tensor, photons: float, generator: torch.Generator) -> Tensor:
    """Noise of a photon-counting detector: Poisson counts about the expectation of each pixel.

    Parameters
    ----------
    image : (..., H, W) intensities, not negative, in any unit, not on a log scale.
    photons : number of photons expected in the whole of each image, above 0.
    generator : source of the random numbers.

    Returns
    -------
    Tensor of the image's shape, dtype and units: counts times (sum of the image / photons). Its mean is the
    image; a pixel of intensity I has the variance I x (sum of the image / photons).

    Raises
    ------
    ValueError : `photons` not positive, or an image with negative or not finite values, or zero everywhere.
    """
    _check(image)
    if not 0 < photons < float("inf"):
        raise ValueError(f"photons is {photons}, expected a positive number of photons")
    if not bool(torch.isfinite(image).all()) or bool((image < 0).any()):
        raise ValueError("counting noise needs finite intensities of 0 or more, not logarithms of them")
    total = image.sum(dim=(-2, -1), keepdim=True, dtype=torch.float64)
    if not bool((total > 0).all()):
        raise ValueError("counting noise needs an image with some intensity; the sum of one is 0")
    counts = torch.poisson(image * (photons / total), generator=generator)
    return (counts * (total / photons)).to(image.dtype)


# Called as NOISES[name](image, generator=generator); "counting" also takes photons=.
NOISES: dict[str, Callable[..., Tensor]] = {
    "awgn-at-mean": awgn_at_image_mean,
    "bernoulli": bernoulli_mask_noise,
    "poisson-rate-one": poisson_rate_one_noise,
    "counting": counting_noise,
}


def _check(image: Tensor) -> None:
    if not image.is_floating_point() or image.ndim < 2:
        raise ValueError(
            f"image is {image.dtype} of shape {tuple(image.shape)}, expected a floating tensor (..., H, W)"
        )


def _clip(noisy: Tensor, image: Tensor) -> Tensor:
    return noisy.clamp(image.amin(dim=(-2, -1), keepdim=True), image.amax(dim=(-2, -1), keepdim=True))
