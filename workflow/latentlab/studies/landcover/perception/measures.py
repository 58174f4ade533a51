"""How like two pictures are, beside the mean absolute error; no network takes part.

All take float pictures x, y (n, channels, side, side), 0 to 1, and give one number per picture (n,). Three
channels are red, green and blue, of which the luminance is taken; one channel is the luminance itself. Except
for MAE all are the same for a picture and for its inverse 1 - x: they look at contrast without its sign.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from latentlab.studies.landcover.perception.haar import haarpsi
from latentlab.studies.landcover.perception.planes import halved, luminance
from latentlab.studies.landcover.perception.spectrum import ring_power

GMSD_STABILITY = 170.0 / 255.0**2  # Xue et al. 2014, for values from 0 to 1
ROUNDING = (1 / 255) ** 2 / 12  # variance of rounding to 8 bits: the power that every pixel has
TINY = 1e-12


def mae(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean absolute error, in parts of the full range."""
    return np.abs(x - y).mean(axis=(1, 2, 3))


def gmsd(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient magnitude similarity deviation of the luminance; 0 is best.

    Xue, Zhang, Mou and Bovik 2014: halved pictures, Prewitt gradients, standard deviation of the map of
    similarity. Only where the whole filter fits, since a border of zeros would be an edge in itself.
    """
    first, second = (_prewitt(halved(luminance(each))) for each in (x, y))
    similarity = (2 * first * second + GMSD_STABILITY) / (first**2 + second**2 + GMSD_STABILITY)
    return similarity.std(axis=(1, 2))


def _prewitt(plane: np.ndarray) -> np.ndarray:
    """Magnitude of the Prewitt gradient, (n, h, w) to (n, h - 2, w - 2)."""
    return _gradient(plane, (1 / 3, 1 / 3, 1 / 3))


def _gradient(plane: np.ndarray, across: tuple[float, float, float]) -> np.ndarray:
    """Magnitude of a 3 x 3 gradient: a difference over two pixels, smoothed across it."""
    a, b, c = across
    rows = a * plane[:, :-2] + b * plane[:, 1:-1] + c * plane[:, 2:]
    columns = a * plane[..., :-2] + b * plane[..., 1:-1] + c * plane[..., 2:]
    along_x = rows[..., 2:] - rows[..., :-2]
    along_y = columns[:, 2:] - columns[:, :-2]
    return np.sqrt(along_x**2 + along_y**2)


def sobel(x: np.ndarray) -> np.ndarray:
    """Magnitude of the luminance's Sobel gradient per pixel, (n, side - 2, side - 2)."""
    return _gradient(luminance(x), (1 / 8, 2 / 8, 1 / 8))


def edge_correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson correlation of the Sobel magnitudes; 1 is best, 0 if one of the pictures has no edges."""
    return _pearson(sobel(x).reshape(len(x), -1), sobel(y).reshape(len(y), -1))


def channel_correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Absolute Pearson correlation of the pixels of a channel, mean over the channels; 1 is best."""
    rows = [each.reshape(*each.shape[:2], -1) for each in (x, y)]
    return np.abs(_pearson(*rows)).mean(axis=1)


def _pearson(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Correlation over the last axis; 0 where one of the two does not vary."""
    first, second = (each - each.mean(axis=-1, keepdims=True) for each in (first, second))
    variances = [(each**2).mean(axis=-1) for each in (first, second)]
    # single precision leaves a plain picture a variance of about 1e-15
    varies = np.minimum(*variances) > TINY
    product = (first * second).mean(axis=-1)
    return np.where(varies, product / np.sqrt(np.where(varies, variances[0] * variances[1], 1.0)), 0.0)


def spectrum_distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far the textures are apart: root mean square difference of log power by spatial frequency; decades.

    The power is that of the luminance in rings of equal frequency, with a Hann window; to each the power of
    rounding to 8 bits is added, so that a plain picture has a spectrum too. 0 is best.
    """
    first, second = (np.log10(ring_power(luminance(each)) + ROUNDING) for each in (x, y))
    return np.sqrt(((first - second) ** 2).mean(axis=1))


def edge_energy(x: np.ndarray) -> np.ndarray:
    """Mean square of the luminance's gradient (n,): how sharp, and how rich in edges, a picture is."""
    return (sobel(x) ** 2).mean(axis=(1, 2))


MEASURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "gmsd": gmsd,
    "haarpsi": haarpsi,
    "edge_correlation": edge_correlation,
    "channel_correlation": channel_correlation,
    "spectrum_distance": spectrum_distance,
}


def likeness(truth: np.ndarray, x: np.ndarray) -> dict[str, np.ndarray]:
    """Each of MEASURES of pictures (n, 3, side, side) beside the true ones: (n,) by name."""
    return {name: measure(truth, x) for name, measure in MEASURES.items()}


def sharpness(truth: np.ndarray, x: np.ndarray) -> float:
    """Edge energy of pictures over that of the true ones, sums over all pictures; 1 is as sharp."""
    return float(edge_energy(x).sum() / edge_energy(truth).sum())
