"""The library's curves and their interpolation to pixels."""

import numpy as np
import pytest
import torch

from latentlab.scattering import (
    AngularGrid,
    Experiment,
    StructureFactorInterpolator,
    interpolate_structure_factor,
    pixel_width,
    structure_factor,
    structure_factor_library,
    structure_factor_nodes,
    structure_factor_pixel_average,
)

Q = AngularGrid.isgisaxs().q_parallel(Experiment())
Q_MAX, WIDTH = float(Q.max()), pixel_width(Q)
# Every seventh row holds 36,000 values of q, all over the range.
PIXELS = Q[::7]


def test_nodes_are_dense_where_peaks_are_narrow() -> None:
    q = structure_factor_nodes(100, 4.0)
    assert q[0] == 0.0
    assert q[-1] == 4.0
    np.testing.assert_allclose(np.diff(np.sqrt(q)), 2.0 / 99, rtol=1e-9)


def test_interpolation_error_over_the_whole_range() -> None:
    interpolate = StructureFactorInterpolator(PIXELS, Q_MAX)
    pairs = np.array([(D, w) for D in (1.0, 4.2, 10.0, 14.8, 15.0) for w in (0.05, 0.06, 0.1, 0.5)])
    library = structure_factor_library(pairs, Q_MAX, WIDTH)
    assert library.shape == (len(pairs), 8192)
    assert library.dtype == np.float32
    for (D, relative), curve in zip(pairs, library, strict=True):
        image = interpolate(curve)
        assert image.dtype == np.float32
        np.testing.assert_allclose(image, structure_factor(PIXELS, D, relative * D), rtol=1e-4)


@pytest.mark.parametrize(("D", "relative"), [(15.0, 0.01), (15.0, 0.04), (5.0, 0.02), (1.0, 0.01)])
def test_narrow_peaks_are_means_over_a_pixel(D: float, relative: float) -> None:
    library = structure_factor_library(np.array([(D, relative)]), Q_MAX, WIDTH)
    image = interpolate_structure_factor(library, Q_MAX, PIXELS)[0]
    expected = structure_factor_pixel_average(PIXELS, WIDTH, D, relative * D)
    # The mean jumps where a peak enters the window: there, and only there, between nodes, it is uncertain.
    assert np.mean(np.abs(image / expected - 1.0) > 5e-4) < 0.006
    assert np.all(image >= 0.999 * expected.min())
    assert image.mean() == pytest.approx(expected.mean(), rel=1e-3)


def test_broad_peaks_are_point_values() -> None:
    library = structure_factor_library(np.array([(10.0, 0.05)]), Q_MAX, WIDTH, n=64)
    expected = structure_factor(structure_factor_nodes(64, Q_MAX), 10.0, 0.5)
    np.testing.assert_allclose(library[0], expected, rtol=1e-6)


def test_arrays_and_tensors_give_the_same() -> None:
    small = Q[:40, :30]
    interpolate = StructureFactorInterpolator(small, Q_MAX, n=512)
    values = structure_factor_library(np.array([(5.0, 0.1), (9.0, 0.3)]), Q_MAX, WIDTH, n=512)
    stacked = interpolate(values)
    assert stacked.shape == (2, 40, 30)
    tensor = interpolate(torch.from_numpy(values))
    assert tensor.dtype == torch.float32
    np.testing.assert_allclose(tensor.numpy(), stacked, rtol=2e-6)
    np.testing.assert_array_equal(interpolate(values[1]), stacked[1])
    np.testing.assert_array_equal(interpolate_structure_factor(values[None], Q_MAX, small)[0], stacked)


def test_pixel_width_is_the_distance_of_neighbours() -> None:
    assert pixel_width(np.array([[0.0, 0.1, 0.2], [0.3, 0.4, 0.5]])) == pytest.approx(0.1)
    assert pytest.approx(4.566 / 499, rel=0.01) == WIDTH


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match="q_max"):
        StructureFactorInterpolator(np.array([[0.1, 5.0]]), 4.0)
    with pytest.raises(ValueError, match="64 nodes"):
        StructureFactorInterpolator(np.array([[0.1, 3.0]]), 4.0, n=64)(np.ones(65))
    with pytest.raises(ValueError, match=r"shape \(k, 2\)"):
        structure_factor_library(np.ones(2), 4.0, 0.01)
    with pytest.raises(ValueError, match="n must be"):
        structure_factor_nodes(3, 4.0)
    with pytest.raises(ValueError, match="two columns"):
        pixel_width(np.ones((3, 1)))
