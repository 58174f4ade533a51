"""Optical constants, Fresnel reflection and the experiment: beam, particles, substrate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

# Planck constant times speed of light in eV nm (CODATA 2018, exact by definition of the SI).
HC_EV_NM = 1239.8419843320026


@cache
def refractive_index(material: str, density_g_cm3: float, wavelength_nm: float) -> complex:
    """Complex refractive index n = 1 - delta + i beta of a material, from xraydb's tables.

    Parameters
    ----------
    material : chemical formula, such as "Au" or "SiO2".
    density_g_cm3 : mass density in g/cm3.
    wavelength_nm : X-ray wavelength in nm.

    Raises
    ------
    ValueError : the formula is not valid, or density or wavelength is not a positive number.

    Source: Schaefer, table 2.6 (wavelength); tables of Elam and Chantler in xraydb.
    """
    import xraydb  # here: it takes a second to import, and reading patterns does not need it

    for name, value in (("density_g_cm3", density_g_cm3), ("wavelength_nm", wavelength_nm)):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be a positive number, got {value}")
    if not xraydb.validate_formula(material):
        raise ValueError(f"material must be a chemical formula such as 'Au' or 'SiO2', got {material!r}")
    delta, beta, _ = xraydb.xray_delta_beta(material, density_g_cm3, HC_EV_NM / wavelength_nm)
    return complex(1.0 - delta, beta)


@dataclass(frozen=True)
class Experiment:
    """Particles on a flat substrate in vacuum under a monochromatic beam at grazing incidence.

    The defaults are those of the thesis: gold on silicon, 0.096 nm, 0.4 deg (Schaefer, table 2.6).

    Parameters
    ----------
    wavelength_nm : X-ray wavelength in nm.
    alpha_i_deg : angle of incidence in degrees, above 0 and below 90.
    particle, substrate : chemical formulas.
    particle_density_g_cm3, substrate_density_g_cm3 : mass densities in g/cm3.

    Raises
    ------
    ValueError : a value is outside its range or a formula is unknown.
    """

    wavelength_nm: float = 0.096
    alpha_i_deg: float = 0.4
    particle: str = "Au"
    particle_density_g_cm3: float = 19.32
    substrate: str = "Si"
    substrate_density_g_cm3: float = 2.33

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha_i_deg < 90.0:
            raise ValueError(f"alpha_i_deg must lie between 0 and 90 degrees, got {self.alpha_i_deg}")
        # Both look-ups raise errors now, rather than at the first pattern.
        _ = self.particle_index, self.substrate_index

    @property
    def wavenumber(self) -> float:
        """k = 2 pi / wavelength in 1/nm."""
        return 2.0 * math.pi / self.wavelength_nm

    @property
    def alpha_i_rad(self) -> float:
        """Angle of incidence in radians."""
        return math.radians(self.alpha_i_deg)

    @property
    def particle_index(self) -> complex:
        """Refractive index n = 1 - delta + i beta of the particles."""
        return refractive_index(self.particle, self.particle_density_g_cm3, self.wavelength_nm)

    @property
    def substrate_index(self) -> complex:
        """Refractive index n = 1 - delta + i beta of the substrate."""
        return refractive_index(self.substrate, self.substrate_density_g_cm3, self.wavelength_nm)

    @property
    def critical_angle_deg(self) -> float:
        """Critical angle of the substrate, sqrt(2 delta), in degrees."""
        return math.degrees(math.sqrt(2.0 * (1.0 - self.substrate_index.real)))

    @property
    def contrast(self) -> float:
        """|k^2 (1 - n_p^2) / 4 pi|^2 in nm^-4, which turns |F|^2 (nm^6) into nm^2 (Lazzari 2002)."""
        return abs(self.wavenumber**2 * (1.0 - self.particle_index**2) / (4.0 * math.pi)) ** 2

    def reflection(self, k_z: np.ndarray | float) -> np.ndarray:
        """Fresnel reflection coefficient of the substrate at vertical wave numbers k_z in 1/nm."""
        return fresnel_reflection(k_z, self.wavenumber, self.substrate_index)


def fresnel_reflection(k_z: np.ndarray | float, wavenumber: float, index: complex) -> np.ndarray:
    """Fresnel amplitude reflection coefficient of a flat interface, from vacuum.

    r = (k_z - k_t) / (k_z + k_t) with k_t = sqrt(k_z^2 - k^2 (1 - n^2)) and Im k_t >= 0: the
    transmitted wave decays into the substrate. (At X-ray energies both polarisations agree.)

    Parameters
    ----------
    k_z : vertical component of the wave vector in vacuum, 1/nm, any shape, not negative.
    wavenumber : k = 2 pi / wavelength in 1/nm.
    index : refractive index n = 1 - delta + i beta of the substrate.

    Returns
    -------
    complex128 array of the shape of k_z; -1 where k_z is 0.

    Source: Renaud, Lazzari, Leroy, Surf. Sci. Rep. 64 (2009) 255, sec. 2.
    """
    k_z = np.asarray(k_z, dtype=np.float64)
    k_t = np.sqrt(k_z**2 - wavenumber**2 * (1.0 - complex(index) ** 2))
    k_t = np.where(k_t.imag < 0.0, -k_t, k_t)
    return (k_z - k_t) / (k_z + k_t)
