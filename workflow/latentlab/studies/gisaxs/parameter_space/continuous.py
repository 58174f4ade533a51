"""Parameters between those of the libraries: drawn continuously, within the same ranges."""

from __future__ import annotations

import numpy as np

from latentlab.scattering.parameters import form_factor_parameters, structure_factor_parameters
from latentlab.studies.gisaxs.parameter_space.pattern_space import LEAST_OMEGA_OVER_D


def parameter_ranges(
    forms: np.ndarray | None = None, structures: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest R in nm, sigma/R, D in nm, omega/D: two float64 (4,).

    Parameters
    ----------
    forms, structures : (n, 2), (m, 2) entries of the two libraries; by default all of table 2.5 with
        omega/D of 0.05 and more.
    """
    forms = form_factor_parameters() if forms is None else forms
    if structures is None:
        structures = structure_factor_parameters()
        structures = structures[structures[:, 1] > LEAST_OMEGA_OVER_D - 1e-9]
    low, high = (
        np.concatenate([getattr(grid, end)(axis=0) for grid in (forms, structures)]) for end in ("min", "max")
    )
    return low, high


def physical(R_nm: np.ndarray, D_nm: np.ndarray) -> np.ndarray:
    """Whether D/4 <= R <= D/2, bool; R and D in nm, of one shape (Schaefer, sec. 4.1)."""
    return (D_nm / 4 <= R_nm) & (R_nm <= D_nm / 2)


def continuous_parameters(low: np.ndarray, high: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Parameters (n, 4), float64, drawn uniformly between `low` and `high` (4,), with D/4 <= R <= D/2.

    Columns R in nm, sigma/R, D in nm, omega/D.

    Raises
    ------
    ValueError : too few of 40 n drawn values are physical.
    """
    drawn = np.random.default_rng(seed).uniform(low, high, size=(40 * n, 4))
    kept = drawn[physical(drawn[:, 0], drawn[:, 2])][:n]
    if len(kept) < n:
        raise ValueError(f"only {len(kept)} of {40 * n} parameters have D/4 <= R <= D/2, expected {n}")
    return kept
