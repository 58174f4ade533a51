"""Detector gaps, beam stop and sample shadow on a grid of scattering angles; binning.

All masks are bool and True where no photon is counted.
"""

from __future__ import annotations

import difflib
import itertools
from typing import Any

import numpy as np

from latentlab.errors import ConfigError

KNOWN_DETECTORS = ("Pilatus1M", "Pilatus2M", "Eiger4M", "Eiger2_9M", "Lambda750k", "Lambda2M")

# 4 deg over 499 grid rows is a row of 2 x 2 binned 172 um pixels at this distance. The reference pixel is low
# and far left, so that all 499 x 500 grid pixels lie on the Pilatus 2M; its row is that of a real horizon.
DEFAULT_DISTANCE_MM = 2455.0
DEFAULT_BEAM_ROW = 1230.0
DEFAULT_BEAM_COLUMN = 400.0


def detector_mask(name: str = "Pilatus2M") -> np.ndarray:
    """Gaps between the modules of a detector, from pyFAI.

    Parameters
    ----------
    name : any detector of pyFAI's registry (Pilatus, Eiger, Lambda, ...); case does not matter.

    Returns
    -------
    bool (rows, columns), True on insensitive pixels; all False for a detector without gaps.

    Raises
    ------
    ConfigError : pyFAI knows no such detector, or it has no fixed shape.
    """
    return _mask_of(_detector(name))


def missing_share(
    alpha_f_rad: np.ndarray,
    two_theta_f_rad: np.ndarray,
    *,
    detector: str = "Pilatus2M",
    distance_mm: float = DEFAULT_DISTANCE_MM,
    beam_row: float = DEFAULT_BEAM_ROW,
    beam_column: float = DEFAULT_BEAM_COLUMN,
    binning: int = 2,
) -> np.ndarray:
    """Insensitive share of each pixel of an angular grid on a detector (Schaefer, sec. 2.5.5, 4.1.1).

    A ray of exit angle alpha_f and in-plane angle 2theta_f meets the detector plane, perpendicular to the
    direction alpha_f = 2theta_f = 0 at distance L, at x = L tan 2theta_f, z = L tan alpha_f / cos 2theta_f.
    A grid pixel reaches half way to its neighbours, and over at least `binning` detector pixels per side. Of
    the detector pixels whose centres lie in it, those that lie in a gap or outside the detector are missing.

    Parameters
    ----------
    alpha_f_rad : (n,) exit angles in rad, strictly increasing; they point up, to lower detector rows.
    two_theta_f_rad : (m,) in-plane angles in rad, strictly increasing; to higher detector columns.
    detector : name of a detector that pyFAI knows.
    distance_mm : from the sample to the detector, mm.
    beam_row, beam_column : detector coordinates of alpha_f = 0 and 2theta_f = 0, that is, the sample horizon
        above the direct beam (not the direct beam itself, which is at alpha_f = -alpha_i). Counted
        from 0 in the top left corner, as array indices; integers are pixel centres.
    binning : detector pixels per side that are summed into one reading, 1 or more.

    Returns
    -------
    float64 (n, m), 0 if all detector pixels are sensitive, 1 if none is; `bin_mask` makes it a mask.

    Raises
    ------
    ConfigError : unknown detector. ValueError : angles, distance or binning of the wrong kind.
    """
    alpha_f_rad = _angles("alpha_f_rad", alpha_f_rad)
    two_theta_f_rad = _angles("two_theta_f_rad", two_theta_f_rad)
    if not distance_mm > 0:
        raise ValueError(f"distance_mm is {distance_mm}, expected a positive length in mm")
    if binning < 1:
        raise ValueError(f"binning is {binning}, expected 1 or more detector pixels per side")
    known = _detector(detector)
    mask = _mask_of(known)
    pixel_height_mm, pixel_width_mm = 1e3 * known.pixel1, 1e3 * known.pixel2

    x_edges = distance_mm * np.tan(_edges(two_theta_f_rad)) / pixel_width_mm + beam_column
    left, right = _cover(x_edges[:-1], x_edges[1:], binning)
    z_edges = distance_mm * np.tan(_edges(alpha_f_rad))[:, None] / np.cos(two_theta_f_rad) / pixel_height_mm
    row_edges = beam_row - z_edges  # rows are counted downward, alpha_f upward
    top, bottom = _cover(row_edges[1:], row_edges[:-1], binning)

    rows, columns = mask.shape
    pixels = (bottom - top) * (right - left)
    # A summed-area table gives the number of pixels that count in every rectangle at once.
    table = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    table[1:, 1:] = (~mask).cumsum(axis=0).cumsum(axis=1)
    top, bottom = np.clip(top, 0, rows), np.clip(bottom, 0, rows)
    left, right = np.clip(left, 0, columns), np.clip(right, 0, columns)
    counting = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
    return 1.0 - counting / pixels


def beam_stop_mask(
    alpha_f_rad: np.ndarray,
    two_theta_f_rad: np.ndarray,
    *,
    alpha_i_deg: float = 0.4,
    radius_deg: float = 0.08,
) -> np.ndarray:
    """Disc of the beam stop before the specular beam, alpha_f = alpha_i, 2theta_f = 0 (Schaefer, sec. 2.5.5).

    Parameters
    ----------
    alpha_f_rad, two_theta_f_rad : (n,) and (m,) angles in rad, strictly increasing.
    alpha_i_deg : angle of incidence, deg.
    radius_deg : radius of the disc, deg (0.08 deg is 3.4 mm at 2455 mm).

    Returns
    -------
    bool (n, m), True within the disc, rim included. Raises ValueError on wrong angles or a negative radius.
    """
    if not radius_deg >= 0:
        raise ValueError(f"radius_deg is {radius_deg}, expected 0 deg or more")
    alpha_f_deg = np.rad2deg(_angles("alpha_f_rad", alpha_f_rad))[:, None]
    two_theta_f_deg = np.rad2deg(_angles("two_theta_f_rad", two_theta_f_rad))
    return np.hypot(alpha_f_deg - alpha_i_deg, two_theta_f_deg) <= radius_deg


