"""Inpainting of scikit-image and pyFAI on the logarithm of smoothed counts."""

from __future__ import annotations

import numpy as np

from latentlab.studies.gisaxs.restoration.checks import check_measured
from latentlab.studies.gisaxs.restoration.interpolation import linear_smoothed

TV_WEIGHT = 0.02  # of the total variation, natural logarithm
TV_ROUNDS = 30
NLM_PATCH, NLM_DISTANCE, NLM_CUT = 5, 7, 0.8  # pixels, pixels, standard deviations of the noise
LEAST_MEAN = 2 * np.sqrt(3 / 8)  # of 2 sqrt(counts + 3/8), at no photon
LEAST_RATE = 1e-3  # photons per pixel


def biharmonic(counts: np.ndarray, mask: np.ndarray, rate: np.ndarray | None = None) -> np.ndarray:
    """`skimage.restoration.inpaint_biharmonic` on the logarithm of the smoothed counts.

    Parameters
    ----------
    counts : (h, w), photons per pixel, 0 or more where measured. mask : bool (h, w), True where not measured.
    rate : `linear_smoothed` of them, if it is known.

    Returns
    -------
    float64 (h, w), photons per pixel, above 0, smoothed where measured. Inside the mask no value leaves the
    range of the measured pixels: the biharmonic equation overshoots at the image's border.
    """
    from skimage.restoration import inpaint_biharmonic

    check_measured(counts, mask)
    rate = linear_smoothed(counts, mask) if rate is None else rate
    if not mask.any():
        return rate
    logarithm = np.log(rate)
    low, high = logarithm[~mask].min(), logarithm[~mask].max()
    unit = np.where(mask, 0.0, (logarithm - low) / max(high - low, 1e-12))
    filled = inpaint_biharmonic(unit, mask)
    filled = low + np.clip(filled, 0, 1) * (high - low)
    return np.exp(np.where(mask, filled, logarithm))


def total_variation(counts: np.ndarray, mask: np.ndarray, rate: np.ndarray | None = None) -> np.ndarray:
    """Total-variation inpainting: `skimage.restoration.denoise_tv_chambolle` on the logarithm, repeated.

    It starts with linear interpolation; after each round the measured pixels get their smoothed logarithm
    again. Parameters and result as `biharmonic`.
    """
    from skimage.restoration import denoise_tv_chambolle

    check_measured(counts, mask)
    start = np.log(linear_smoothed(counts, mask) if rate is None else rate)
    current = start
    if mask.any():
        for _ in range(TV_ROUNDS):
            current = np.where(mask, denoise_tv_chambolle(current, weight=TV_WEIGHT, max_num_iter=20), start)
    return np.exp(current)


def non_local_means(counts: np.ndarray, mask: np.ndarray, rate: np.ndarray | None = None) -> np.ndarray:
    """`skimage.restoration.denoise_nl_means` after linear interpolation of the gaps.

    On the scale 2 sqrt(counts + 3/8) (Anscombe), where counting noise has standard deviation 1 everywhere:
    on a logarithm it depends on the counts. Parameters and result as `biharmonic`.
    """
    from skimage.restoration import denoise_nl_means

    check_measured(counts, mask)
    rate = linear_smoothed(counts, mask) if rate is None else rate
    stabilised = 2 * np.sqrt(np.where(mask, rate, counts) + 3 / 8)
    means = denoise_nl_means(
        stabilised, patch_size=NLM_PATCH, patch_distance=NLM_DISTANCE, h=NLM_CUT, sigma=1.0, fast_mode=True
    )
    means = np.maximum(means, LEAST_MEAN)
    # Makitalo and Foi, IEEE Trans. Image Process. 20 (2011) 2697, eq. 6: the exact inverse, approximately
    inverse = (
        means**2 / 4
        + np.sqrt(1.5) / (4 * means)
        - 11 / (8 * means**2)
        + 5 * np.sqrt(1.5) / (8 * means**3)
        - 1 / 8
    )
    return np.maximum(inverse, LEAST_RATE)


def pyfai(
    counts: np.ndarray,
    mask: np.ndarray,
    rate: np.ndarray | None = None,
    *,
    beam_row: float,
    beam_column: float,
) -> np.ndarray:
    """pyFAI's `AzimuthalIntegrator.inpainting`: gaps from the same radius at neighbouring azimuths.

    It asks for a geometry, so that it applies to whole frames whose direct beam is known. It assumes rings
    about that beam, which grazing incidence does not have: the sample's horizon cuts them.

    Parameters
    ----------
    counts, mask, rate : as `biharmonic`. beam_row, beam_column : the direct beam, pixels; it may lie outside.

    Returns
    -------
    float64 (h, w), photons per pixel, above 0, smoothed where measured; linear interpolation where pyFAI
    finds no measured pixel.
    """
    from pyFAI.detectors import Detector
    from pyFAI.integrator.azimuthal import AzimuthalIntegrator

    check_measured(counts, mask)
    rate = linear_smoothed(counts, mask) if rate is None else rate
    if not mask.any():
        return rate
    pixel, distance = 1e-4, 10.0  # m; far away, so that radii are distances on the detector
    detector = Detector(pixel1=pixel, pixel2=pixel, max_shape=counts.shape)
    integrator = AzimuthalIntegrator(
        dist=distance, poni1=(beam_row + 0.5) * pixel, poni2=(beam_column + 0.5) * pixel, detector=detector
    )
    logarithm = np.log(rate).astype(np.float32)
    low = float(logarithm[~mask].min())
    filled = integrator.inpainting(
        np.where(mask, 0, logarithm - low + 1),
        mask.astype(np.int8),
        npt_rad=max(counts.shape),
        npt_azim=512,
        unit="r_m",
    )
    filled = np.asarray(getattr(filled, "data", filled), dtype=np.float64)
    found = mask & np.isfinite(filled) & (filled > 0)  # 0 where nothing is measured at that radius
    return np.where(found, np.exp(np.where(found, filled, 0) + low - 1), rate)
