"""Glyphs of matplotlib's own fonts: drawn large once, and warped once by a whole affine map."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

POINTS = 300  # height of the font's em square in pixels of the large drawing
SUBSAMPLES = 4  # points per side of a pixel, over which its value is averaged
SYMMETRY_ORDERS = (6, 5, 4, 3, 2)  # tried in this order
SAME = 0.98  # correlation of a glyph with its turned self, above which they count as the same


@lru_cache(maxsize=64)
def large_glyph(character: str, font: str = "DejaVuSans") -> np.ndarray:
    """A character in white on black, float32 (h, w) in [0, 1], its centre of mass in the middle of the array.

    `font` is the name of a TrueType file that matplotlib ships.

    Raises
    ------
    ValueError : matplotlib has no such font, or the font no such character.
    """
    import matplotlib
    from matplotlib.ft2font import FT2Font

    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in path.parent.glob("DejaVu*.ttf")))
        raise ValueError(f"matplotlib has no font {font!r}; of this family it has {known}")
    drawing = FT2Font(str(path))
    if len(character) != 1 or not drawing.get_char_index(ord(character)):
        raise ValueError(f"font {font!r} has no glyph for {character!r}")
    drawing.set_size(POINTS, 72)
    drawing.set_text(character)
    drawing.draw_glyphs_to_bitmap(antialiased=True)
    image = np.asarray(drawing.get_image(), np.float32) / 255
    return _centred(image)


def _centred(image: np.ndarray) -> np.ndarray:
    """The image with black margins, so that its centre of mass lies in the middle (to half a pixel)."""
    rows, columns = (np.arange(side) for side in image.shape)
    total = image.sum()
    row, column = (image.sum(1) @ rows) / total, (image.sum(0) @ columns) / total
    reach = int(np.ceil(max(row, column, image.shape[0] - 1 - row, image.shape[1] - 1 - column))) + 2
    canvas = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    top, left = reach - round(float(row)), reach - round(float(column))
    canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def symmetry_order(glyph: np.ndarray) -> int:
    """The largest n up to 6 for which a glyph looks the same after a turn by 360 / n degrees; 1 for none."""
    from scipy.ndimage import gaussian_filter, rotate

    smooth = gaussian_filter(glyph, 2)
    for order in SYMMETRY_ORDERS:
        turned = rotate(smooth, 360 / order, reshape=False, order=1)
        if np.corrcoef(smooth.ravel(), turned.ravel())[0, 1] > SAME:
            return order
    return 1


def affine(angle_rad: np.ndarray, shear_deg: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Maps (n, 2, 2) of a glyph's (x to the right, y downwards): shear, then scale, then turn.

    A positive shear leans the top to the right; a positive angle turns counter-clockwise as displayed.
    """
    lean = np.tan(np.deg2rad(shear_deg))
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    turn = np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], -2)
    ones, zeros = np.ones_like(lean), np.zeros_like(lean)
    sheared = np.stack([np.stack([ones, -lean], -1), np.stack([zeros, ones], -1)], -2)
    return scale[:, None, None] * turn @ sheared


def warped(glyph: np.ndarray, maps: np.ndarray, offset: np.ndarray, side: int, size: float) -> np.ndarray:
    """Images of one glyph, each drawn by one affine map: float32 (n, side, side) in [0, 1].

    A pixel is the mean over SUBSAMPLES^2 points, so edges are as smooth in every orientation.

    Parameters
    ----------
    glyph : float32 (h, w), of `large_glyph`.
    maps : (n, 2, 2), of `affine`.
    offset : (n, 2) of the glyph's centre, (x to the right, y downwards) in half sides of the image.
    size : pixels of the image per pixel of the large glyph.
    """
    from scipy.ndimage import map_coordinates

    fine = side * SUBSAMPLES
    axis = (np.arange(fine) + 0.5) / SUBSAMPLES - side / 2
    points = np.stack(np.meshgrid(axis, axis), 0).reshape(2, -1)  # x, y in pixels from the image's centre
    middle = (np.array(glyph.shape[::-1]) - 1) / 2
    images = np.empty((len(maps), side, side), np.float32)
    for place, (each, shift) in enumerate(zip(np.linalg.inv(maps), offset, strict=True)):
        x, y = each @ (points - shift[:, None] * side / 2) / size + middle[:, None]
        values = map_coordinates(glyph, (y, x), order=1, prefilter=False).reshape(fine, fine)
        images[place] = values.reshape(side, SUBSAMPLES, side, SUBSAMPLES).mean((1, 3))
    return np.clip(images, 0, 1)
