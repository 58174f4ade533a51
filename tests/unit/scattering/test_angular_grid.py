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
