"""Whole patterns and photon counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering import (
    AngularGrid,
    Experiment,
    combine,
    gisaxs_pattern,
    poisson_counts,
    size_averages,
    size_distribution,
    structure_factor,
    structure_factor_mean,
)

EXPERIMENT = Experiment()
GRID = AngularGrid.from_degrees(np.linspace(0.0, 3.0, 7), np.linspace(-2.0, 2.0, 9))


@given(
    st.floats(0.5, 5.0),
    st.floats(0.0, 0.5),
    st.floats(1.0, 15.0),
    st.floats(0.01, 0.5),
    st.sampled_from(["LMA", "DA", None]),
)
@settings(max_examples=20, deadline=None)
def test_intensity_is_symmetric_and_never_negative(
    R: float, sigma: float, D: float, omega: float, interference: str | None
) -> None:
    image = gisaxs_pattern(R, sigma, D, omega, grid=GRID, interference=interference, n_sizes=12)
    assert image.shape == GRID.shape
    assert np.all(image[0] == 0.0)
    assert np.all(image[1:] > 0.0)
    np.testing.assert_allclose(image, image[:, ::-1], rtol=1e-9)


def test_lma_is_the_product_of_form_and_structure_factor() -> None:
    averages = size_averages(*size_distribution(4.0, 0.3, 20), GRID, EXPERIMENT)
    s = structure_factor(GRID.q_parallel(EXPERIMENT), 10.0, 1.0)
    image = gisaxs_pattern(4.0, 0.3, 10.0, 0.1, grid=GRID, n_sizes=20)
    np.testing.assert_allclose(image, averages.mean_square * s, rtol=1e-12)


def test_decoupling_differs_unless_monodisperse() -> None:
    def both(sigma: float) -> list[np.ndarray]:
        return [
            gisaxs_pattern(4.0, sigma, 10.0, 0.1, grid=GRID, interference=kind, n_sizes=20)[1:]
            for kind in ("LMA", "DA")
        ]

    np.testing.assert_allclose(*both(0.0), rtol=1e-12)
    lma, da = both(0.3)
    assert np.max(np.abs(da / lma - 1.0)) > 0.1


def test_structure_factor_of_one_leaves_the_form_factor() -> None:
    averages = size_averages(*size_distribution(4.0, 0.3, 20), GRID, EXPERIMENT)
    for kind in ("LMA", "DA", None):
        np.testing.assert_allclose(combine(averages, 1.0, kind), averages.mean_square, rtol=1e-12)


def test_side_maximum_lies_near_two_pi_over_d() -> None:
    grid = AngularGrid.from_degrees([EXPERIMENT.critical_angle_deg], np.linspace(0.2, 2.0, 361))
    image = gisaxs_pattern(4.0, 0.3, 10.0, 0.1, grid=grid)[0]
    q_y = grid.q_y(EXPERIMENT)[0]
    assert q_y[np.argmax(image)] == pytest.approx(0.62, abs=0.01)
    broad = gisaxs_pattern(4.0, 0.3, 10.0, 0.3, grid=grid)[0]
    assert q_y[np.argmax(broad)] == pytest.approx(0.52, abs=0.015)


def test_absolute_scale_is_the_contrast() -> None:
    plain = gisaxs_pattern(2.0, 0.0, 10.0, 0.1, grid=GRID)
    absolute = gisaxs_pattern(2.0, 0.0, 10.0, 0.1, grid=GRID, absolute=True)
    k, n = EXPERIMENT.wavenumber, EXPERIMENT.particle_index
    np.testing.assert_allclose(absolute, plain * abs(k**2 * (1 - n**2) / (4 * np.pi)) ** 2, rtol=1e-12)


def test_the_structure_factor_is_averaged_over_pixels() -> None:
    form = gisaxs_pattern(2.0, 0.0, None, None, grid=GRID, interference=None)
    found = gisaxs_pattern(2.0, 0.0, 10.0, 0.01, grid=GRID, over_pixels=True)
    s = structure_factor_mean(*GRID.q_range(EXPERIMENT), 10.0, 0.1)
    np.testing.assert_allclose(found, form * s, rtol=1e-12)


def test_another_experiment_changes_the_pattern() -> None:
    gold = gisaxs_pattern(2.0, 0.0, 10.0, 0.1, grid=GRID)
    steeper = gisaxs_pattern(2.0, 0.0, 10.0, 0.1, grid=GRID, experiment=Experiment(alpha_i_deg=0.6))
    assert not np.allclose(gold, steeper, rtol=0.01)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="interference must be"):
        gisaxs_pattern(2.0, 0.0, 10.0, 0.1, grid=GRID, interference="SSCA")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs D_nm"):
        gisaxs_pattern(2.0, 0.0, None, 0.1, grid=GRID)


def test_counts_have_the_expected_mean_and_variance() -> None:
    rng = np.random.default_rng(7)
    intensity = np.array([[0.0, 1.0], [3.0, 12.0]])
    counts = np.stack([poisson_counts(intensity, 160.0, rng) for _ in range(4000)])
    assert counts.dtype.kind == "i"
    expected = intensity * 10.0
    # Five standard errors; the seed is fixed.
    np.testing.assert_allclose(counts.mean(axis=0), expected, atol=5 * np.sqrt(120.0 / 4000))
    np.testing.assert_allclose(counts.var(axis=0), expected, rtol=0.12)
    assert np.all(counts[:, 0, 0] == 0)


def test_counts_follow_the_seed() -> None:
    image = np.ones((5, 5))
    first, again, other = (poisson_counts(image, 100.0, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)


@pytest.mark.parametrize(
    ("intensity", "photons", "message"),
    [
        ([-1.0, 2.0], 10.0, "not negative"),
        ([np.inf, 2.0], 10.0, "finite"),
        ([0.0, 0.0], 10.0, "zero in every pixel"),
        ([1.0, 2.0], -1.0, "photons"),
    ],
)
def test_counts_refuse_what_is_wrong(intensity: list, photons: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        poisson_counts(np.array(intensity), photons, np.random.default_rng(0))
