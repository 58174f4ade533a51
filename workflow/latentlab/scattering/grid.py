"""The angular grid of a detector, its wave vector transfer q, and the range of q that a pixel covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latentlab.scattering.optics import Experiment


@dataclass(frozen=True, eq=False)
class AngularGrid:
    """Exit angles of the pixels' centres: rows along alpha_f, columns along 2theta_f.

    Parameters
    ----------
    alpha_f_rad : (n,) vertical exit angles in radians, from 0 (the horizon) to below pi/2.
    two_theta_f_rad : (m,) horizontal exit angles in radians, between -pi/2 and pi/2.

    Raises
    ------
    ValueError : an axis is not one-dimensional, empty, not finite or out of range.
    """

    alpha_f_rad: np.ndarray
    two_theta_f_rad: np.ndarray

    def __post_init__(self) -> None:
        lowest = {"alpha_f_rad": 0.0, "two_theta_f_rad": -np.pi / 2}
        for name, low in lowest.items():
            values = np.array(getattr(self, name), dtype=np.float64)
            if values.ndim != 1 or values.size == 0:
                raise ValueError(f"{name} must be a one-dimensional, not empty array, got {values.shape}")
            if not np.all((values >= low) & (values < np.pi / 2)):
                raise ValueError(f"{name} must lie in [{low:.4g}, {np.pi / 2:.4g}) radians, all of it")
            values.setflags(write=False)
            object.__setattr__(self, name, values)

    @classmethod
    def isgisaxs(cls, n_alpha: int = 499, n_theta: int = 500, max_deg: float = 4.0) -> AngularGrid:
        """IsGISAXS's grid: from 0 to `max_deg` degrees, ends included, equidistant in the **sine**.

        Source: Schaefer, table 2.6; Lazzari, J. Appl. Cryst. 35 (2002) 406, and output files of IsGISAXS.
        """
        if min(n_alpha, n_theta) < 1:
            raise ValueError(f"n_alpha and n_theta must be at least 1, got {n_alpha} and {n_theta}")
        if not 0.0 < max_deg < 90.0:
            raise ValueError(f"max_deg must lie between 0 and 90 degrees, got {max_deg}")
        top = np.sin(np.radians(max_deg))
        return cls(np.arcsin(np.linspace(0.0, top, n_alpha)), np.arcsin(np.linspace(0.0, top, n_theta)))

    @classmethod
    def from_degrees(
        cls, alpha_f_deg: Sequence[float] | np.ndarray, two_theta_f_deg: Sequence[float] | np.ndarray
    ) -> AngularGrid:
        """Grid at given true angles in degrees."""
        return cls(np.radians(alpha_f_deg), np.radians(two_theta_f_deg))

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows (alpha_f) and of columns (2theta_f)."""
        return self.alpha_f_rad.size, self.two_theta_f_rad.size

    def crop(self, rows: int, columns: int) -> AngularGrid:
        """The first `rows` rows and first `columns` columns: the corner of low angles.

        Raises
        ------
        ValueError : the crop is empty or larger than the grid.
        """
        if not (1 <= rows <= self.shape[0] and 1 <= columns <= self.shape[1]):
            raise ValueError(f"a crop of {rows} x {columns} does not fit in a grid of {self.shape}")
        return AngularGrid(self.alpha_f_rad[:rows], self.two_theta_f_rad[:columns])

    def k_zf(self, experiment: Experiment) -> np.ndarray:
        """(n,) vertical component of the scattered wave vector, k sin(alpha_f), in 1/nm."""
        return experiment.wavenumber * np.sin(self.alpha_f_rad)

    def q_x(self, experiment: Experiment) -> np.ndarray:
        """(n, m) component of q along the beam in 1/nm (Schaefer, sec. 2.5.4, eq. 2.27)."""
        forward = np.outer(np.cos(self.alpha_f_rad), np.cos(self.two_theta_f_rad))
        return experiment.wavenumber * (forward - np.cos(experiment.alpha_i_rad))

    def q_y(self, experiment: Experiment) -> np.ndarray:
        """(n, m) component of q across the beam in the surface, 1/nm (Schaefer, eq. 2.27)."""
        return experiment.wavenumber * np.outer(np.cos(self.alpha_f_rad), np.sin(self.two_theta_f_rad))

    def q_z(self, experiment: Experiment) -> np.ndarray:
        """(n,) component of q normal to the surface in 1/nm; constant in a row (Schaefer, eq. 2.27)."""
        return experiment.wavenumber * (np.sin(self.alpha_f_rad) + np.sin(experiment.alpha_i_rad))

    def q_parallel(self, experiment: Experiment) -> np.ndarray:
        """(n, m) component of q in the surface, sqrt(q_x^2 + q_y^2), in 1/nm, float64."""
        return np.hypot(self.q_x(experiment), self.q_y(experiment))

    def q_range(self, experiment: Experiment) -> tuple[np.ndarray, np.ndarray]:
        """Smallest and largest q in the surface within each pixel's width, 1/nm, two float64 (n, m).

        A pixel reaches half way to its neighbours in 2theta_f. Its height is neglected: q in the surface
        hardly depends on alpha_f, and the form factor is also computed at the row's alpha_f only.

        Raises
        ------
        ValueError : there are fewer than two columns, or 2theta_f does not increase.
        """
        if self.two_theta_f_rad.size < 2 or np.any(np.diff(self.two_theta_f_rad) <= 0.0):
            raise ValueError("the width of a pixel needs two columns or more, and 2theta_f that increases")
        edges = pixel_edges(self.two_theta_f_rad)
        at_edges = AngularGrid(self.alpha_f_rad, edges).q_parallel(experiment)
        low = np.minimum(at_edges[:, :-1], at_edges[:, 1:])
        high = np.maximum(at_edges[:, :-1], at_edges[:, 1:])
        # For a pixel across 2theta_f = 0 the smallest q lies inside the pixel.
        across = (edges[:-1] < 0.0) & (edges[1:] > 0.0)
        low[:, across] = AngularGrid(self.alpha_f_rad, np.zeros(1)).q_parallel(experiment)
        return low, high


def pixel_edges(centres: np.ndarray) -> np.ndarray:
    """(n + 1,) edges of pixels with the given centres (n,), n > 1: midway, extrapolated at both ends."""
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])
