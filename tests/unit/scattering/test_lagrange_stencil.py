"""Local Lagrange interpolation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering.interpolation import lagrange_stencil


@given(st.sampled_from([2, 4, 8, 12]), st.lists(st.floats(0.0, 19.0), min_size=1, max_size=10))
@settings(max_examples=40, deadline=None)
def test_polynomials_are_reproduced(points: int, positions: list[float]) -> None:
    x = np.array(positions)
    start, weights = lagrange_stencil(x, 20, points)
    assert np.all((start >= 0) & (start + points <= 20))
    np.testing.assert_allclose(weights.sum(axis=0), 1.0, rtol=1e-8)
    polynomial = np.polynomial.Polynomial(np.random.default_rng(points).normal(size=points), domain=[0, 19])
    values = polynomial(np.arange(20.0))
    found = np.sum(values[start + np.arange(points)[:, None]] * weights, axis=0)
    np.testing.assert_allclose(found, polynomial(x), atol=1e-7 * np.abs(values).max())


def test_grid_values_are_returned_as_they_are() -> None:
    values = np.random.default_rng(0).normal(size=9)
    start, weights = lagrange_stencil(np.arange(9.0), 9, 4)
    np.testing.assert_allclose(np.sum(values[start + np.arange(4)[:, None]] * weights, axis=0), values)


@pytest.mark.parametrize(
    ("position", "n_grid", "points"), [(-0.1, 9, 4), (8.1, 9, 4), (np.nan, 9, 4), (1.0, 3, 4), (1.0, 9, 3)]
)
def test_what_is_wrong_is_refused(position: float, n_grid: int, points: int) -> None:
    with pytest.raises(ValueError, match=r"(positions|points) must"):
        lagrange_stencil(np.array([position]), n_grid, points)
