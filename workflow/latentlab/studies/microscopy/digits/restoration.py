"""Denoising without a network: filters and linear maps, each at its best setting on training images."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from latentlab.studies.microscopy.digits.components import as_rows, components

CHOSEN_ON = 100  # training images that a setting is chosen on
GAUSSIAN = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # standard deviations, px
MEDIAN = (3, 5, 7)  # sides, px
NON_LOCAL = (0.1, 0.2, 0.3, 0.5)  # filter strengths h
COMPONENTS = (5, 10, 20, 30, 40, 60)
RIDGE = (3.0, 10.0, 30.0, 100.0, 300.0)


def psnr(truth: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio (n,), dB, of images (n, ...) with peak 1; the found is clipped to [0, 1]."""
    error = np.mean((as_rows(truth) - np.clip(as_rows(found), 0, 1)) ** 2, axis=1)
    return -10 * np.log10(np.maximum(error, 1e-12))


def filters() -> dict[str, tuple[tuple[float, ...], Callable[[np.ndarray, float], np.ndarray]]]:
    """By name, the settings of a filter, and the filter: images (n, h, w) and a setting to images."""
    from scipy.ndimage import gaussian_filter, median_filter

    return {
        "gaussian": (GAUSSIAN, lambda images, sd: gaussian_filter(images, (0, sd, sd))),
        "median": (MEDIAN, lambda images, side: median_filter(images, (1, int(side), int(side)))),
        "non_local": (NON_LOCAL, _non_local_means),
    }


def _non_local_means(images: np.ndarray, strength: float) -> np.ndarray:
    from skimage.restoration import denoise_nl_means

    def one(image: np.ndarray) -> np.ndarray:
        return denoise_nl_means(image, patch_size=5, patch_distance=6, h=strength, fast_mode=True)

    return np.stack([one(image) for image in images])


def restored_by_rivals(
    noisy: np.ndarray, clean: np.ndarray, test: np.ndarray
) -> dict[str, tuple[float, np.ndarray]]:
    """What rivals make of noisy test images, each at its best setting by PSNR on training images.

    Parameters
    ----------
    noisy, clean : float (n, h, w), training images and their targets. test : (m, h, w), noisy.

    Returns
    -------
    By name ("gaussian", "median", "non_local", "pca", "ridge"): the setting, and the images (m, h, w).
    A filter's images get the gain and offset that suit the training images. The setting of "pca" (number of
    components of clean images) and of "ridge" (each clean pixel as a linear function of all noisy ones; the
    penalty) is chosen on training images that the fit leaves out.
    """
    found = {}
    few, truth = noisy[:CHOSEN_ON], clean[:CHOSEN_ON]
    for name, (settings, apply) in filters().items():
        tried = {setting: _Levels(apply(few, setting), truth) for setting in settings}
        best = max(settings, key=lambda setting: tried[setting].score)
        found[name] = best, tried[best](apply(test, best))
    rest = slice(CHOSEN_ON, None) if len(noisy) > 2 * CHOSEN_ON else slice(None)
    basis = components(as_rows(clean[rest]), min(max(COMPONENTS), clean[0].size))
    best = max(COMPONENTS, key=lambda count: psnr(truth, basis.restored(as_rows(few), count)).mean())
    found["pca"] = best, basis.restored(as_rows(test), best).reshape(test.shape)
    linear = _Ridge(as_rows(noisy[rest]), as_rows(clean[rest]))
    penalty = max(RIDGE, key=lambda each: psnr(truth, linear.predict(as_rows(few), each)).mean())
    found["ridge"] = penalty, linear.predict(as_rows(test), penalty).reshape(test.shape)
    return found


class _Levels:
    """Gain and offset that suit images best: noise that is clipped at black has a mean above 0."""

    def __init__(self, images: np.ndarray, truth: np.ndarray) -> None:
        self.gain, self.offset = np.polyfit(images.ravel(), truth.ravel(), 1)
        self.score = psnr(truth, self(images)).mean()

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.gain * images + self.offset


class _Ridge:
    """Ridge regression of rows on rows for any penalty, from one decomposition."""

    def __init__(self, given: np.ndarray, wanted: np.ndarray) -> None:
        self.given_mean, self.wanted_mean = given.mean(axis=0), wanted.mean(axis=0)
        centred = given - self.given_mean
        self.values, self.axes = np.linalg.eigh(centred.T @ centred)
        self.projected = self.axes.T @ (centred.T @ (wanted - self.wanted_mean))

    def predict(self, rows: np.ndarray, penalty: float) -> np.ndarray:
        weights = self.projected / (self.values + penalty)[:, None]
        return self.wanted_mean + ((rows - self.given_mean) @ self.axes) @ weights
