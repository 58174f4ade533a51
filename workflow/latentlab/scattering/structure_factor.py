"""Structure factor of the one-dimensional paracrystal at given values of q."""

from __future__ import annotations

import math

import numpy as np


def structure_factor(q_parallel: np.ndarray | float, D_nm: float, omega_nm: float) -> np.ndarray:
    """S(q) of a one-dimensional paracrystal with Gaussian distances, no damping.

    S = Re[(1 + phi) / (1 - phi)], phi = exp(-q^2 omega^2 / 2 + i q D), written without cancellation:
    S = (1 - a^2) / ((1 - a)^2 + 4 a sin^2(q D / 2)), a = |phi|; its limit at q = 0 is (omega / D)^2.

    Parameters
    ----------
    q_parallel : component of q in the surface, 1/nm, any shape.
    D_nm : mean distance D in nm.
    omega_nm : standard deviation omega of the distance in nm.

    Returns
    -------
    float64 array of the shape of q_parallel, positive.

    Raises
    ------
    ValueError : D or omega is not positive.

    Source: Schaefer, sec. 2.5.6, eq. 2.30; Renaud et al., Surf. Sci. Rep. 64 (2009) 255, sec. 3.
    """
    _check_paracrystal(D_nm, omega_nm)
    q = np.abs(np.asarray(q_parallel, dtype=np.float64))
    # Below this the relative difference from the limit is under 1e-16, and q^4 would underflow.
    at_zero = q * max(D_nm, omega_nm) < 1e-9
    safe = np.where(at_zero, 1.0, q)
    exponent = -0.5 * (safe * omega_nm) ** 2
    one_minus_a = -np.expm1(exponent)
    denominator = one_minus_a**2 + 4.0 * np.exp(exponent) * np.sin(0.5 * safe * D_nm) ** 2
    return np.where(at_zero, (omega_nm / D_nm) ** 2, -np.expm1(2.0 * exponent) / denominator)


def _check_paracrystal(D_nm: float, omega_nm: float) -> None:
    if not (math.isfinite(D_nm) and D_nm > 0.0 and math.isfinite(omega_nm) and omega_nm > 0.0):
        raise ValueError(f"D_nm and omega_nm must be positive numbers of nm, got {D_nm} and {omega_nm}")
