"""The simulation parameters of the thesis, and its two data sets, in exact decimal values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# In integers, so that bounds are exact: R in 0.1 nm, D in 0.1 nm, relative widths in 0.01.
_R = np.arange(5, 76)
_D = np.arange(10, 151, 2)
_WIDTH = np.arange(1, 51)

SMALL_SIGMA = 30
OMEGAS = (10, 30)


def form_factor_parameters() -> np.ndarray:
    """(3550, 2) float64: R in nm (0.5 to 7.5, step 0.1) and sigma/R (0.01 to 0.5, step 0.01), R slowest.

    Source: Schaefer, sec. 2.5.6, table 2.5.
    """
    return _decimal_pairs(_R)


def structure_factor_parameters() -> np.ndarray:
    """(3550, 2) float64: D in nm (1 to 15, step 0.2) and omega/D (0.01 to 0.5, step 0.01), D slowest.

    Source: Schaefer, sec. 2.5.6, table 2.5.
    """
    return _decimal_pairs(_D)


def form_factor_index(R_nm: float | np.ndarray, sigma_over_R: float | np.ndarray) -> np.ndarray:
    """Row numbers in `form_factor_parameters`, int64, of the arguments' broadcast shape.

    Raises
    ------
    ValueError : a value is not on the grid of table 2.5.
    """
    rows = _index("R_nm", R_nm, _R, 10)
    return rows * len(_WIDTH) + _index("sigma_over_R", sigma_over_R, _WIDTH, 100)


def structure_factor_index(D_nm: float | np.ndarray, omega_over_D: float | np.ndarray) -> np.ndarray:
    """Row numbers in `structure_factor_parameters`, int64, of the arguments' broadcast shape.

    Raises
    ------
    ValueError : a value is not on the grid of table 2.5.
    """
    rows = _index("D_nm", D_nm, _D, 10)
    return rows * len(_WIDTH) + _index("omega_over_D", omega_over_D, _WIDTH, 100)


def small_patterns() -> pd.DataFrame:
    """The thesis's main data set: 158 patterns, 106 for training (D 10.0, 10.4 nm), 52 for tests (10.2 nm).

    sigma/R is 0.3, omega/D 0.1 and 0.3, and R runs from D/4 to D/2. (Table 4.1 prints 5.0 nm as the last R
    of D = 10.2, omega/D = 0.3, but counts 26 patterns, which reach 5.1 nm, and plots a pattern with 5.1 nm.)

    Returns
    -------
    Columns R_nm, sigma_over_R, D_nm, omega_over_D (float64), split ("train" or "test"),
    form_factor_index and structure_factor_index (int64, rows of the parameter arrays).

    Source: Schaefer, sec. 4.1, table 4.1.
    """
    rows = [
        (r, SMALL_SIGMA, d, omega) for omega in OMEGAS for d in (100, 102, 104) for r in _radii_between(d)
    ]
    frame = _frame(np.array(rows))
    frame.insert(4, "split", np.where(frame["D_nm"] == 10.2, "test", "train"))
    return frame


def large_patterns() -> pd.DataFrame:
    """The thesis's second data set: every R from D/4 to D/2 and every sigma/R, for D ending in .0 and .6 nm.

    omega/D is 0.1 and 0.3, as in the first set (the thesis counts "around 60000").

    Returns
    -------
    Columns as `small_patterns`, without split.

    Source: Schaefer, sec. 4.1, text below table 4.1.
    """
    distances = [int(d) for d in _D if d % 10 in (0, 6)]
    sizes = np.array([(r, d) for d in distances for r in _radii_between(d)])
    rows = [
        np.column_stack([np.full(len(sizes), value) for value in (sigma, omega)])
        for omega in OMEGAS
        for sigma in _WIDTH
    ]
    r_and_d = np.tile(sizes, (len(rows), 1))
    widths = np.concatenate(rows)
    return _frame(np.column_stack([r_and_d[:, 0], widths[:, 0], r_and_d[:, 1], widths[:, 1]]))


def _radii_between(distance: int) -> np.ndarray:
    """Radii of the grid with D/4 <= R <= D/2, in 0.1 nm."""
    return _R[(distance <= 4 * _R) & (distance >= 2 * _R)]


def _decimal_pairs(first: np.ndarray) -> np.ndarray:
    # An integer divided by a power of ten rounds to the same float64 as the decimal literal.
    return np.column_stack([np.repeat(first / 10, len(_WIDTH)), np.tile(_WIDTH / 100, len(first))])


def _frame(rows: np.ndarray) -> pd.DataFrame:
    import pandas as pd  # here: only the tables need this slow import

    frame = pd.DataFrame(
        {
            "R_nm": rows[:, 0] / 10,
            "sigma_over_R": rows[:, 1] / 100,
            "D_nm": rows[:, 2] / 10,
            "omega_over_D": rows[:, 3] / 100,
        }
    )
    frame["form_factor_index"] = form_factor_index(frame["R_nm"], frame["sigma_over_R"])
    frame["structure_factor_index"] = structure_factor_index(frame["D_nm"], frame["omega_over_D"])
    return frame


def _index(name: str, values: float | np.ndarray, grid: np.ndarray, scale: int) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    step = int(grid[1] - grid[0])
    position = (values * scale - grid[0]) / step
    nearest = np.rint(np.where(np.isfinite(position), position, -1.0)).astype(np.int64)
    wrong = (
        (np.abs(position - nearest) > 1e-6) | (nearest < 0) | (nearest >= len(grid)) | ~np.isfinite(values)
    )
    if np.any(wrong):
        raise ValueError(
            f"{name} = {values[wrong].flat[0]:g} is not on the grid from {grid[0] / scale:g} to "
            f"{grid[-1] / scale:g} in steps of {step / scale:g}"
        )
    return nearest
