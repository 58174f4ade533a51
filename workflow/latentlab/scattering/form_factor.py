"""Form factor of a hemisphere on a substrate (DWBA), exact, by quadrature.

Amplitudes are in nm^3: F tends to the volume 2/3 pi R^3 where q tends to 0 in the Born approximation.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import scipy  # loads scipy.special (a fifth of a second) when it is first accessed

from latentlab.scattering.grid import AngularGrid
from latentlab.scattering.optics import Experiment

_CHUNK_ELEMENTS = 4_000_000  # of the quadrature's largest array, 32 MB


def quadrature_size(phase: float) -> int:
    """Number of Gauss-Legendre nodes for rounding-level accuracy; `phase` = R |q| at its largest (rad)."""
    return 20 + math.ceil(0.62 * phase)


@cache
def hemisphere_quadrature(n_nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """sin t, cos t and weights w sin^3 t of Gauss-Legendre nodes t in [0, pi/2], each (n_nodes,)."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    t = (nodes + 1.0) * (math.pi / 4.0)
    sine, cosine = np.sin(t), np.cos(t)
    return sine, cosine, weights * (math.pi / 4.0) * sine**3


def j1_over_x(x: np.ndarray) -> np.ndarray:
    """J1(x) / x, with its limit 1/2 at x = 0."""
    x = np.asarray(x, dtype=np.float64)
    # The series 1/2 - x^2/16 has converged here; J1(x) / x would lose precision for a subnormal x.
    zero = np.abs(x) < 1e-9
    return np.where(zero, 0.5, scipy.special.j1(x) / np.where(zero, 1.0, x))


def hemisphere_amplitude(
    q_parallel: np.ndarray | float, v: np.ndarray | float, radius_nm: float, n_nodes: int | None = None
) -> np.ndarray:
    """Born amplitude of a hemisphere whose flat side lies on the plane z = 0.

    f(q, v) = 2 pi R^3 int_0^{pi/2} sin^3 t [J1(q R sin t) / (q R sin t)] exp(i v R cos t) dt,
    so f is even in q, f(q, -v) = conj f(q, v), and f(0, 0) = 2/3 pi R^3.

    Parameters
    ----------
    q_parallel : component of q in the surface, 1/nm.
    v : vertical wave vector transfer, 1/nm; broadcasts with q_parallel.
    radius_nm : radius R in nm.
    n_nodes : Gauss-Legendre nodes; chosen from R and the largest q if None.

    Returns
    -------
    complex128 array of the broadcast shape, in nm^3.

    Source: Schaefer, sec. 2.5.4 (hemispherical model); Renaud et al., Surf. Sci. Rep. 64 (2009) 255.
    """
    _check_radius(radius_nm)
    q_parallel, v = np.broadcast_arrays(
        np.asarray(q_parallel, dtype=np.float64), np.asarray(v, dtype=np.float64)
    )
    if n_nodes is None:
        n_nodes = quadrature_size(radius_nm * float(np.max(np.abs(q_parallel) + np.abs(v), initial=0.0)))
    sine, cosine, weights = hemisphere_quadrature(n_nodes)
    radial = j1_over_x(q_parallel[..., None] * radius_nm * sine) * weights
    vertical = np.exp(1j * radius_nm * v[..., None] * cosine)
    return 2.0 * math.pi * radius_nm**3 * np.sum(radial * vertical, axis=-1)


class DwbaTerms(NamedTuple):
    """Quantities of the four terms of the DWBA, one per row: 1/nm and complex reflection coefficients."""

    plus: np.ndarray  # k_zf + k_zi
    minus: np.ndarray  # k_zf - k_zi
    r_i: complex
    r_f: np.ndarray


def dwba_terms(grid: AngularGrid, experiment: Experiment) -> DwbaTerms:
    """Vertical transfers and reflection coefficients of the rows of a grid, each (n_alpha,)."""
    k_zi = experiment.wavenumber * math.sin(experiment.alpha_i_rad)
    k_zf = grid.k_zf(experiment)
    return DwbaTerms(
        k_zf + k_zi, k_zf - k_zi, complex(experiment.reflection(k_zi)), experiment.reflection(k_zf)
    )


def dwba_amplitude(radius_nm: float, grid: AngularGrid, experiment: Experiment) -> np.ndarray:
    """DWBA amplitude of one hemisphere on the substrate, at every pixel of the grid.

    F = f(-p) + r_i f(-m) + r_f f(m) + r_i r_f f(p), p = k_zf + k_zi, m = k_zf - k_zi: scattering
    direct, after reflection, before reflection, and between two reflections.

    Returns
    -------
    complex128 array (n_alpha, n_theta) in nm^3; exactly 0 in a row alpha_f = 0, where the direct
    and the reflected waves cancel.

    Raises
    ------
    ValueError : the radius is negative or not finite.

    Source: Rauscher et al., Phys. Rev. B 52 (1995) 16855; Schaefer, sec. 2.5.4 and 2.5.6.
    """
    _check_radius(radius_nm)
    return _dwba_amplitude(radius_nm, grid.q_parallel(experiment), dwba_terms(grid, experiment))


