"""The four parameters as coordinates in which errors have about one size: ln R, sigma/R, ln D, omega/D."""

from __future__ import annotations

import numpy as np

LENGTHS = [0, 2]  # columns that are lengths in nm


def to_coordinates(parameters: np.ndarray) -> np.ndarray:
    """Parameters (n, 4), R in nm, sigma/R, D in nm, omega/D, to ln R, sigma/R, ln D, omega/D: float64."""
    coordinates = np.array(parameters, dtype=np.float64)
    coordinates[:, LENGTHS] = np.log(coordinates[:, LENGTHS])
    return coordinates


def from_coordinates(coordinates: np.ndarray) -> np.ndarray:
    """The inverse of `to_coordinates`."""
    parameters = np.array(coordinates, dtype=np.float64)
    parameters[:, LENGTHS] = np.exp(parameters[:, LENGTHS])
    return parameters
