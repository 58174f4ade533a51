"""Pictures that are made from a picture without any learning, to ask measures what they think of them.

Three of them have the same mean absolute error, picture by picture: that of a shift by one pixel.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# By name, in words, in the order in which they are shown.
CONSTRUCTED = {
    "mean_colour": "mean colour",
    "inverted": "inverted",
    "mean_image": "mean image",
    "shifted": "shifted by one pixel",
    "noisy": "noisy, MAE of the shift",
    "blurred": "blurred, MAE of the shift",
}
STEPS = 12  # of the search for an amplitude: to one part in 4000 of its range
LARGEST_BLUR = 1.0  # standard deviation in sides of the picture: about the mean colour


def constructed(pictures: np.ndarray, mean_image: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The constructed pictures by name.

    Parameters
    ----------
    pictures : float (n, channels, side, side), 0 to 1. seed : of the noise.
    mean_image : float (channels, side, side), of the training tiles.

    Returns
    -------
    Each float32 (n, channels, side, side), 0 to 1.
    """
    moved = shifted(pictures)
    error = np.abs(moved - pictures).mean(axis=(1, 2, 3))
    made = {
        "mean_colour": np.broadcast_to(pictures.mean(axis=(2, 3), keepdims=True), pictures.shape),
        "inverted": 1 - pictures,
        "mean_image": np.broadcast_to(mean_image, pictures.shape),
        "shifted": moved,
        "noisy": noisy(pictures, error, seed),
        "blurred": blurred(pictures, error),
    }
    return {name: np.asarray(made[name], dtype=np.float32) for name in CONSTRUCTED}


def shifted(pictures: np.ndarray) -> np.ndarray:
    """Each picture moved by one pixel along x; the first column is repeated."""
    return np.concatenate([pictures[..., :1], pictures[..., :-1]], axis=-1)


def noisy(pictures: np.ndarray, error: np.ndarray, seed: int) -> np.ndarray:
    """Pictures with Gaussian noise of such an amplitude that the MAE is `error` (n,); cut at 0 and 1."""
    noise = np.random.default_rng(seed).standard_normal(pictures.shape, dtype=np.float32)
    return _with_error(
        pictures, error, lambda amplitude: np.clip(pictures + amplitude[:, None, None, None] * noise, 0, 1)
    )


def blurred(pictures: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Pictures blurred with a Gaussian of such a width that the MAE is `error` (n,), mirrored at the border.

    A picture cannot be blurred further than to its mean colour: a larger error gives about that.
    """
    from scipy.fft import dctn, idctn

    side = pictures.shape[-1]
    waves = dctn(pictures.astype(np.float32), axes=(2, 3), norm="ortho")
    rate = (np.pi * np.arange(side)) ** 2 / 2

    def blur(width: np.ndarray) -> np.ndarray:
        damped = np.exp(-(width[:, None] ** 2) * rate).astype(np.float32)
        return idctn(waves * damped[:, None, :, None] * damped[:, None, None, :], axes=(2, 3), norm="ortho")

    return np.clip(_with_error(pictures, error, lambda part: blur(LARGEST_BLUR * part**2)), 0, 1)


def _with_error(
    pictures: np.ndarray, error: np.ndarray, make: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Pictures at the amplitude from 0 to 1 at which their MAE is `error`, each for itself, by halving."""
    low, high = np.zeros(len(pictures), np.float32), np.ones(len(pictures), np.float32)
    for _ in range(STEPS):
        middle = (low + high) / 2
        small = np.abs(make(middle) - pictures).mean(axis=(1, 2, 3)) < error
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    return make((low + high) / 2)
