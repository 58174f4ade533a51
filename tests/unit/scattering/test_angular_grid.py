"""Exit angles and wave vector transfer."""

import numpy as np
import pytest

from latentlab.scattering import AngularGrid, Experiment

EXPERIMENT = Experiment()


def test_isgisaxs_grid_is_equidistant_in_the_sine_with_its_ends() -> None:
    grid = AngularGrid.isgisaxs()
    assert grid.shape == (499, 500)
    for axis in (grid.alpha_f_rad, grid.two_theta_f_rad):
        assert axis[0] == 0.0
        assert np.degrees(axis[-1]) == pytest.approx(4.0, abs=1e-12)
        steps = np.diff(np.sin(axis))
        np.testing.assert_allclose(steps, steps[0], rtol=1e-9)


def test_crop_keeps_the_low_angles() -> None:
    grid = AngularGrid.isgisaxs()
    crop = grid.crop(256, 255)
    assert crop.shape == (256, 255)
    np.testing.assert_array_equal(crop.alpha_f_rad, grid.alpha_f_rad[:256])
    np.testing.assert_array_equal(crop.two_theta_f_rad, grid.two_theta_f_rad[:255])


@pytest.mark.parametrize("size", [(0, 5), (500, 500), (5, 501)])
def test_crop_refuses_what_does_not_fit(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        AngularGrid.isgisaxs().crop(*size)


def test_q_is_the_difference_of_two_wave_vectors_of_equal_length() -> None:
    grid = AngularGrid.from_degrees([0.0, 0.3, 2.0], [-1.0, 0.0, 3.0])
    k = EXPERIMENT.wavenumber
    k_f = np.stack(
        [
            grid.q_x(EXPERIMENT) + k * np.cos(EXPERIMENT.alpha_i_rad),
            grid.q_y(EXPERIMENT),
            np.broadcast_to(grid.q_z(EXPERIMENT)[:, None] - k * np.sin(EXPERIMENT.alpha_i_rad), (3, 3)),
        ]
    )
    np.testing.assert_allclose(np.linalg.norm(k_f, axis=0), k, rtol=1e-13)
    np.testing.assert_allclose(np.degrees(np.arctan2(k_f[1], k_f[0]))[1], [-1.0, 0.0, 3.0], atol=1e-12)


def test_q_vanishes_in_the_surface_at_the_specular_pixel() -> None:
    grid = AngularGrid.from_degrees([EXPERIMENT.alpha_i_deg], [0.0])
    assert grid.q_parallel(EXPERIMENT)[0, 0] == pytest.approx(0.0, abs=1e-13)
    assert grid.q_z(EXPERIMENT)[0] == pytest.approx(0.9139, abs=1e-4)


@pytest.mark.parametrize(
    ("alpha", "theta", "message"),
    [
        ([-0.1, 0.2], [0.0], "alpha_f_rad"),
        ([0.1], [95.0], "two_theta_f_rad"),
        ([], [0.0], "alpha_f_rad"),
        ([0.1], [[0.0]], "two_theta_f_rad"),
        ([np.nan], [0.0], "alpha_f_rad"),
    ],
)
def test_grid_refuses_wrong_angles(alpha: list, theta: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AngularGrid.from_degrees(alpha, theta)


def test_a_pixel_covers_q_from_half_way_to_half_way() -> None:
    grid = AngularGrid.isgisaxs()
    low, high = grid.q_range(EXPERIMENT)
    q = grid.q_parallel(EXPERIMENT)
    assert np.all((low <= q) & (q <= high) & (low < high))
    np.testing.assert_array_equal(low[:, 1:], high[:, :-1])  # side by side, without gaps
    np.testing.assert_allclose(low[:, 0], q[:, 0], rtol=1e-12)  # across 2theta_f = 0, where q is least
    width = EXPERIMENT.wavenumber * np.sin(np.radians(4.0)) / 499
    np.testing.assert_allclose((high - low)[10, 20:], width, rtol=2e-3)
    assert 0.9 < (high - low)[498, 46] / width < 0.95  # high up q_x is part of q


def test_a_pixel_across_zero_begins_at_the_least_q() -> None:
    grid = AngularGrid.from_degrees([0.4, 3.0], [-1.0, -0.1, 0.7])
    low, high = grid.q_range(EXPERIMENT)
    edges = AngularGrid.from_degrees([0.4, 3.0], [-1.45, -0.55, 0.0, 0.3, 1.1]).q_parallel(EXPERIMENT)
    np.testing.assert_allclose(low, edges[:, [1, 2, 3]], atol=1e-12)
    np.testing.assert_allclose(high, edges[:, [0, 1, 4]])


@pytest.mark.parametrize("columns", [[0.0], [0.0, 2.0, 1.0]])
def test_pixels_without_a_width_are_refused(columns: list[float]) -> None:
    with pytest.raises(ValueError, match="the width of a pixel needs"):
        AngularGrid.from_degrees([0.4], columns).q_range(EXPERIMENT)
