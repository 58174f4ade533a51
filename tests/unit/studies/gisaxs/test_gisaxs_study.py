"""What the GISAXS study simulates: data sets, library entries, single patterns, gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentlab.pipeline.configuration import load_yaml
from latentlab.scattering.parameters import form_factor_parameters, structure_factor_parameters
from latentlab.studies.gisaxs.shown_patterns import figure_patterns, shown_patterns
from latentlab.studies.gisaxs.simulation import (
    COLUMNS,
    experiment_of,
    gaps_of,
    grid_of,
    large_set,
    library_pairs,
    small_set,
)


@pytest.fixture(scope="module")
def study(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "gisaxs.yaml")


def pairs_of(array: np.ndarray) -> set[tuple[float, float]]:
    return {tuple(pair) for pair in array.round(6).tolist()}


def test_small_set_counts() -> None:
    """Table 4.1: 158 patterns, 106 to train and 52 to test, by distance and width."""
    table = small_set()
    assert table["split"].value_counts().to_dict() == {"train": 106, "test": 52}
    counts = table.groupby(["omega_over_D", "D_nm"]).size().to_dict()
    assert counts == {(w, d): n for w in (0.1, 0.3) for d, n in ((10.0, 26), (10.2, 26), (10.4, 27))}
    assert set(table[table.split == "test"]["D_nm"]) == {10.2}
    assert set(table["sigma_over_R"]) == {0.3}
    assert not table[COLUMNS].duplicated().any()


def test_large_set_split_is_fixed() -> None:
    first, again = large_set(200), large_set(200)
    assert first.equals(again)
    assert first["split"].value_counts().to_dict() == {"train": 180, "test": 20}
    assert not first[COLUMNS].duplicated().any()


def test_a_larger_choice_holds_the_smaller() -> None:
    """So that a scale with more patterns trains on those of the smaller one, with the same split."""
    small, large = large_set(50), large_set(500)
    assert large.head(50).equals(small)


def test_the_whole_large_set() -> None:
    table = large_set(None)
    assert len(table) > 50_000  # "around 60000", section 4.1
    assert abs((table.split == "test").mean() - 0.1) < 1e-3
    assert not table[COLUMNS].duplicated().any()
    assert bool(table["R_nm"].between(table["D_nm"] / 4 - 1e-9, table["D_nm"] / 2 + 1e-9).all())


def test_the_library_of_all_factors_is_table_2_5() -> None:
    form, structure = library_pairs("all", [], 40)
    assert form.shape == structure.shape == (3550, 2)
    assert pairs_of(form) == pairs_of(form_factor_parameters())
    assert pairs_of(structure) == pairs_of(structure_factor_parameters())


def test_singles_off_the_grid_are_added_to_the_library_of_all_factors() -> None:
    form, structure = library_pairs("all", [[4.0, 0.3, 10.0, 0.1], [4.05, 0.3, 10.0, 0.001]], 40)
    assert (len(form), len(structure)) == (3551, 3551)
    assert (4.05, 0.3) in pairs_of(form)
    assert (10.0, 0.001) in pairs_of(structure)


def test_needed_library_holds_what_is_used_and_no_more() -> None:
    singles = [[4.05, 0.31, 9.8, 0.11]]
    form, structure = library_pairs("needed", singles, 40)
    tables = [small_set(), large_set(40)]
    expected_form, expected_structure = {(4.05, 0.31)}, {(9.8, 0.11)}
    for table in tables:
        expected_form |= pairs_of(table[COLUMNS[:2]].to_numpy())
        expected_structure |= pairs_of(table[COLUMNS[2:]].to_numpy())
    assert pairs_of(form) == expected_form
    assert pairs_of(structure) == expected_structure
    for pairs in (form, structure):
        assert pairs.tolist() == sorted(pairs.tolist())
        assert len(pairs_of(pairs)) == len(pairs)


def test_singles_alone() -> None:
    form, structure = library_pairs("singles", [[4.0, 0.3, 10.0, 0.1], [4.0, 0.3, 10.0, 0.2]], None)
    assert form.tolist() == [[4.0, 0.3]]
    assert structure.tolist() == [[10.0, 0.1], [10.0, 0.2]]


def test_figure_patterns() -> None:
    series = {"pattern": [4.0, 0.15, 10.0, 0.2], "vary": "sigma_over_r", "values": [0.05, 0.5]}
    assert figure_patterns(series).tolist() == [[4.0, 0.05, 10.0, 0.2], [4.0, 0.5, 10.0, 0.2]]
    series["vary"] = "omega_over_d"
    assert figure_patterns(series).tolist() == [[4.0, 0.15, 10.0, 0.05], [4.0, 0.15, 10.0, 0.5]]
    assert figure_patterns({"pattern": [4.0, 0.15, 10.0, 0.2]}).tolist() == [[4.0, 0.15, 10.0, 0.2]]


def test_shown_patterns_each_once_in_order() -> None:
    study = {
        "figures": {
            "1": {"pattern": [4, 0.1, 10, 0.1]},
            "2": {"pattern": [4, 0.1, 10, 0.2], "vary": "omega_over_d", "values": [0.1, 0.3]},
            "3": {"runs": ["x"]},
        },
        "patterns": {"named": [5, 0.2, 12, 0.1]},
        "examples": [[3, 0.3, 10, 0.1], [5, 0.2, 12, 0.1]],
    }
    assert shown_patterns(study) == [
        [4.0, 0.1, 10.0, 0.1],
        [4.0, 0.1, 10.0, 0.3],
        [5.0, 0.2, 12.0, 0.1],
        [3.0, 0.3, 10.0, 0.1],
    ]


def test_shipped_experiment_is_table_2_6(study: dict) -> None:
    experiment = experiment_of(study["experiment"])
    assert (experiment.wavelength_nm, experiment.alpha_i_deg) == (0.096, 0.4)
    assert (experiment.particle, experiment.substrate) == ("Au", "Si")
    assert experiment.particle_density_g_cm3 == 19.32
    assert experiment.substrate_density_g_cm3 == study["experiment"]["substrate"]["density_g_cm3"]
    grid = grid_of(study["experiment"])
    assert grid.shape == (499, 500)
    assert np.degrees(grid.alpha_f_rad[[0, -1]]).tolist() == pytest.approx([0.0, 4.0])
    assert np.degrees(grid.two_theta_f_rad[[0, -1]]).tolist() == pytest.approx([0.0, 4.0])


def test_gaps_with_stop_and_shadow(study: dict) -> None:
    experiment = experiment_of(study["experiment"])
    grid = grid_of({**study["experiment"], "n_alpha_f": 100, "n_two_theta_f": 90})
    detector = {**study["detector"], "beam_stop_deg": 0.0, "sample_shadow_deg": 0.0, "binning": 1}
    gaps = gaps_of(detector, grid, experiment)
    assert gaps.shape == (100, 90)
    assert 0 < gaps.mean() < 0.7
    both = gaps_of({**detector, "beam_stop_deg": 0.2, "sample_shadow_deg": 0.15}, grid, experiment)
    alpha, theta = np.degrees(grid.alpha_f_rad)[:, None], np.degrees(grid.two_theta_f_rad)[None]
    stop = np.hypot(alpha - experiment.alpha_i_deg, theta) <= 0.2
    np.testing.assert_array_equal(both, np.where(stop | (alpha < 0.15), 1.0, gaps))
    assert both.sum() > gaps.sum()
