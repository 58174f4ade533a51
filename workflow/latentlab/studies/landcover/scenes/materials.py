"""Reflectance spectra of the surfaces of a site.

Typical values, after the shapes that public spectral libraries show (ECOSTRESS spectral library, Meerdink et
al., Remote Sens. Environ. 230, 111196 (2019)): chlorophyll's green peak and red edge, the rise of soils to
the red, the fall of water towards the infrared, the absorption of white paint below 420 nm. They are not
measurements of single samples.
"""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.classes import BANDS

KNOTS_NM = (400, 450, 500, 550, 600, 650, 680, 710, 750, 800, 900, 1040)
SPECTRA: dict[str, tuple[float, ...]] = {
    # low plants
    "grass": (0.030, 0.035, 0.048, 0.095, 0.068, 0.050, 0.044, 0.15, 0.38, 0.43, 0.45, 0.43),
    "dry grass": (0.050, 0.065, 0.090, 0.135, 0.150, 0.145, 0.140, 0.20, 0.30, 0.33, 0.36, 0.37),
    "dormant grass": (0.065, 0.083, 0.108, 0.142, 0.168, 0.188, 0.198, 0.215, 0.25, 0.28, 0.32, 0.35),
    "crop": (0.024, 0.028, 0.038, 0.085, 0.052, 0.036, 0.032, 0.14, 0.43, 0.50, 0.52, 0.50),
    "stubble": (0.080, 0.102, 0.132, 0.165, 0.190, 0.208, 0.216, 0.23, 0.26, 0.29, 0.33, 0.37),
    "marsh": (0.035, 0.045, 0.060, 0.090, 0.098, 0.098, 0.096, 0.14, 0.24, 0.28, 0.31, 0.31),
    "undergrowth": (0.025, 0.030, 0.040, 0.062, 0.058, 0.055, 0.053, 0.10, 0.22, 0.26, 0.28, 0.28),
    "litter": (0.048, 0.058, 0.071, 0.088, 0.102, 0.113, 0.119, 0.13, 0.16, 0.19, 0.23, 0.27),
    # trees
    "broadleaf": (0.020, 0.024, 0.032, 0.066, 0.045, 0.032, 0.028, 0.12, 0.38, 0.44, 0.46, 0.44),
    "dark broadleaf": (0.017, 0.020, 0.026, 0.050, 0.035, 0.026, 0.023, 0.10, 0.32, 0.37, 0.39, 0.37),
    "spring leaf": (0.025, 0.030, 0.045, 0.105, 0.080, 0.055, 0.045, 0.17, 0.40, 0.45, 0.47, 0.45),
    "yellow leaf": (0.030, 0.036, 0.055, 0.130, 0.165, 0.135, 0.110, 0.23, 0.37, 0.41, 0.43, 0.42),
    "orange leaf": (0.030, 0.035, 0.045, 0.080, 0.140, 0.140, 0.120, 0.22, 0.35, 0.39, 0.41, 0.40),
    "red leaf": (0.028, 0.032, 0.036, 0.048, 0.095, 0.115, 0.105, 0.20, 0.34, 0.38, 0.40, 0.39),
    "bare tree": (0.050, 0.060, 0.072, 0.085, 0.095, 0.104, 0.109, 0.12, 0.14, 0.16, 0.19, 0.23),
    "pine": (0.020, 0.023, 0.030, 0.052, 0.040, 0.031, 0.028, 0.09, 0.25, 0.29, 0.31, 0.30),
    "palm": (0.025, 0.030, 0.040, 0.078, 0.058, 0.042, 0.037, 0.12, 0.32, 0.37, 0.39, 0.37),
    # bare ground
    "dry soil": (0.105, 0.135, 0.168, 0.203, 0.233, 0.255, 0.265, 0.275, 0.30, 0.32, 0.36, 0.40),
    "moist soil": (0.048, 0.060, 0.075, 0.093, 0.110, 0.122, 0.128, 0.135, 0.15, 0.165, 0.195, 0.225),
    "sand": (0.170, 0.220, 0.275, 0.330, 0.380, 0.410, 0.425, 0.435, 0.45, 0.47, 0.50, 0.53),
    "gravel": (0.150, 0.175, 0.198, 0.217, 0.232, 0.242, 0.246, 0.25, 0.26, 0.27, 0.285, 0.30),
    # paved
    "new asphalt": (0.045, 0.050, 0.055, 0.060, 0.064, 0.067, 0.069, 0.070, 0.073, 0.076, 0.08, 0.09),
    "old asphalt": (0.098, 0.107, 0.117, 0.125, 0.131, 0.135, 0.137, 0.139, 0.142, 0.147, 0.157, 0.167),
    "concrete": (0.170, 0.200, 0.225, 0.246, 0.260, 0.269, 0.273, 0.277, 0.28, 0.29, 0.30, 0.31),
    "paint": (0.30, 0.44, 0.50, 0.52, 0.53, 0.53, 0.53, 0.53, 0.53, 0.53, 0.52, 0.51),
    # roofs
    "grey shingle": (0.085, 0.097, 0.107, 0.115, 0.121, 0.126, 0.128, 0.13, 0.133, 0.137, 0.145, 0.155),
    "dark shingle": (0.048, 0.053, 0.057, 0.061, 0.065, 0.068, 0.070, 0.071, 0.074, 0.078, 0.085, 0.095),
    "brown shingle": (0.055, 0.066, 0.082, 0.103, 0.127, 0.142, 0.149, 0.153, 0.16, 0.168, 0.18, 0.20),
    "light shingle": (0.160, 0.190, 0.212, 0.232, 0.248, 0.258, 0.262, 0.265, 0.27, 0.275, 0.28, 0.29),
    "terracotta": (0.055, 0.068, 0.090, 0.140, 0.225, 0.280, 0.300, 0.31, 0.32, 0.335, 0.35, 0.37),
    "cream tile": (0.180, 0.240, 0.295, 0.345, 0.385, 0.410, 0.420, 0.425, 0.43, 0.44, 0.45, 0.46),
    "white membrane": (0.300, 0.540, 0.615, 0.640, 0.652, 0.658, 0.660, 0.66, 0.66, 0.655, 0.64, 0.61),
    "grey membrane": (0.220, 0.260, 0.285, 0.300, 0.310, 0.315, 0.318, 0.32, 0.32, 0.325, 0.33, 0.34),
    "tar roof": (0.070, 0.080, 0.090, 0.098, 0.105, 0.110, 0.113, 0.115, 0.12, 0.125, 0.135, 0.15),
    "metal": (0.310, 0.340, 0.365, 0.380, 0.390, 0.395, 0.398, 0.40, 0.40, 0.40, 0.41, 0.43),
    # painted things
    "red paint": (0.040, 0.045, 0.050, 0.060, 0.190, 0.330, 0.360, 0.38, 0.40, 0.42, 0.45, 0.48),
    "blue paint": (0.110, 0.190, 0.180, 0.110, 0.070, 0.062, 0.065, 0.08, 0.14, 0.22, 0.30, 0.34),
    "green paint": (0.050, 0.065, 0.100, 0.125, 0.085, 0.066, 0.068, 0.09, 0.15, 0.20, 0.25, 0.28),
    "orange paint": (0.045, 0.050, 0.060, 0.110, 0.330, 0.420, 0.440, 0.45, 0.46, 0.48, 0.50, 0.52),
    "black paint": (0.030, 0.030, 0.030, 0.030, 0.030, 0.030, 0.030, 0.03, 0.03, 0.03, 0.03, 0.03),
    "silver paint": (0.220, 0.250, 0.262, 0.270, 0.275, 0.278, 0.280, 0.28, 0.28, 0.28, 0.28, 0.28),
    # water
    "clear water": (0.034, 0.034, 0.031, 0.026, 0.015, 0.010, 0.009, 0.007, 0.004, 0.003, 0.002, 0.001),
    "black water": (0.012, 0.013, 0.015, 0.020, 0.021, 0.019, 0.017, 0.015, 0.009, 0.007, 0.005, 0.002),
    "green water": (0.022, 0.026, 0.038, 0.058, 0.042, 0.028, 0.024, 0.022, 0.012, 0.009, 0.006, 0.003),
    "brown water": (0.040, 0.052, 0.072, 0.102, 0.120, 0.122, 0.116, 0.10, 0.068, 0.054, 0.038, 0.014),
    "pool": (0.230, 0.350, 0.430, 0.400, 0.230, 0.120, 0.090, 0.06, 0.035, 0.025, 0.015, 0.008),
}
NAMES = tuple(SPECTRA)
INDEX = {name: place for place, name in enumerate(NAMES)}
# what a surface is mixed with where it is worn, dry or wet; all others vary in brightness alone
MIXED_WITH = {
    "grass": "dry grass",
    "dry grass": "dormant grass",
    "dormant grass": "dry grass",
    "crop": "grass",
    "stubble": "moist soil",
    "marsh": "undergrowth",
    "undergrowth": "dry grass",
    "litter": "undergrowth",
    "dry soil": "dry grass",
    "moist soil": "dry soil",
    "sand": "dry grass",
    "gravel": "dry soil",
    "old asphalt": "concrete",
    "new asphalt": "old asphalt",
    "concrete": "old asphalt",
    "broadleaf": "dark broadleaf",
    "pine": "dark broadleaf",
    "tar roof": "grey membrane",
    "white membrane": "grey membrane",
    "brown water": "green water",
    "black water": "green water",
    "green water": "black water",
}


def reflectance(name: str, wavelength_nm: np.ndarray) -> np.ndarray:
    """Reflectance of a material, 0 to 1, at wavelengths within 400 to 1040 nm."""
    return np.interp(wavelength_nm, KNOTS_NM, SPECTRA[name])


def band_reflectance() -> np.ndarray:
    """Mean reflectance of each material in each band, float32 (materials, bands)."""
    table = [
        [reflectance(name, np.arange(first, last + 1.0)).mean() for _, first, last in BANDS] for name in NAMES
    ]
    return np.array(table, np.float32)


def band_centres_nm() -> np.ndarray:
    """Mean wavelength of each band, nm, (bands,)."""
    return np.array([(first + last) / 2 for _, first, last in BANDS])


def mixing_partners() -> np.ndarray:
    """Index of the material that each material is mixed with, int (materials,)."""
    return np.array([INDEX[MIXED_WITH.get(name, name)] for name in NAMES])