def sample_shadow_mask(
    alpha_f_rad: np.ndarray, two_theta_f_rad: np.ndarray, *, horizon_deg: float = 0.0
) -> np.ndarray:
    """Shadow of the sample: every pixel below a horizon (Schaefer, sec. 2.5.5).

    Parameters
    ----------
    alpha_f_rad, two_theta_f_rad : (n,) and (m,) angles in rad, strictly increasing.
    horizon_deg : exit angle of the horizon, deg.

    Returns
    -------
    bool (n, m), True where alpha_f < horizon_deg. Raises ValueError on wrong angles.
    """
    alpha_f_rad = _angles("alpha_f_rad", alpha_f_rad)
    columns = len(_angles("two_theta_f_rad", two_theta_f_rad))
    return np.repeat((alpha_f_rad < np.deg2rad(horizon_deg))[:, None], columns, axis=1)


def bin_mask(missing: np.ndarray, factor: int) -> np.ndarray:
    """Bin a mask: a bin is masked where more than half of it is missing.

    The same rule holds for simulated gaps and for real frames, and is applied once, to detector pixels. If
    half or more of a bin is sensitive, its mean is that of the sensitive pixels, with at most twice the
    variance of a complete bin: in a real frame their sum divided by their share (`frames.to_grid`), in a
    simulated one the expected intensity itself. Masking a bin for any missing pixel would discard measured
    counts around the gaps; keeping it until all pixels are missing would let one corner represent the whole
    bin.

    Parameters
    ----------
    missing : (..., h, w), bool, True where a pixel is insensitive, or the insensitive share of each pixel.
    factor : pixels per side of a bin; h and w are multiples of it.

    Returns
    -------
    bool (..., h / factor, w / factor). Raises ValueError where h or w is no multiple of `factor`.
    """
    share = _bins(np.asarray(missing, dtype=np.float64), factor).mean(axis=(-3, -1))
    return np.round(share, 9) > 0.5  # rounded: a sum of thirds may exceed 1/2 by a rounding error


def bin_mean(images: np.ndarray, factor: int) -> np.ndarray:
    """Mean of each bin of `factor` x `factor` pixels, in the images' own units.

    Parameters
    ----------
    images : (..., h, w) numbers. factor : pixels per side of a bin; h and w are multiples of it.

    Returns
    -------
    (..., h / factor, w / factor), the images' dtype where that is floating, else float64.
    Raises ValueError where h or w is no multiple of `factor`.
    """
    return _bins(np.asarray(images), factor).mean(axis=(-3, -1))


def _bins(images: np.ndarray, factor: int) -> np.ndarray:
    if factor < 1:
        raise ValueError(f"factor is {factor}, expected 1 or more pixels per side")
    if images.ndim < 2 or images.shape[-2] % factor or images.shape[-1] % factor:
        raise ValueError(
            f"images of shape {images.shape} cannot be binned: both sides must divide by {factor}"
        )
    *batch, height, width = images.shape
    return images.reshape(*batch, height // factor, factor, width // factor, factor)


def _detector(name: str) -> Any:
    # Imported here: only masks need pyFAI, training does not.
    from pyFAI.detectors import ALL_DETECTORS

    # Looked up here and not by pyFAI's factory, which would also open a file with that name.
    known = ALL_DETECTORS.get(name.lower())
    detector = known() if known is not None else None
    if detector is None or detector.shape is None or detector.pixel1 is None:
        others = [other for other in ALL_DETECTORS if other != name.lower()]
        near = difflib.get_close_matches(name.lower(), others, n=3, cutoff=0.7)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ConfigError(
            f"detector '{name}' is none that pyFAI knows with a fixed shape; expected for example "
            f"{', '.join(KNOWN_DETECTORS)}{hint}"
        )
    return detector


def _mask_of(detector: Any) -> np.ndarray:
    if detector.mask is None:  # a flat panel has no gaps
        return np.zeros(detector.shape, dtype=bool)
    return np.array(detector.mask, dtype=bool)


def _angles(name: str, angles: np.ndarray) -> np.ndarray:
    angles = np.asarray(angles, dtype=np.float64)
    if angles.ndim != 1 or len(angles) < 2:
        raise ValueError(f"{name} has shape {angles.shape}, expected one dimension with 2 angles or more")
    if not (np.abs(angles) < np.pi / 2).all() or any(b <= a for a, b in itertools.pairwise(angles)):
        raise ValueError(f"{name} must be strictly increasing angles in rad between -pi/2 and pi/2")
    return angles


def _edges(angles: np.ndarray) -> np.ndarray:
    middle = (angles[1:] + angles[:-1]) / 2
    return np.concatenate([[2 * angles[0] - middle[0]], middle, [2 * angles[-1] - middle[-1]]])


def _cover(low: np.ndarray, high: np.ndarray, at_least: int) -> tuple[np.ndarray, np.ndarray]:
    """First pixel, and one past the last, whose centre (an integer) lies in [low, high)."""
    widen = np.maximum(0, at_least - (high - low)) / 2
    # Rounded first: an extent of exactly k pixels must contain k centres despite rounding errors.
    first, last = np.round(low - widen, 9), np.round(high + widen, 9)
    return np.ceil(first).astype(np.int64), np.ceil(last).astype(np.int64)
