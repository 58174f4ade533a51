"""The fast table against direct quadrature, and its streaming."""

import numpy as np
import pytest
import torch

from latentlab.scattering import AngularGrid, Experiment, size_averages, size_distribution
from latentlab.scattering.form_factor_table import FormFactorTable, iter_form_factors, largest_radius

EXPERIMENT = Experiment()
FULL = AngularGrid.isgisaxs()
# Pixels from all over the full grid, its corners, the Yoneda line and the specular pixel's surroundings.
GRID = AngularGrid(
    FULL.alpha_f_rad[[0, 1, 2, 9, 16, 17, 18, 49, 50, 120, 301, 402, 498]],
    FULL.two_theta_f_rad[[0, 1, 2, 13, 60, 71, 150, 233, 340, 471, 499]],
)
_RNG = np.random.default_rng(20)
PAIRS = np.array(
    [
        (7.5, 0.01),
        (3.3, 0.01),
        (0.5, 0.01),
        (0.5, 0.5),
        (7.5, 0.5),
        *zip(_RNG.uniform(0.5, 7.5, 9), _RNG.uniform(0.01, 0.5, 9), strict=True),
    ]
)


@pytest.fixture(scope="module")
def table() -> FormFactorTable:
    return FormFactorTable.build(GRID, EXPERIMENT, 25.2)


def test_every_pixel_agrees_with_direct_quadrature(table: FormFactorTable) -> None:
    found = table.average(PAIRS)
    assert found.dtype == np.float32
    assert found.shape == (len(PAIRS), *GRID.shape)
    for pair, image in zip(PAIRS, found, strict=True):
        exact = size_averages(*size_distribution(*pair), GRID, EXPERIMENT).mean_square
        assert np.all(image[0] == 0.0)
        np.testing.assert_allclose(image[1:], exact[1:], rtol=3e-5, err_msg=f"R, sigma/R = {pair}")


@pytest.mark.parametrize("q_max", [0.0, 1e-320, 1e-12, 1e-4])
def test_grids_about_the_specular_pixel(q_max: float) -> None:
    """Their q in the surface is 0, or hardly more: the exact form factor all the same."""
    angle = q_max / EXPERIMENT.wavenumber
    grid = AngularGrid([EXPERIMENT.alpha_i_rad], [0.0, angle] if angle > 0.0 else [0.0])
    table = FormFactorTable.build(grid, EXPERIMENT, 3.0)
    exact = size_averages(*size_distribution(1.5, 0.1), grid, EXPERIMENT).mean_square
    np.testing.assert_allclose(table.average(np.array([[1.5, 0.1]]))[0], exact, rtol=3e-5)


def test_other_discretisations_of_the_sizes(table: FormFactorTable) -> None:
    exact = size_averages(*size_distribution(4.0, 0.2, 31, 3.0), GRID, EXPERIMENT).mean_square
    found = table.average(np.array([[4.0, 0.2]]), n_sizes=31, half_widths=3.0)[0]
    np.testing.assert_allclose(found[1:], exact[1:], rtol=3e-5)


def test_a_callers_reduced_matrix_precision_changes_nothing(table: FormFactorTable) -> None:
    before = table.average(PAIRS[:2])
    torch.set_float32_matmul_precision("medium")
    try:
        np.testing.assert_array_equal(table.average(PAIRS[:2]), before)
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_streaming_gives_the_same_in_order_and_shows_progress() -> None:
    grid = AngularGrid(GRID.alpha_f_rad[1:4], GRID.two_theta_f_rad[:3])
    pairs = np.array([(0.5, 0.1), (0.6, 0.2), (0.7, 0.05), (0.8, 0.3), (0.9, 0.4)])
    seen: list[int] = []

    def progress(numbers):
        for number in numbers:
            seen.append(number)
            yield number

    blocks = list(iter_form_factors(pairs, grid, EXPERIMENT, block=2, progress=progress))
    assert [start for start, _ in blocks] == [0, 2, 4]
    assert [len(images) for _, images in blocks] == [2, 2, 1]
    assert sorted(seen) == list(range(1, len(seen) + 1))
    exact = [size_averages(*size_distribution(*pair), grid, EXPERIMENT).mean_square for pair in pairs]
    np.testing.assert_allclose(np.concatenate([images for _, images in blocks]), exact, rtol=3e-5)


def test_largest_radius_of_the_thesis() -> None:
    assert largest_radius(np.array([(0.5, 0.5), (7.5, 0.5)])) == pytest.approx(25.16, abs=0.01)


def test_a_distribution_beyond_the_table_is_refused() -> None:
    small = FormFactorTable.build(GRID.crop(2, 2), EXPERIMENT, 1.0)
    with pytest.raises(ValueError, match="larger max_radius_nm"):
        small.average(np.array([[1.0, 0.5]]))


@pytest.mark.parametrize("pairs", [np.zeros((0, 2)), np.ones(2), np.ones((2, 3))])
def test_pairs_of_another_shape_are_refused(table: FormFactorTable, pairs: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"shape \(k, 2\)"):
        table.average(pairs)


def test_a_table_of_no_radius_is_refused() -> None:
    with pytest.raises(ValueError, match="max_radius_nm"):
        FormFactorTable.build(GRID, EXPERIMENT, 0.0)
