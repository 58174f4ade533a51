"""HaarPSI, a perceptual similarity from Haar wavelets (Reisenhofer, Bosse, Kutyniok and Wiegand 2018)."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.planes import box_sums, halved

STABILITY, STEEPNESS = 30.0, 4.2  # C for values from 0 to 255, and alpha, as published
IN_PHASE = (0.596, -0.274, -0.322)  # of red, green, blue: the I and Q of NTSC, as the authors' code has them
QUADRATURE = (0.211, -0.523, 0.312)
LUMA = (0.299, 0.587, 0.114)
SCALES = 3  # two are compared, the third says where differences matter


def haarpsi(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """HaarPSI of colour pictures, 0 to 1, best 1.

    As the authors' code, halved pictures and chroma included; but mirrored at the border, where that puts
    black: with a black border a picture and its inverse would differ there alone.

    Parameters
    ----------
    x, y : float (n, 3, side, side), 0 to 1; or one channel, which has no chroma.

    Returns
    -------
    float64 (n,).
    """
    first, second = _planes(x.astype(np.float32)), _planes(y.astype(np.float32))
    similarity, weight = 0.0, 0.0
    directions = []
    for upright in (False, True):
        *fine, coarse = (
            np.stack([_haar(each[0], scale, upright) for each in (first, second)])
            for scale in range(1, SCALES + 1)
        )
        weights = coarse.max(axis=0)
        directions.append(weights)
        local = sum(_alike(*pair) for pair in fine) / len(fine)
        similarity, weight = similarity + _squashed(local) * weights, weight + weights
    if len(first) > 1:
        weights = sum(directions) / 2
        chroma = [_alike(_smoothed(a), _smoothed(b)) for a, b in zip(first[1:], second[1:], strict=True)]
        similarity, weight = similarity + _squashed(sum(chroma) / 2) * weights, weight + weights
    total = weight.sum(axis=(1, 2), dtype=np.float64)
    plain = total <= 1e-9  # neither picture has any structure: the same but for their brightness
    mean = similarity.sum(axis=(1, 2), dtype=np.float64) / np.where(plain, 1.0, total)
    mean = np.where(plain, _squashed(1.0), mean)
    return (np.log(mean / (1 - mean)) / STEEPNESS) ** 2


def _planes(x: np.ndarray) -> list[np.ndarray]:
    """Luma and, of colours, the two planes of chroma, halved, 0 to 255."""
    if x.shape[1] == 1:
        return [halved(255.0 * x[:, 0])]
    red, green, blue = (halved(255.0 * x[:, channel]) for channel in range(3))
    return [a * red + b * green + c * blue for a, b, c in (LUMA, IN_PHASE, QUADRATURE)]


def _haar(plane: np.ndarray, scale: int, upright: bool) -> np.ndarray:
    """Magnitudes of one Haar filter, of 2^scale pixels, at each pixel."""
    if upright:
        return _haar(plane.swapaxes(1, 2), scale, False).swapaxes(1, 2)
    side = 2**scale
    sums = box_sums(_padded(plane, side), side // 2, side)
    return np.abs(sums[:, side // 2 :] - sums[:, : -(side // 2)]) / side


def _smoothed(plane: np.ndarray) -> np.ndarray:
    return np.abs(box_sums(_padded(plane, 2), 2, 2)) / 4


def _padded(plane: np.ndarray, side: int) -> np.ndarray:
    """Mirrored so far that a filter of `side` pixels has a place for each pixel."""
    return np.pad(plane, ((0, 0), *[(side // 2 - 1, side // 2)] * 2), mode="symmetric")


def _alike(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (2 * first * second + STABILITY) / (first**2 + second**2 + STABILITY)


def _squashed(value: np.ndarray | float) -> np.ndarray:
    return 1 / (1 + np.exp(-STEEPNESS * value))
