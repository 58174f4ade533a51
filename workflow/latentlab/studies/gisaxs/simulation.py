"""What the GISAXS study simulates: its experiment, its grid, its two data sets and what they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from latentlab.scattering.detector import beam_stop_mask, missing_share, sample_shadow_mask
from latentlab.scattering.grid import AngularGrid
from latentlab.scattering.optics import Experiment
from latentlab.scattering.parameters import (
    form_factor_parameters,
    large_patterns,
    small_patterns,
    structure_factor_parameters,
)

COLUMNS = ["R_nm", "sigma_over_R", "D_nm", "omega_over_D"]
SEED = 20240601  # which patterns of the large set are in use and which of them are the test set
TEST_SHARE = 10  # every tenth


def experiment_of(config: Mapping[str, Any]) -> Experiment:
    """The `experiment` section of config/gisaxs.yaml as an Experiment."""
    particle, substrate = config["particle"], config["substrate"]
    return Experiment(
        wavelength_nm=config["wavelength_nm"],
        alpha_i_deg=config["alpha_i_deg"],
        particle=particle["material"],
        particle_density_g_cm3=particle["density_g_cm3"],
        substrate=substrate["material"],
        substrate_density_g_cm3=substrate["density_g_cm3"],
    )


def grid_of(config: Mapping[str, Any]) -> AngularGrid:
    """The `experiment` section's angular grid, as in IsGISAXS: equidistant in the sine of the angles."""
    return AngularGrid.isgisaxs(config["n_alpha_f"], config["n_two_theta_f"], config["angle_max_deg"])


def gaps_of(detector: Mapping[str, Any], grid: AngularGrid, experiment: Experiment) -> np.ndarray:
    """Share of each pixel of `grid` that the `detector` section's detector does not count: float64 (n, m)."""
    angles = (grid.alpha_f_rad, grid.two_theta_f_rad)
    share = missing_share(
        *angles,
        detector=detector["name"],
        distance_mm=detector["distance_mm"],
        beam_row=detector["horizon_row"],
        beam_column=detector["beam_column"],
        binning=detector["binning"],
    )
    if detector["beam_stop_deg"] > 0:
        share[
            beam_stop_mask(*angles, alpha_i_deg=experiment.alpha_i_deg, radius_deg=detector["beam_stop_deg"])
        ] = 1.0
    if detector["sample_shadow_deg"] > 0:
        share[sample_shadow_mask(*angles, horizon_deg=detector["sample_shadow_deg"])] = 1.0
    return share


def small_set() -> pd.DataFrame:
    """Table 4.1's 158 patterns: columns as COLUMNS, and split (106 train, 52 test)."""
    return pd.DataFrame(small_patterns())


def large_set(patterns: int | None) -> pd.DataFrame:
    """The thesis's second set, or `patterns` of it drawn with a fixed seed; every tenth is the test set.

    The thesis gives no split of this set: the tenth is our choice.
    """
    table = pd.DataFrame(large_patterns())
    order = np.random.default_rng(SEED).permutation(len(table))[:patterns]
    chosen = table.iloc[order].reset_index(drop=True)
    chosen["split"] = np.where(np.arange(len(chosen)) % TEST_SHARE == 0, "test", "train")
    return chosen


def library_pairs(
    library: str, singles: Iterable[Sequence[float]], large: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Which form factors (R in nm, sigma/R) and structure factors (D in nm, omega/D) to simulate.

    Parameters
    ----------
    library : "all", the 3550 of each (table 2.5); "needed", those of the two data sets; "singles", none.
    singles : patterns (R, sigma/R, D, omega/D) that are always included, such as those of figures.
    large : patterns of the large set in use, None for all.

    Returns
    -------
    Two float64 arrays (n, 2), sorted, each pair once; a single off the grids of table 2.5 is kept as it is.
    """
    tables = [np.array(list(singles), dtype=np.float64).reshape(-1, 4)]
    if library != "singles":
        tables += [small_set()[COLUMNS].to_numpy(), large_set(large)[COLUMNS].to_numpy()]
    needed = np.concatenate(tables)
    form, structure = needed[:, :2], needed[:, 2:]
    if library == "all":
        form = np.concatenate([form_factor_parameters(), form])
        structure = np.concatenate([structure_factor_parameters(), structure])
    return np.unique(form.round(6), axis=0), np.unique(structure.round(6), axis=0)