def _dwba_amplitude(radius_nm: float, q_parallel: np.ndarray, terms: DwbaTerms) -> np.ndarray:
    n_nodes = quadrature_size(radius_nm * float(q_parallel.max() + np.abs(terms.plus).max()))
    sine, cosine, weights = hemisphere_quadrature(n_nodes)
    # The four terms share J1, so they are summed before the integral: (n_alpha, n_nodes).
    wave_p = np.exp(1j * radius_nm * np.outer(terms.plus, cosine))
    wave_m = np.exp(1j * radius_nm * np.outer(terms.minus, cosine))
    r_i, r_f = terms.r_i, terms.r_f[:, None]
    vertical = wave_p.conj() + r_i * wave_m.conj() + r_f * wave_m + r_i * r_f * wave_p
    vertical *= 2.0 * math.pi * radius_nm**3 * weights
    vertical[terms.plus == -terms.minus] = 0.0  # k_zf = 0: the sum is 0, up to rounding
    amplitude = np.empty(q_parallel.shape, dtype=np.complex128)
    rows = max(1, _CHUNK_ELEMENTS // (q_parallel.shape[1] * n_nodes))
    for start in range(0, q_parallel.shape[0], rows):
        block = slice(start, start + rows)
        radial = j1_over_x(q_parallel[block, :, None] * radius_nm * sine)
        amplitude.real[block] = np.matmul(radial, vertical.real[block, :, None])[..., 0]
        amplitude.imag[block] = np.matmul(radial, vertical.imag[block, :, None])[..., 0]
    return amplitude


class SizeAverages(NamedTuple):
    """<|F|^2> in nm^6, float64, and <F> in nm^3, complex128, over the sizes; each (n_alpha, n_theta)."""

    mean_square: np.ndarray
    mean_amplitude: np.ndarray


def size_averages(
    radii_nm: np.ndarray, weights: np.ndarray, grid: AngularGrid, experiment: Experiment
) -> SizeAverages:
    """Average of |F|^2 and of F over a discrete size distribution, each radius by direct quadrature.

    Exact up to rounding; about half a second per radius at 499 x 500. `FormFactorTable` is faster.

    Parameters
    ----------
    radii_nm, weights : (n,) radii in nm and their weights; the weights are used as given.

    Raises
    ------
    ValueError : the arrays do not match, or a radius or weight is negative or not finite.

    Source: Schaefer, sec. 2.5.6, eq. 2.29; Lazzari, J. Appl. Cryst. 35 (2002) 406.
    """
    radii_nm, weights = np.atleast_1d(np.asarray(radii_nm, float)), np.atleast_1d(np.asarray(weights, float))
    if radii_nm.ndim != 1 or radii_nm.shape != weights.shape:
        raise ValueError(
            f"radii_nm and weights must be one-dimensional and of equal length, got shapes {radii_nm.shape} "
            f"and {weights.shape}"
        )
    if not (np.all(np.isfinite(weights)) and np.all(weights >= 0.0)):
        raise ValueError("weights must be finite and not negative")
    q_parallel, terms = grid.q_parallel(experiment), dwba_terms(grid, experiment)
    mean_square = np.zeros(grid.shape)
    mean_amplitude = np.zeros(grid.shape, dtype=np.complex128)
    for radius, weight in zip(radii_nm, weights, strict=True):
        _check_radius(radius)
        if radius == 0.0 or weight == 0.0:
            continue
        amplitude = _dwba_amplitude(float(radius), q_parallel, terms)
        mean_square += weight * (amplitude.real**2 + amplitude.imag**2)
        mean_amplitude += weight * amplitude
    return SizeAverages(mean_square, mean_amplitude)


def size_distribution(
    R_nm: float, sigma_over_R: float, n: int = 100, half_widths: float = 4.0
) -> tuple[np.ndarray, np.ndarray]:
    """Radii and weights of a Gaussian size distribution, discretised as IsGISAXS does.

    n radii equidistant from max(0, R - x h) to R + x h, where h = sqrt(2 ln 2) sigma is the half width
    at half maximum, weighted by the density and normalised to sum 1.

    Parameters
    ----------
    R_nm : mean radius in nm.
    sigma_over_R : relative standard deviation; 0 gives the single radius R.
    n : number of radii.
    half_widths : x, range of the radii on each side, in half widths at half maximum.

    Returns
    -------
    radii in nm and weights, each (n,) float64 (or (1,) if monodisperse).

    Raises
    ------
    ValueError : a value is outside its range.

    Source: Schaefer, sec. 2.5.6, eq. 2.29; n and x are not given there; the values follow IsGISAXS.
    """
    if not (math.isfinite(R_nm) and R_nm > 0.0):
        raise ValueError(f"R_nm must be a positive number of nm, got {R_nm}")
    if not (math.isfinite(sigma_over_R) and sigma_over_R >= 0.0):
        raise ValueError(f"sigma_over_R must be a number not below 0, got {sigma_over_R}")
    if n < 2 or not half_widths > 0.0:
        raise ValueError(f"n must be at least 2 and half_widths positive, got {n} and {half_widths}")
    sigma = sigma_over_R * R_nm
    if sigma == 0.0:
        return np.array([R_nm]), np.array([1.0])
    reach = half_widths * math.sqrt(2.0 * math.log(2.0)) * sigma
    offsets = np.linspace(max(-R_nm, -reach), reach, n)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    return R_nm + offsets, weights / weights.sum()


def _check_radius(radius_nm: float) -> None:
    if not (math.isfinite(radius_nm) and radius_nm >= 0.0):
        raise ValueError(f"a radius must be a number of nm not below 0, got {radius_nm}")
