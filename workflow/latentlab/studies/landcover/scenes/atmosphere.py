"""Light of sun and sky, and what the air adds on the way to the satellite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AEROSOL_ALBEDO = 0.93  # share that aerosol scatters of what it takes out
AEROSOL_FORWARD = 0.85  # of that, the share that goes on downwards
AEROSOL_BACK_PHASE = 0.25  # phase function of haze at the large angles between sun and nadir
ANGSTROM = 1.3  # exponent of the aerosol's optical depth


@dataclass(frozen=True)
class Air:
    """Of each band, as parts of the sunlight on a level surface above the air; all (bands,).

    Attributes
    ----------
    path : reflectance of the air itself. direct : sunlight that reaches level ground. sky : light of the sky
        on level ground. upward : share of reflected light that reaches the satellite in the zenith.
    """

    path: np.ndarray
    direct: np.ndarray
    sky: np.ndarray
    upward: np.ndarray


def air_above(wavelength_nm: np.ndarray, haze: float, sun_elevation_deg: float) -> Air:
    """Single scattering by molecules and haze; absorption by gases is left out. Light that is scattered
    forwards
    counts as not lost on its way to the satellite.

    Parameters
    ----------
    haze : aerosol optical depth at 1000 nm (Angstrom's turbidity), 0.02 clear to 0.2 hazy.

    Source: optical depth of the molecules by Hansen and Travis, Space Sci. Rev. 16, 527 (1974).
    """
    micrometre = np.asarray(wavelength_nm) / 1000
    sine = np.sin(np.radians(sun_elevation_deg))
    molecules = 0.008569 * micrometre**-4 * (1 + 0.0113 * micrometre**-2 + 0.00013 * micrometre**-4)
    aerosol = haze * micrometre**-ANGSTROM
    rayleigh_phase = 0.75 * (1 + sine**2)  # sun in the angle, satellite in the zenith
    scattered = molecules * rayleigh_phase + AEROSOL_ALBEDO * aerosol * AEROSOL_BACK_PHASE
    total = molecules + aerosol
    lost = 1 - np.exp(-total / sine)  # out of the direct beam
    down = (0.5 * molecules + AEROSOL_ALBEDO * AEROSOL_FORWARD * aerosol) / total
    up = 0.5 * molecules + (1 - AEROSOL_ALBEDO * AEROSOL_FORWARD) * aerosol
    way = 1 + 1 / sine  # down and up, in heights of the air
    return Air(
        path=scattered / (4 * sine) * (1 - np.exp(-up * way)) / (up * way),
        direct=1 - lost,
        sky=down * lost,
        upward=np.exp(-up),
    )
