"""The intensity scale and its inverse."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.studies.gisaxs.exposure import exposure
from latentlab.studies.gisaxs.intensity import IntensityTransform

MAXIMA = st.floats(1e-12, 1e12)
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(MAXIMA, SHARES)
@settings(max_examples=60, deadline=None)
def test_log_comes_back(maximum: float, shares: list[float]) -> None:
    transform = IntensityTransform("log", maximum)
    x = torch.tensor(shares, dtype=torch.float64) * maximum
    torch.testing.assert_close(
        transform.inverse(transform.forward(x)), x, rtol=1e-9, atol=1e-9 * transform.floor
    )


@given(st.floats(1e-6, 1e6), SHARES)
@settings(max_examples=40, deadline=None)
def test_log_comes_back_in_float32(maximum: float, shares: list[float]) -> None:
    transform = IntensityTransform("log", maximum)
    x = torch.tensor(shares, dtype=torch.float32) * maximum
    torch.testing.assert_close(
        transform.inverse(transform.forward(x)), x, rtol=2e-5, atol=1e-5 * transform.floor
    )


@given(MAXIMA, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_log_is_monotonic(maximum: float, a: float, b: float) -> None:
    transform = IntensityTransform("log", maximum)
    low, high = transform.forward(torch.tensor(sorted([a, b]), dtype=torch.float64) * maximum)
    assert low <= high
    if abs(a - b) > 1e-9:
        assert low < high


@pytest.mark.parametrize("maximum", [1e-3, 1.0, 1287.0])
def test_fixed_points(maximum: float) -> None:
    transform = IntensityTransform("log", maximum)
    scaled = transform.forward(torch.tensor([0.0, maximum], dtype=torch.float64))
    torch.testing.assert_close(scaled, torch.tensor([0.0, 1.0], dtype=torch.float64))
    assert transform.inverse(torch.zeros(1)).item() == 0.0
    assert transform.floor == pytest.approx(maximum * 1e-6)


def test_decades_share_the_range_about_evenly() -> None:
    transform = IntensityTransform("log", 1.0)
    decades = transform.forward(torch.logspace(-5, 0, 6, dtype=torch.float64))
    torch.testing.assert_close(
        decades.diff(), torch.full((5,), 1 / 6, dtype=torch.float64), rtol=0.06, atol=0
    )


def test_a_known_value() -> None:
    transform = IntensityTransform("log", 5.0)
    scaled = transform.forward(torch.tensor([5e-3], dtype=torch.float64))
    assert float(scaled) == pytest.approx(math.log(1001) / math.log(1000001))


def test_outside_the_range() -> None:
    transform = IntensityTransform("log", 1.0)
    assert transform.forward(torch.tensor([-3.0])).item() == 0.0
    assert transform.inverse(torch.tensor([-0.5])).item() == 0.0
    assert transform.forward(torch.tensor([100.0])).item() > 1.0
    far = transform.inverse(torch.tensor([2.0, 50.0, math.inf]))
    assert bool(torch.isfinite(far).all())
    assert far[0] == far[1] == far[2]


@given(SHARES)
@settings(max_examples=10, deadline=None)
def test_raw_is_the_identity(values: list[float]) -> None:
    transform = IntensityTransform("raw", 2.0)
    x = torch.tensor(values) - 0.5
    assert torch.equal(transform.forward(x), x)
    assert torch.equal(transform.inverse(x), x)


@pytest.mark.parametrize("kind", ["Log", "sqrt", ""])
def test_unknown_kind(kind: str) -> None:
    with pytest.raises(ValueError, match=f"kind is '{kind}', expected 'raw' or 'log'"):
        IntensityTransform(kind, 1.0)


@pytest.mark.parametrize("maximum", [0.0, -1.0, math.nan, math.inf])
def test_bad_maximum(maximum: float) -> None:
    with pytest.raises(ValueError, match="expected a positive intensity"):
        IntensityTransform("log", maximum)


def test_exposure_leaves_out_gaps_and_the_brightest_twentieth() -> None:
    image = np.full((5, 8), 3.0, dtype=np.float32)
    image[0, :2] = 1e6  # two of forty: the brightest twentieth
    sensitive = np.ones((5, 8), dtype=bool)
    assert exposure(image, sensitive) == 3.0
    image[1, 0] = 41.0  # a third bright one counts: 37 times 3 and once 41, over 38
    assert exposure(image, sensitive) == pytest.approx((37 * 3 + 41) / 38)
    sensitive[0, :2] = False  # in a gap, they are left out; of the other 38 the brightest 2
    assert exposure(image, sensitive) == 3.0


def test_exposure_is_in_proportion() -> None:
    image = np.random.default_rng(0).uniform(0, 5, (20, 20))
    sensitive = np.random.default_rng(1).uniform(size=(20, 20)) > 0.2
    assert exposure(7 * image, sensitive) == pytest.approx(7 * exposure(image, sensitive))
    assert 0 < exposure(image, sensitive) < image[sensitive].mean()


def test_exposure_of_next_to_nothing() -> None:
    assert exposure(np.full((2, 2), 4.0), np.array([[True, False], [False, False]])) == 4.0
    assert exposure(np.ones((2, 2)), np.zeros((2, 2), dtype=bool)) == 0.0
