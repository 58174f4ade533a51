"""Answers that need no network: the trivial one, and the pattern that fits best with its background."""

from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import nnls

from latentlab.studies.gisaxs.parameter_space.library_search import search_of
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.restoration.measurement import power_law
from latentlab.studies.gisaxs.restoration.starting_estimate import starting_estimate

HALO_EXPONENTS = (1.0, 2.0, 3.0)
HALO_CORE_PX = 5.0
ROUNDS = 2  # fits of the pattern, each followed by one of the background
DARK = 0.02  # quantile of the smoothed counts that the first round takes as background


class MultiScale:
    """The network's starting estimate alone."""

    def __call__(self, counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Expected photons per pixel, float32 (h, w), of what a `Restorer` takes too."""
        images = torch.from_numpy(np.where(mask, 0, counts).astype(np.float32))[None, None]
        return starting_estimate(images, torch.from_numpy(mask.copy())[None, None])[0, 0].exp().numpy()


class MeanImage:
    """The mean of the training patterns in the exposure of the measurement: what is known without it.

    Parameters
    ----------
    mean : (h, w), in any unit.
    """

    def __init__(self, mean: np.ndarray) -> None:
        self.mean = mean

    def __call__(self, counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Expected photons per pixel, float32 (h, w)."""
        return (self.mean * (counts[~mask].sum() / self.mean[~mask].sum())).astype(np.float32)


class FittedPattern:
    """The library's most likely pattern, with a constant and a power law about the specular beam.

    Pattern and background are fitted in turns: the pattern by the likelihood of the photons that the
    background leaves (`library_search`), then the shares of all of them by least squares, not negative.
    It knows the simulator and the place of the specular beam, as no other method does; not the point spread.

    Parameters
    ----------
    space : of patterns. beam_row : of the specular beam in column 0, px.
    """

    def __init__(self, space: PatternSpace, beam_row: float) -> None:
        self.space, self.beam_row = space, beam_row
        self._smooth, self._search = MultiScale(), search_of(space)

    def __call__(self, counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Expected photons per pixel, float32 (h, w), for an image of the pattern's region.

        h = w is a multiple of the space's `fit_side` that divides its side; else ValueError.
        """
        smooth = self._smooth(counts, mask)
        filled = np.where(mask, smooth, counts).astype(np.float64)
        background = np.full(filled.shape, np.quantile(smooth, DARK))
        halos = [power_law(filled.shape, self.beam_row, p, HALO_CORE_PX) for p in HALO_EXPONENTS]
        weight = (1 / np.sqrt(np.maximum(smooth, 1e-3)))[~mask]
        for _ in range(ROUNDS):
            pattern = self._pattern(np.maximum(filled - background, 0))
            parts = np.stack([pattern, np.ones_like(pattern), *halos])
            parts /= parts.mean(axis=(1, 2), keepdims=True)
            shares, _ = nnls((parts[:, ~mask] * weight).T, filled[~mask] * weight)
            background = np.tensordot(shares[1:], parts[1:], axes=1)
        return (shares[0] * parts[0] + background).astype(np.float32)

    def _pattern(self, counts: np.ndarray) -> np.ndarray:
        """The library's most likely pattern of counts (h, h), as large as these, in any unit."""
        side, bins = len(counts), self.space.fit_side
        if side % bins or counts.shape != (side, side):
            raise ValueError(
                f"counts have shape {counts.shape}, expected a square of a multiple of {bins} px"
            )
        binned = counts.reshape(bins, side // bins, bins, side // bins).sum(axis=(1, 3))
        if not binned.any():
            binned = np.ones_like(binned)
        pair, _ = self._search.by_photons(self._search.checked(binned[None].astype(np.float32))[0])
        return self.space.patterns(pair[None], side)[0].astype(np.float64)
