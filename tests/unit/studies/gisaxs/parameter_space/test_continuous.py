"""Continuous parameters, and patterns combined from binned factors against the simulator itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.tiny_space import CROP, experiment, script

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.errors import ArtifactError
from latentlab.scattering.detector import bin_mean
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.parameter_space.bases import exact_patterns
from latentlab.studies.gisaxs.parameter_space.binned_factors import BinnedFactors, bin_moments
from latentlab.studies.gisaxs.parameter_space.continuous import (
    continuous_parameters,
    parameter_ranges,
    physical,
)
from latentlab.studies.gisaxs.patterns import StoredPatterns
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

SIDE = 32
SIZES = {"test": 3, "evaluation": 6, "calibration": 5, "forms": 12, "structures": 15}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("continuous")
    with write_artifact(folder / "gaps.h5", kind="gaps", rule="test", record={}) as file:
        missing = np.zeros((CROP, CROP))
        missing[:, 20:24] = 1.0
        file["gaps/missing"] = missing
        file["gaps/alpha_f"] = file["gaps/two_theta_f"] = np.linspace(0, 2, CROP)
    outputs = {name: folder / f"{name}.h5" for name in ("test", "factors")}
    script("continuous").continuous(
        outputs,
        gaps=folder / "gaps.h5",
        experiment=experiment(),
        crop=CROP,
        side=SIDE,
        sizes=SIZES,
        seed=5,
    )
    return outputs["test"], outputs["factors"]


def simulated(parameters: np.ndarray) -> np.ndarray:
    beam, grid = experiment_of(experiment()), grid_of(experiment()).crop(CROP, CROP)
    sizes = {"n_sizes": 100, "half_widths": 4.0}
    table = FormFactorTable.build(grid, beam, largest_radius(parameters[:, :2], **sizes))
    return exact_patterns(table, grid.q_range(beam), parameters, sizes)


def test_parameters_are_physical_inside_the_ranges_and_depend_on_the_seed_alone() -> None:
    low, high = parameter_ranges()
    assert low.tolist() == [0.5, 0.01, 1.0, 0.05]
    assert high.tolist() == [7.5, 0.5, 15.0, 0.5]
    drawn = continuous_parameters(low, high, 500, seed=1)
    assert drawn.shape == (500, 4)
    assert ((low <= drawn) & (drawn <= high)).all()
    assert physical(drawn[:, 0], drawn[:, 2]).all()
    assert np.array_equal(drawn, continuous_parameters(low, high, 500, seed=1))
    assert not np.array_equal(drawn, continuous_parameters(low, high, 500, seed=2))


def test_ranges_without_a_physical_pattern_are_refused() -> None:
    with pytest.raises(ValueError, match="only 0 of 400 parameters have D/4 <= R <= D/2"):
        continuous_parameters(np.array([5, 0.1, 1, 0.1]), np.array([6, 0.2, 2, 0.2]), 10, seed=1)


def test_moments_of_a_linear_image_give_its_slope() -> None:
    slope = 0.3
    image = torch.ones(4, 8) * (5 + slope * torch.arange(8))
    mean, moment = bin_moments(image[None], 4)
    variance = (4**2 - 1) / 12
    assert torch.allclose(mean, torch.tensor([[5 + slope * 1.5, 5 + slope * 5.5]]))
    assert torch.allclose(moment * mean / variance, torch.full((1, 2), slope), atol=1e-6)


def test_the_test_split_is_what_the_simulator_gives(made: tuple[Path, Path]) -> None:
    stored = StoredPatterns(made[0], "test")
    assert stored.images.shape == (SIZES["test"], CROP, CROP)
    assert np.allclose(stored.images.numpy(), simulated(stored.parameters), rtol=1e-5)
    assert stored.gaps[:, 20:24].all()
    assert not stored.gaps[:, :20].any()


def test_the_evaluation_split_begins_with_the_test_patterns_binned(made: tuple[Path, Path]) -> None:
    stored = StoredPatterns(made[0], "test")
    with read_artifact(made[1], kind="binned-factors") as file:
        binned, parameters = file["evaluation/intensity"][:3], file["evaluation/parameters"][:3]
        assert not np.array_equal(file["calibration/parameters"][0], parameters[0])
        assert len(file["calibration/intensity"]) == SIZES["calibration"]
    expected = bin_mean(stored.images.numpy(), CROP // SIDE)
    assert np.allclose(binned, expected / expected.max(axis=(1, 2), keepdims=True), rtol=1e-5)
    assert np.array_equal(parameters, stored.parameters)


def test_combined_patterns_agree_with_the_simulator(made: tuple[Path, Path]) -> None:
    factors = BinnedFactors(made[1])
    pairs = factors.pairs(12, np.random.default_rng(0))
    parameters = factors.parameters(pairs)
    assert physical(parameters[:, 0], parameters[:, 2]).all()
    exact = bin_mean(simulated(parameters), CROP // SIDE).reshape(12, -1)
    exact = exact / exact.sum(axis=1, keepdims=True)
    combined = factors.patterns(pairs).numpy()
    assert np.allclose(combined.sum(axis=1), 1, atol=1e-5)
    shown = exact > 1e-6 * exact.max(axis=1, keepdims=True)
    error = np.abs(np.log10(np.maximum(combined, 1e-30)) - np.log10(np.maximum(exact, 1e-30)))[shown]
    assert np.sqrt(np.mean(error**2)) < 0.01  # decades; this grid is four times as coarse as the study's


def test_equal_records_give_equal_factors(made: tuple[Path, Path]) -> None:
    first, second = BinnedFactors(made[1]), BinnedFactors(made[1])
    rows = [factors.pairs(20, np.random.default_rng(3)) for factors in (first, second)]
    assert np.array_equal(*rows)


def test_another_kind_of_artifact_is_refused(made: tuple[Path, Path]) -> None:
    with pytest.raises(
        ArtifactError, match="expected an artifact of kind 'binned-factors', found 'patterns'"
    ):
        BinnedFactors(made[0])
