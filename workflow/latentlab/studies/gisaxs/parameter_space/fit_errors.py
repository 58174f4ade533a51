"""Errors of the physical parameters that are fitted to restored patterns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

PARAMETERS = ("r_nm", "sigma_over_r", "d_nm", "omega_over_d")
FITTED = 12  # patterns of a set that are fitted, evenly spread; each takes a twentieth of a second


Fit = Callable[[np.ndarray], np.ndarray]  # patterns (n, side, side) to (n, 4): R_nm, sigma/R, D_nm, omega/D


def even_sample(total: int, n: int) -> np.ndarray:
    """At most `n` of `total` places, evenly spread from the first to the last: int64."""
    return np.linspace(0, total - 1, min(n, total)).round().astype(np.int64)


def mean_fit_errors(fit: Fit, patterns: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Mean absolute error (4,) of the parameters fitted to patterns (n, side, side), the truth being (n, 4).

    NaN where a pattern has no intensity left to fit, as those that a collapsed model decodes.
    """
    if not (np.isfinite(patterns).all() and (patterns.max(axis=(1, 2)) > 0).all()):
        return np.full(4, np.nan)
    return np.abs(np.asarray(fit(patterns)) - parameters).mean(axis=0)


def fit_errors(fit: Fit, restored: np.ndarray, parameters: np.ndarray) -> dict[str, float]:
    """Mean absolute error of the parameters fitted to restored patterns.

    Clean patterns fit without error, as they are the libraries' own; so the error is the codec's.

    Parameters
    ----------
    fit : `studies.gisaxs.parameter_space.fit.ParameterFit`: float32 (k, side, side) to float64 (k, 4).
    restored : float32 (n, side, side), any exposure.
    parameters : float64 (n, 4), the truth: R in nm, sigma/R, D in nm, omega/D.

    Returns
    -------
    "fit_error_r_nm", "fit_error_sigma_over_r", "fit_error_d_nm", "fit_error_omega_over_d", in these units:
    over an even sample of FITTED patterns. NaN where one of them has no intensity left to fit.
    """
    rows = even_sample(len(restored), FITTED)
    errors = mean_fit_errors(fit, restored[rows], parameters[rows])
    return {f"fit_error_{name}": float(error) for name, error in zip(PARAMETERS, errors, strict=True)}
