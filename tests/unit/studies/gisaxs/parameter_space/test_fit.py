"""The fit finds the parameters that patterns from the simulator were made with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.gisaxs.tiny_space import (
    exact_patterns,
    experiment,
    make_space,
    structure_factor_image,
)

from latentlab.scattering.form_factor_table import FormFactorTable
from latentlab.studies.gisaxs.parameter_space.fit import ParameterFit, fit_shift
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

GRID_STEPS = np.array([0.2, 0.04, 0.4, 0.05])


@pytest.fixture(scope="module")
def fit(tmp_path_factory) -> ParameterFit:
    return ParameterFit(make_space(tmp_path_factory.mktemp("fit") / "space.h5"))


def test_library_patterns_come_back(fit):
    space = fit.search.space
    truth = space.parameters(space.held_out)
    patterns = exact_patterns(space.held_out)
    assert (np.abs(fit(patterns) - truth) < 0.05 * GRID_STEPS).all()
    binned = patterns.reshape(-1, 16, 4, 16, 4).mean(axis=(2, 4))
    assert (np.abs(fit(binned) - truth) < 0.05 * GRID_STEPS).all()


@settings(max_examples=5, deadline=None)
@given(exposure=st.floats(1e-3, 1e6))
def test_exposure_is_free(fit, exposure):
    patterns = exact_patterns(fit.search.space.held_out[:2])
    np.testing.assert_allclose(fit(patterns * np.float32(exposure)), fit(patterns), atol=1e-3)


def test_values_between_grid_points_are_found(fit):
    truth = np.array([2.65, 0.27, 7.3, 0.27])
    table = FormFactorTable.build(grid_of(experiment()), experiment_of(experiment()), 7.0)
    pattern = table.average(truth[None, :2])[0] * structure_factor_image(*truth[2:])
    found = fit(pattern[None].astype(np.float32))[0]
    assert (np.abs(found - truth) < 0.4 * GRID_STEPS).all()


def test_zeros_and_negative_values_count_as_the_floor(fit):
    pattern = exact_patterns(fit.search.space.held_out[:1])
    low = pattern < 1e-6
    assert low.any()
    np.testing.assert_allclose(fit(np.where(low, -1, pattern)), fit(np.where(low, 0, pattern)))


def test_counts_are_fitted_better_by_their_likelihood(fit):
    space, rng = fit.search.space, np.random.default_rng(5)
    truth, clean = space.parameters(space.held_out), exact_patterns(space.held_out)
    counts = rng.poisson(1e4 * clean / clean.sum(axis=(1, 2), keepdims=True)).astype(np.float32)
    by_likelihood, by_squares = (np.abs(x - truth) / GRID_STEPS for x in (fit.counted(counts), fit(counts)))
    assert np.median(by_likelihood) < 0.5 * np.median(by_squares)
    assert np.median(by_likelihood) < 0.5


def test_likelihood_of_clean_patterns_is_largest_at_the_truth(fit):
    space = fit.search.space
    found = fit.counted(exact_patterns(space.held_out))
    assert (np.abs(found - space.parameters(space.held_out)) < 0.1 * GRID_STEPS).all()


def test_shift_is_zero_for_equal_patterns_and_error_is_beside_the_truth(fit):
    space = fit.search.space
    pairs = space.held_out[:2]
    patterns = exact_patterns(pairs)
    truth = space.parameters(pairs) + GRID_STEPS
    result = fit_shift(fit, patterns, patterns, truth)
    assert not result.shift.any()
    np.testing.assert_allclose(result.error, np.tile(GRID_STEPS, (2, 1)), atol=0.05)
    assert fit_shift(fit, patterns, patterns).error is None


def test_another_pattern_is_a_shift(fit):
    space = fit.search.space
    pairs = space.held_out[:2]
    patterns = exact_patterns(pairs)
    result = fit_shift(fit, patterns, patterns[::-1])
    expected = np.abs(space.parameters(pairs)[::-1] - space.parameters(pairs))
    np.testing.assert_allclose(result.shift, expected, atol=0.05)


def test_wrong_sides_and_empty_patterns_are_refused(fit):
    with pytest.raises(ValueError, match="a side of 64 or 16 px"):
        fit(np.ones((1, 32, 32), np.float32))
    with pytest.raises(ValueError, match="pattern 1 has no intensity"):
        fit(np.stack([np.ones((64, 64)), np.zeros((64, 64))]))
    with pytest.raises(ValueError, match="pattern 0 has no intensity, or values not finite"):
        fit(np.full((1, 64, 64), np.nan))
