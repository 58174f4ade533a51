"""From surfaces to what a satellite measures: light, clouds, air, optics, noise, and colours of 8 bits."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.classes import RGB_BANDS
from latentlab.studies.landcover.scenes.atmosphere import Air
from latentlab.studies.landcover.scenes.fields import fractal_field
from latentlab.studies.landcover.scenes.shapes import SITE_M

FULL = 10_000.0  # stored number of a reflectance of 1
BARE_LIGHT = 0.5  # share of sunlight that a leafless crown lets through
CLOUD_REFLECTANCE = 0.75
CLOUD_HEIGHT_M = 900.0
SPREAD = 0.14  # share of light that the optics put into each of two neighbours, along rows and columns
READ_SHARE = 0.25  # of the noise of a surface of reflectance 0.3 that there is in the dark
GAMMA = 1.35
BALANCE = 0.85  # part of the white balance that is made up for the air's losses
BLACK_SHARE = 0.72  # of the air's own light that is taken off the colours


def sunlight(
    slope_x: np.ndarray, slope_y: np.ndarray, elevation_deg: float, azimuth_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cosine of incidence on sloping surfaces relative to level ground, and the share of the sky they see."""
    elevation, azimuth = np.radians((elevation_deg, azimuth_deg)).astype(np.float32)
    east, south = np.sin(azimuth) / np.tan(elevation), -np.cos(azimuth) / np.tan(elevation)
    length = np.sqrt(1 + slope_x**2 + slope_y**2)
    direct = np.maximum(1 - slope_x * east - slope_y * south, 0) / length
    return direct, 0.5 + 0.5 / length


def clouds(
    side: int, key: tuple[int, ...], cover: float, elevation_deg: float, azimuth_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    """Share of light that clouds take, in the view and in the sunlight, each float32 (side, side), 0 to 1.

    Parameters
    ----------
    key : names the field. cover : share of the view. The shadow of a cloud falls away from the sun.
    """
    if cover == 0:
        return np.zeros((side, side), np.float32), np.zeros((side, side), np.float32)
    wide = fractal_field(side, key, coarsest=8, finest=256, fall=0.6)  # of four sites a side, each way
    pixel = 4 * SITE_M / side
    shift = CLOUD_HEIGHT_M / np.tan(np.radians(elevation_deg))
    east, south = np.sin(np.radians(azimuth_deg)), -np.cos(np.radians(azimuth_deg))
    level = np.quantile(_window(wide, 0, 0, pixel), 1 - cover)
    thick = np.clip((wide - level) / 0.7 + 0.15, 0, 1) ** 0.8
    return _window(thick, 0, 0, pixel), _window(thick, shift * east, shift * south, pixel)


def _window(field: np.ndarray, east_m: float, south_m: float, pixel_m: float) -> np.ndarray:
    """The part of a field of four sites a side that begins at (1.5, 1.5) sites and so much further."""
    side = len(field)
    place = (np.arange(side) + 0.5) * (SITE_M / side) / pixel_m + 1.5 * SITE_M / pixel_m - 0.5
    parts = []
    for axis, shift in ((0, south_m), (1, east_m)):
        at = np.clip(place + shift / pixel_m, 0, side - 1.001)
        first = at.astype(int)
        t = (at - first).astype(np.float32)
        t = t[:, None] if axis == 0 else t
        take = np.take(field, first, axis), np.take(field, first + 1, axis)
        field = take[0] * (1 - t) + take[1] * t
        parts.append(field)
    return parts[-1]


def measured_reflectance(
    surface: np.ndarray, direct: np.ndarray, sky: np.ndarray, air: Air, cloud: np.ndarray
) -> np.ndarray:
    """Reflectance at the top of the atmosphere, float32 (bands, side, side).

    Parameters
    ----------
    surface : reflectance of the ground, (bands, side, side), changed in place. direct : sunlight, sky :
        skylight
        relative to level open ground, (side, side). cloud : share that clouds hide.
    """
    clear = 1 - cloud
    for band, image in enumerate(surface):
        light = np.float32(air.direct[band]) * direct
        light += np.float32(air.sky[band]) * sky
        image *= light
        image *= np.float32(air.upward[band])
        if cloud.any():
            image *= clear
            image += cloud * np.float32(CLOUD_REFLECTANCE * air.upward[band] * (air.direct + air.sky)[band])
        image += np.float32(air.path[band])
    return surface


def blurred(image: np.ndarray) -> np.ndarray:
    """An image (bands, side, side) after the optics: a kernel of three pixels along rows and columns."""
    for axis in (1, 2):
        result = (1 - 2 * SPREAD) * image
        ends = [np.take(image, [place], axis) for place in (0, -1)]
        inner = np.moveaxis(image, axis, 0)
        out = np.moveaxis(result, axis, 0)
        out[1:] += SPREAD * inner[:-1]
        out[:-1] += SPREAD * inner[1:]
        out[0] += SPREAD * np.moveaxis(ends[0], axis, 0)[0]
        out[-1] += SPREAD * np.moveaxis(ends[1], axis, 0)[0]
        image = result
    return image


def with_noise(image: np.ndarray, signal_to_noise: float, rng: np.random.Generator) -> np.ndarray:
    """Photon noise, whose variance grows with the light, and read-out noise; in place.

    A pixel counts thousands of electrons, so a normal distribution stands for Poisson's.
    """
    sigma = 0.3 / signal_to_noise
    read, photon = READ_SHARE * sigma, (1 - READ_SHARE**2) * sigma**2 / 0.3
    for band in image:
        deviation = np.sqrt(read**2 + photon * np.maximum(band, 0), dtype=np.float32)
        band += deviation * rng.standard_normal(band.shape, dtype=np.float32)
    return image


def eight_bits(image: np.ndarray, air: Air, clear: np.ndarray) -> np.ndarray:
    """Red, green, blue of a picture, uint8 (3, side, side): darkest light taken off, one gain, mild gamma.

    The gain follows the bright part of the view that no cloud hides, as in satellite products.
    """
    rows = list(RGB_BANDS)
    white = (((air.direct + air.sky) * air.upward)[rows] ** BALANCE).astype(np.float32)
    rgb = (image[rows] - (BLACK_SHARE * air.path[rows, None, None]).astype(np.float32)) / white[:, None, None]
    sample = rgb[:, ::3, ::3][:, clear[::3, ::3]]
    bright = np.quantile(sample, 0.88) if sample.shape[1] > 500 else 0.3
    gain = np.float32(0.52 / np.clip(bright, 0.11, 0.3))
    shown = np.clip(rgb * gain, 0, 1) ** np.float32(1 / GAMMA)
    return np.rint(255 * shown).astype(np.uint8)
