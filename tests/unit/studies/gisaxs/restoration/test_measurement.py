"""A simulated measurement: its expectation, its counts, its seed; bad input."""

import numpy as np
import pytest
from restoration_settings import MEASUREMENT, hill

from latentlab.studies.gisaxs.restoration.measurement import add_background, counted, measure, power_law

CLEAR = {**MEASUREMENT, "background": [1e-9, 1e-9], "halo": [1e-9, 1e-9], "point_spread_px": [1e-3, 1e-3]}


def test_the_expectation_is_the_pattern_with_the_photons_asked_for() -> None:
    pattern = hill(64)
    one = measure(pattern, 5e4, CLEAR, np.random.default_rng(0))
    np.testing.assert_allclose(one.expectation, pattern * (5e4 / pattern.sum()), rtol=1e-4)
    assert one.expectation.dtype == one.counts.dtype == np.float32


def test_background_and_halo_have_their_share_of_the_photons() -> None:
    settings = {**MEASUREMENT, "background": [0.25, 0.25], "halo": [0.5, 0.5]}
    found = add_background(np.zeros((40, 50)), 1000.0, settings, np.random.default_rng(0))
    assert found.sum() == pytest.approx(750.0)
    assert found.min() > 250 / found.size


def test_the_halo_falls_as_a_power_law_about_the_beam() -> None:
    halo = power_law((200, 200), beam_row=20, exponent=2.0, core=1.0)
    assert np.unravel_index(halo.argmax(), halo.shape) == (20, 0)
    assert halo[20, 50] / halo[20, 100] == pytest.approx(4.0, rel=1e-3)
    assert halo[20, 100] == pytest.approx(halo[120, 0])


def test_point_spread_keeps_the_photons_and_blurs_the_maximum() -> None:
    pattern = np.zeros((41, 41))
    pattern[20, 20] = 1.0
    settings = {**CLEAR, "point_spread_px": [1.5, 1.5]}
    expectation = measure(pattern, 1e4, settings, np.random.default_rng(0)).expectation
    assert expectation.sum() == pytest.approx(1e4, rel=1e-3)
    assert expectation[20, 20] == pytest.approx(1e4 / (2 * np.pi * 1.5**2), rel=0.05)


def test_counts_scatter_as_poisson_numbers_about_the_expectation() -> None:
    settings = {**MEASUREMENT, "stop_chance": 0.0, "shadow_chance": 0.0}
    one = measure(hill(128), 1e6, settings, np.random.default_rng(1))
    measured = ~one.mask
    chi = (one.counts - one.expectation)[measured] / np.sqrt(one.expectation[measured])
    assert abs(chi.mean()) < 4 / np.sqrt(measured.sum())
    assert (chi**2).mean() == pytest.approx(1.0, abs=0.05)
    assert not one.counts[one.mask].any()


def test_rough_counts_scatter_as_negative_binomial_numbers() -> None:
    settings = {**MEASUREMENT, "stop_chance": 0.0, "shadow_chance": 0.0}
    expected = np.full((200, 200), 50.0)
    one = counted(expected, settings, np.random.default_rng(1), roughness=0.2)
    assert (one.expectation == 50).all()
    found = one.counts[~one.mask]
    assert found.mean() == pytest.approx(50, rel=0.01)
    assert found.var() == pytest.approx(50 + (0.2 * 50) ** 2, rel=0.05)


def test_gaps_are_part_of_the_mask_and_not_the_stop() -> None:
    for seed in range(5):
        one = measure(hill(96), 1e5, MEASUREMENT, np.random.default_rng(seed))
        assert not (one.gaps & ~one.mask).any()


def test_the_same_seed_gives_the_same_measurement_and_another_another() -> None:
    first, again, other = (measure(hill(48), 1e4, MEASUREMENT, np.random.default_rng(s)) for s in (7, 7, 8))
    for name in vars(first):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert (first.counts != other.counts).any()


@pytest.mark.parametrize("pattern", [np.ones(4), -np.ones((4, 4)), np.zeros((4, 4)), np.full((4, 4), np.nan)])
def test_a_pattern_without_intensity_is_refused(pattern: np.ndarray) -> None:
    with pytest.raises(ValueError, match="two-dimensional image, finite, >= 0, and not 0 everywhere"):
        measure(pattern, 1e4, MEASUREMENT, np.random.default_rng(0))


@pytest.mark.parametrize("photons", [0.0, -1.0, np.inf])
def test_a_budget_without_photons_is_refused(photons: float) -> None:
    with pytest.raises(ValueError, match="expected a positive number"):
        measure(hill(16), photons, MEASUREMENT, np.random.default_rng(0))
