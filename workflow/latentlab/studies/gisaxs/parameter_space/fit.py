"""Fit R, sigma/R, D, omega/D to patterns, and measure how far compression moves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from latentlab.studies.gisaxs.parameter_space.library_search import search_of
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace


class ParameterFit:
    """Least squares against all library pairs, then between them; see `parameter_space.library_search`.

    Parameters
    ----------
    space : whose libraries are fitted. Patterns have its side (256 px), or are its means over bins (64 px).
    """

    def __init__(self, space: PatternSpace) -> None:
        self.search = search_of(space)

    def __call__(self, patterns: np.ndarray | torch.Tensor) -> np.ndarray:
        """Fit clean or decoded patterns in log10 intensity.

        Parameters
        ----------
        patterns : float (n, side, side) of any exposure. Values below a millionth of a pattern's
            maximum, also 0 and negative ones, are set to it; the library's patterns get the same floor.

        Returns
        -------
        float64 (n, 4): R in nm, sigma/R, D in nm, omega/D.

        Raises
        ------
        ValueError : a side that is neither the space's nor that of its bins, or a pattern without intensity.
        """
        found = [self.search.by_squares(pattern) for pattern in self.search.checked(patterns)]
        return self._parameters(found)

    def counted(self, counts: np.ndarray | torch.Tensor) -> np.ndarray:
        """As `__call__`, for Poisson counts in any unit, by maximum likelihood instead of least squares."""
        found = [self.search.by_photons(pattern) for pattern in self.search.checked(counts)]
        return self._parameters(found)

    def _parameters(self, found: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        values = [self.search.grid.parameters(pair, offset) for pair, offset in found]
        return np.array(values, dtype=np.float64).reshape(-1, 4)


@dataclass(frozen=True)
class FitShift:
    """How far compression moves the fitted parameters; columns R in nm, sigma/R, D in nm, omega/D.

    Attributes
    ----------
    shift : float64 (n, 4), |fit of the decoded - fit of the original|.
    error : float64 (n, 4), |fit of the decoded - truth|, or None where no truth was given.
    """

    shift: np.ndarray
    error: np.ndarray | None


def fit_shift(
    fit: ParameterFit, original: np.ndarray, decoded: np.ndarray, truth: np.ndarray | None = None
) -> FitShift:
    """Shifts between original and decoded patterns (n, side, side); `truth` (n, 4) adds the errors."""
    fitted = fit(decoded)
    return FitShift(np.abs(fitted - fit(original)), None if truth is None else np.abs(fitted - truth))
