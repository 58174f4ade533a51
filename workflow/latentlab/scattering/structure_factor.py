"""Structure factor of the one-dimensional paracrystal: exact, and averaged over a pixel."""

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
    # Below this the relative distance from the limit is under 1e-16, and q^4 would underflow.
    at_zero = q * max(D_nm, omega_nm) < 1e-9
    safe = np.where(at_zero, 1.0, q)
    exponent = -0.5 * (safe * omega_nm) ** 2
    one_minus_a = -np.expm1(exponent)
    denominator = one_minus_a**2 + 4.0 * np.exp(exponent) * np.sin(0.5 * safe * D_nm) ** 2
    return np.where(at_zero, (omega_nm / D_nm) ** 2, -np.expm1(2.0 * exponent) / denominator)


def structure_factor_pixel_average(
    q_parallel: np.ndarray | float,
    width: float,
    D_nm: float,
    omega_nm: float,
    subdivisions: int = 16,
) -> np.ndarray:
    """Mean of S over [q - width/2, q + width/2]: no peak is lost, however narrow.

    Over a short piece of the window a = exp(-q^2 omega^2 / 2) is nearly constant, and S is the Poisson
    kernel in theta = q D, whose antiderivative is 2 atan[(1 + a) / (1 - a) tan(theta / 2)], unwrapped.
    Before the first peak rises (theta < pi) S is smooth, and each piece takes 2 Gauss-Legendre points.

    Parameters
    ----------
    q_parallel : centres of the windows, 1/nm, any shape.
    width : width of the window in 1/nm, positive.
    D_nm, omega_nm : mean and standard deviation of the distance in nm.
    subdivisions : pieces of the window, at least; the error falls with their square (16: below 4e-4 of the
        value for the thesis's pixels and parameters).

    Returns
    -------
    float64 array of the shape of q_parallel.

    Raises
    ------
    ValueError : D, omega, width or subdivisions is not positive.

    Source: Schaefer, sec. 2.5.6, eq. 2.30; the closed form is this project's own.
    """
    _check_paracrystal(D_nm, omega_nm)
    if not (math.isfinite(width) and width > 0.0) or subdivisions < 1:
        raise ValueError(f"width and subdivisions must be positive, got {width} and {subdivisions}")
    q = np.asarray(q_parallel, dtype=np.float64)
    # Wide windows take more pieces, of at most 0.01 rad in theta each: the error stays the same.
    subdivisions = max(subdivisions, math.ceil(width * D_nm / 0.01))
    step = width / subdivisions
    mean = np.zeros(q.shape)
    for piece in range(subdivisions):
        mean += _piece_mean(q + (piece + 0.5 - 0.5 * subdivisions) * step, step, D_nm, omega_nm)
    return mean / subdivisions


def _piece_mean(q: np.ndarray, step: float, D_nm: float, omega_nm: float) -> np.ndarray:
    offset = step / math.sqrt(12.0)  # the two Gauss-Legendre points
    smooth = 0.5 * (
        structure_factor(q - offset, D_nm, omega_nm) + structure_factor(q + offset, D_nm, omega_nm)
    )
    theta, half = np.abs(q) * D_nm, 0.5 * step * D_nm
    rises = theta - half >= math.pi
    exponent = -0.25 * np.where(rises, q * omega_nm, 1.0) ** 2
    slope = 1.0 / -np.tanh(exponent)  # (1 + a) / (1 - a)
    area = _kernel_integral(theta + half, slope) - _kernel_integral(theta - half, slope)
    return np.where(rises, area / (2.0 * half), smooth)


def _kernel_integral(theta: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Integral of the Poisson kernel from 0 to theta, continuous in theta."""
    turns = np.floor(theta / (2.0 * math.pi) + 0.5)
    return 2.0 * (math.pi * turns + np.arctan(slope * np.tan(0.5 * theta - math.pi * turns)))


def _check_paracrystal(D_nm: float, omega_nm: float) -> None:
    if not (math.isfinite(D_nm) and D_nm > 0.0 and math.isfinite(omega_nm) and omega_nm > 0.0):
        raise ValueError(f"D_nm and omega_nm must be positive numbers of nm, got {D_nm} and {omega_nm}")
