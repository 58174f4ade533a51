"""What matters to physics: how far restoring moves the parameters that a pattern is measured for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

PARAMETERS = ("r_nm", "sigma_over_r", "d_nm", "omega_over_d")
FITTED = 12  # patterns of a set that are fitted, evenly spread; each takes a twentieth of a second


def fit_errors(
    fit: Callable[[np.ndarray], np.ndarray], restored: np.ndarray, parameters: np.ndarray
) -> dict[str, float]:
    """Mean absolute error of the parameters fitted to restored patterns.

    Clean patterns fit without error, as they are the libraries' own; so the error is the codec's.

    Parameters
    ----------
    fit : `latentlab.evaluation.fit.ParameterFit`: float32 (k, side, side) to float64 (k, 4).
    restored : float32 (n, side, side), any exposure.
    parameters : float64 (n, 4), the truth: R in nm, sigma/R, D in nm, omega/D.

    Returns
    -------
    "fit_error_r_nm", "fit_error_sigma_over_r", "fit_error_d_nm", "fit_error_omega_over_d", in these units:
    over an even sample of FITTED patterns. NaN where one of them has no intensity left to fit.
    """
    rows = np.linspace(0, len(restored) - 1, min(FITTED, len(restored))).round().astype(int)
    sample = restored[rows]
    if not (np.isfinite(sample).all() and (sample.max(axis=(1, 2)) > 0).all()):
        errors = np.full(4, np.nan)
    else:
        errors = np.abs(fit(sample) - parameters[rows]).mean(axis=0)
    return {f"fit_error_{name}": float(error) for name, error in zip(PARAMETERS, errors, strict=True)}
