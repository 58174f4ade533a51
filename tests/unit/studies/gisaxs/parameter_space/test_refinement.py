"""The emulator against the simulator, and maximum likelihood with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.tiny_space import CROP, experiment, make_space

from latentlab.scattering.detector import bin_mean
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.parameter_space.bases import exact_patterns
from latentlab.studies.gisaxs.parameter_space.coordinates import from_coordinates, to_coordinates
from latentlab.studies.gisaxs.parameter_space.emulator import PatternEmulator, bin_operator
from latentlab.studies.gisaxs.parameter_space.refinement import refine
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

PARAMETERS = np.array([[2.53, 0.271, 7.31, 0.22], [3.07, 0.33, 8.9, 0.31], [2.2, 0.21, 6.45, 0.168]])


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> PatternEmulator:
    space = make_space(tmp_path_factory.mktemp("space") / "space.h5")
    return PatternEmulator(space, grid_of(experiment()), experiment_of(experiment()))


@pytest.fixture(scope="module")
def exact() -> np.ndarray:
    """Shares (3, 16, 16) of the photons, from the simulator."""
    beam, grid = experiment_of(experiment()), grid_of(experiment())
    sizes = {"n_sizes": 100, "half_widths": 4.0}
    table = FormFactorTable.build(grid, beam, largest_radius(PARAMETERS[:, :2], **sizes))
    images = bin_mean(exact_patterns(table, grid.q_range(beam), PARAMETERS, sizes), CROP // 16)
    return images / images.sum(axis=(1, 2), keepdims=True)


def test_coordinates_come_back() -> None:
    assert np.allclose(from_coordinates(to_coordinates(PARAMETERS)), PARAMETERS)
    assert to_coordinates(PARAMETERS)[0, 1] == PARAMETERS[0, 1]


def test_emulated_patterns_agree_with_the_simulator(emulator: PatternEmulator, exact: np.ndarray) -> None:
    shares = emulator(torch.from_numpy(PARAMETERS)).softmax(dim=1).view(-1, 16, 16).numpy()
    error = np.log10(shares) - np.log10(exact)
    assert np.sqrt(np.mean(error[exact > 1e-6 * exact.max()] ** 2)) < 0.01  # decades; a coarse grid


def test_the_operator_gives_means_and_moments_of_linear_curves() -> None:
    edges = np.linspace(0.0, 2.0, 9)
    low, high = np.tile(edges[:-1], (4, 1)), np.tile(edges[1:], (4, 1))
    q, operator = bin_operator(low, high, 4)
    means, moments = np.split(operator @ (1 + q.numpy()), 2)
    assert means == pytest.approx([1.5, 2.5], rel=1e-4)  # of 1 + q over [0, 1] and [1, 2]
    assert moments == pytest.approx([0.25 * 1.25] * 2, rel=1e-3)  # slope per pixel times the variance of x


def test_refinement_finds_parameters_between_the_librarys(
    emulator: PatternEmulator, exact: np.ndarray
) -> None:
    gaps = torch.zeros(3, 16, 16, dtype=torch.bool)
    gaps[:, 4:6] = True
    counts = torch.from_numpy(exact * 1e7).float()
    counts[gaps] = 99.0  # what stands in the gaps is not used
    start = PARAMETERS * np.array([1.04, 0.9, 0.97, 1.1])
    found = refine(emulator, counts, gaps, start, steps=8)
    assert np.abs(found.parameters - PARAMETERS).max() < 0.02
    assert (found.deviation > 0).all()


def test_refinement_comes_nearer_than_its_start_and_knows_how_near(
    emulator: PatternEmulator, exact: np.ndarray
) -> None:
    rng = np.random.default_rng(0)
    repeated, truth = np.repeat(exact, 40, axis=0), np.repeat(PARAMETERS, 40, axis=0)
    counts = torch.from_numpy(rng.poisson(repeated * 1e5)).float()
    gaps = torch.zeros(counts.shape, dtype=torch.bool)
    found = refine(emulator, counts, gaps, truth * np.array([1.03, 0.95, 0.98, 1.05]), steps=6)
    assert np.median(np.abs(found.parameters - truth), axis=0)[0] < 0.3 * 0.03 * truth[:, 0].mean()
    ratios = (to_coordinates(found.parameters) - to_coordinates(truth)) / found.deviation
    assert 0.5 < (np.abs(ratios) < 1).mean() < 0.85  # 0.68 for a normal distribution


def test_the_ends_of_the_ranges_belong_to_the_emulator_and_nothing_beyond(emulator: PatternEmulator) -> None:
    ends = np.stack([emulator.low, emulator.high]) + np.array([[-1e-12], [1e-12]])
    assert torch.isfinite(emulator(torch.from_numpy(ends))).all()
    with pytest.raises(ValueError, match="positions must lie on the grid"):
        emulator(torch.from_numpy(ends + 0.1))


def test_bad_input_is_refused(emulator: PatternEmulator) -> None:
    empty = torch.zeros(1, 16, 16)
    gaps = torch.zeros(1, 16, 16, dtype=torch.bool)
    with pytest.raises(ValueError, match="no photons outside its gaps"):
        refine(emulator, empty, gaps, PARAMETERS[:1])
    with pytest.raises(ValueError, match="expected n x 16 x 16"):
        refine(emulator, torch.ones(1, 8, 8), gaps, PARAMETERS[:1])


def test_another_grid_is_refused(tmp_path: Path) -> None:
    space = make_space(tmp_path / "space.h5")
    with pytest.raises(ValueError, match="the grid has"):
        PatternEmulator(space, grid_of(experiment()).crop(32, 32), experiment_of(experiment()))
