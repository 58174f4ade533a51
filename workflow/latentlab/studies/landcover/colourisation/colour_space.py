"""Luminance and chroma of pictures, and distances of colours in CIELAB."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.planes import luminance
from latentlab.studies.landcover.run_tiles import LUMINANCE

RED, GREEN, BLUE = LUMINANCE
OF_BLUE, OF_RED = 2 * (1 - BLUE), 2 * (1 - RED)  # so that Cb and Cr reach from -0.5 to 0.5
# Linear sRGB to CIE XYZ, and the white point D65, IEC 61966-2-1
XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]],
    dtype=np.float32,
)
WHITE = np.array([0.95047, 1.0, 1.08883], dtype=np.float32)


def chroma(rgb: np.ndarray) -> np.ndarray:
    """Cb and Cr of ITU-R BT.601 (n, 2, h, w), -0.5 to 0.5, of pictures (n, 3, h, w), 0 to 1."""
    grey = luminance(rgb)
    return np.stack([(rgb[:, 2] - grey) / OF_BLUE, (rgb[:, 0] - grey) / OF_RED], axis=1)


def coloured(grey: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Pictures (n, 3, h, w) of a given luminance (n, h, w) and chroma (n, 2, h, w), cut to 0 to 1."""
    blue = grey + OF_BLUE * colours[:, 0]
    red = grey + OF_RED * colours[:, 1]
    green = (grey - RED * red - BLUE * blue) / GREEN
    return np.clip(np.stack([red, green, blue], axis=1), 0, 1)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB (n, 3, h, w) of sRGB pictures (n, 3, h, w), 0 to 1, for the white point D65: L* 0 to 100."""
    rgb = np.asarray(rgb, dtype=np.float32)
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = np.einsum("oc,nchw->nohw", XYZ, linear) / WHITE[:, None, None]
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = root[:, 0], root[:, 1], root[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def chroma_error(rgb: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Mean distance of a picture's pixels from the true ones in the plane of a* and b* of CIELAB, (n,).

    About 2.3 is the smallest difference that the eye sees.
    """
    first, second = (lab(each)[:, 1:] for each in (rgb, truth))
    return np.hypot(*np.moveaxis(first - second, 1, 0)).mean(axis=(1, 2))


def colourfulness(rgb: np.ndarray) -> np.ndarray:
    """Mean chroma, the distance from grey in the plane of a* and b*, (n,)."""
    return np.hypot(*np.moveaxis(lab(rgb)[:, 1:], 1, 0)).mean(axis=(1, 2))
