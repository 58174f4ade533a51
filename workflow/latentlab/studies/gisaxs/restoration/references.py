"""Reference methods for gap filling and denoising: what a restoration network has to be better than.

Each is called as `method(counts, mask) -> expected`: counts (h, w) in photons per pixel, mask bool (h, w),
True where not measured; expected float32 (h, w), photons per pixel, finite, above 0 inside the mask. Outside
it the methods that smooth give their estimate; "linear" keeps the counts, so that its error there is the
counting error. Inputs are never changed. Each raises FrameError where nothing is measured, or nothing was
counted. The settings of the local regression and the cut of non-local means were searched on simulated
patterns with gaps and counting noise; the others have usual values. None was chosen on measured frames.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from latentlab.studies.gisaxs.restoration import inpainting, interpolation, local_regression

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _in_photons(method: Callable[..., np.ndarray], **where: float) -> Method:
    def filled(counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
        return method(counts, mask, **where).astype(np.float32)

    return filled


REFERENCES: dict[str, Method] = {
    "linear": _in_photons(interpolation.linear),
    "linear-smoothed": _in_photons(interpolation.linear_smoothed),
    "local-mean": _in_photons(local_regression.local_mean),
    "local-plane": _in_photons(local_regression.local_plane),
    "median": _in_photons(interpolation.median),
    "biharmonic": _in_photons(inpainting.biharmonic),
    "total-variation": _in_photons(inpainting.total_variation),
    "non-local-means": _in_photons(inpainting.non_local_means),
}


FROM_SMOOTHED = {
    "biharmonic": inpainting.biharmonic,
    "total-variation": inpainting.total_variation,
    "non-local-means": inpainting.non_local_means,
}  # which start from `linear_smoothed`


def frame_references(beam_column: float, beam_row: float | None = None) -> dict[str, Method]:
    """The references for a whole frame: those of any image, the mirror, and pyFAI where the beam is known.

    Parameters
    ----------
    beam_column : column of the specular plane, pixels of the image that is filled.
    beam_row : row of the direct beam, pixels; None where it is not known: then without pyFAI.
    """
    methods = {**REFERENCES, "mirror": _in_photons(interpolation.mirror, beam_column=beam_column)}
    if beam_row is not None:
        methods["pyfai"] = _in_photons(inpainting.pyfai, beam_row=beam_row, beam_column=beam_column)
    return methods


def fill_frame(
    counts: np.ndarray, mask: np.ndarray, beam_column: float, beam_row: float | None = None
) -> dict[str, np.ndarray]:
    """What every method of `frame_references` makes of a frame, float32 (h, w) each, by name.

    The result of calling each, in a quarter of the time: most start from the same smoothed image.
    """
    rate = interpolation.linear_smoothed(counts, mask)
    filled = {
        "linear": interpolation.linear(counts, mask),
        "linear-smoothed": rate,
        "local-mean": local_regression.local_mean(counts, mask),
        "local-plane": local_regression.local_plane(counts, mask),
        "median": interpolation.median(counts, mask),
        **{name: method(counts, mask, rate) for name, method in FROM_SMOOTHED.items()},
        "mirror": interpolation.mirror(counts, mask, rate, beam_column=beam_column),
    }
    if beam_row is not None:
        filled["pyfai"] = inpainting.pyfai(counts, mask, rate, beam_row=beam_row, beam_column=beam_column)
    return {name: image.astype(np.float32) for name, image in filled.items()}
