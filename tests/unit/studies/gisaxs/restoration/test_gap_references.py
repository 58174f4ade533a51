"""The reference methods: they fill every gap, keep what they should, and refuse what cannot be filled."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.errors import FrameError
from latentlab.studies.gisaxs.restoration.methods import REFERENCE_TITLES
from latentlab.studies.gisaxs.restoration.references import REFERENCES, fill_frame, frame_references

BEAM = {"beam_column": 31.0, "beam_row": 80.0}
METHODS = frame_references(**BEAM)
EXACT_ON_EXPONENTIALS = ("linear-smoothed", "local-plane", "linear", "biharmonic")


@pytest.fixture
def mask() -> np.ndarray:
    """Gaps of 5 rows and 3 columns that cross, one bad pixel, and one corner."""
    mask = np.zeros((70, 63), dtype=bool)
    mask[30:35] = mask[:, 44:47] = mask[10, 10] = mask[:3, :2] = True
    return mask


@pytest.mark.parametrize("name", METHODS)
def test_every_gap_is_filled_from_counts_with_zeros(name: str, mask: np.ndarray) -> None:
    rows, columns = np.mgrid[:70, :63]
    rate = 20 * np.exp(-0.08 * np.abs(columns - 31) - 0.04 * rows)
    counts = np.random.default_rng(1).poisson(rate)
    assert (counts == 0).mean() > 0.2
    counts[mask] = -1
    before = counts.copy(), mask.copy()
    expected = METHODS[name](counts, mask)
    assert expected.shape == counts.shape
    assert expected.dtype == np.float32
    assert np.isfinite(expected).all()
    assert (expected[mask] > 0).all()
    assert (expected >= 0).all()
    np.testing.assert_array_equal(counts, before[0])
    np.testing.assert_array_equal(mask, before[1])
    trivial = np.log(rate[mask] / counts[~mask].mean())
    found = np.log(np.maximum(expected[mask], 0.05) / rate[mask])
    if name != "linear":  # noise and half a photon for none bias it
        assert np.sqrt((found**2).mean()) < 0.6 * np.sqrt((trivial**2).mean())


@pytest.mark.parametrize("name", METHODS)
def test_a_constant_image_is_exact(name: str, mask: np.ndarray) -> None:
    counts = np.full(mask.shape, 50.0, dtype=np.float32)
    counts[mask] = np.nan
    # non-local means add the quarter of a photon that counting noise takes from the mean square root
    tolerance = 6e-3 if name == "non-local-means" else 2e-3
    np.testing.assert_allclose(METHODS[name](counts, mask), 50.0, rtol=tolerance)


@pytest.mark.parametrize("name", EXACT_ON_EXPONENTIALS)
def test_an_exponential_is_exact(name: str, mask: np.ndarray) -> None:
    mask[:3, :2] = False  # beyond the last measured pixel only the local plane extrapolates
    rows, columns = np.mgrid[:70, :63]
    rate = 1e4 * np.exp(-0.03 * rows + 0.02 * columns)
    expected = METHODS[name](np.where(mask, -1, rate), mask)
    inside = mask.copy()
    inside[:6] = inside[-6:] = False  # at the border the column's gap has an open end
    np.testing.assert_allclose(expected[inside], rate[inside], rtol=0.03)


def test_a_mean_of_pixels_is_not_exact_on_an_exponential() -> None:
    rows = np.mgrid[:70, :63][0]
    mask = np.zeros(rows.shape, dtype=bool)
    mask[60:] = True
    rate = 1e4 * np.exp(-0.1 * rows)
    plane, mean = (
        REFERENCES[name](rate, mask)[62, 30] / rate[62, 30] for name in ("local-plane", "local-mean")
    )
    assert abs(np.log(plane)) < 0.1 < 0.3 < np.log(mean)


def test_the_mirror_brings_a_maximum_back_that_lies_in_a_gap(mask: np.ndarray) -> None:
    _rows, columns = np.mgrid[:70, :63]
    left, right = (np.exp(-(((columns - centre) / 1.5) ** 2)) for centre in (17, 45))
    rate = 2000 * (0.05 + left + 0.7 * right)  # the right side is less bright
    across = np.zeros_like(mask)
    across[:, 42:49] = True
    counts = np.random.default_rng(2).poisson(rate)
    at = (slice(20, 50), 45)
    errors = {
        name: abs(np.log(METHODS[name](counts, across)[at] / rate[at])).mean()
        for name in ("mirror", "linear")
    }
    assert errors["mirror"] < 0.5 < 1.5 < errors["linear"]


def test_a_mirror_outside_of_the_image_is_interpolation(mask: np.ndarray) -> None:
    counts = np.random.default_rng(3).poisson(30.0, mask.shape)
    far = frame_references(beam_column=500.0)["mirror"](counts, mask)
    np.testing.assert_array_equal(far, REFERENCES["linear-smoothed"](counts, mask))


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("all masked", "every pixel is masked"),
        ("no photon", "no photon in any measured pixel"),
        ("other shape", "expected two images of one shape"),
        ("numbers", "expected bool, True where not measured"),
        ("negative", "must be finite and 0 or more"),
    ],
)
def test_what_cannot_be_filled_is_refused(name: str, change: str, message: str, mask: np.ndarray) -> None:
    counts = np.ones(mask.shape)
    if change == "all masked":
        mask = np.ones_like(mask)
    elif change == "no photon":
        counts[:] = 0
    elif change == "other shape":
        counts = counts[:-1]
    elif change == "numbers":
        mask = mask.astype(int)
    else:
        counts[0, 40] = -2
    with pytest.raises(FrameError, match=message):
        METHODS[name](counts, mask)


def test_a_line_of_masked_pixels_and_a_single_measured_row_are_filled() -> None:
    counts = np.full((40, 30), 7.0)
    mask = np.ones(counts.shape, dtype=bool)
    mask[20] = False
    for name, method in REFERENCES.items():
        assert np.isfinite(method(counts, mask)).all(), name
        assert (method(counts, mask)[mask] > 0).all(), name


def test_without_a_mask_nothing_is_filled() -> None:
    counts = np.random.default_rng(4).poisson(30.0, (40, 30))
    mask = np.zeros(counts.shape, dtype=bool)
    np.testing.assert_array_equal(REFERENCES["linear"](counts, mask), counts)
    for name, method in METHODS.items():
        assert np.isfinite(method(counts, mask)).all(), name


def test_every_reference_has_a_title_and_pyfai_needs_the_direct_beam() -> None:
    assert set(METHODS) == set(REFERENCE_TITLES)
    assert "pyfai" not in frame_references(beam_column=3.0)


def test_filling_a_frame_by_all_methods_is_calling_each(mask: np.ndarray) -> None:
    counts = np.random.default_rng(5).poisson(30.0, mask.shape)
    together = fill_frame(counts, mask, **BEAM)
    assert list(together) == list(METHODS)
    for name, method in METHODS.items():
        np.testing.assert_array_equal(together[name], method(counts, mask), err_msg=name)
