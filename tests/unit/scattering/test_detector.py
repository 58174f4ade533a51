"""Detector masks on a grid of angles: gaps where the modules end, beam stop, shadow, binning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import ConfigError
from latentlab.frames import Frame, to_grid
from latentlab.scattering.detector import (
    DEFAULT_BEAM_COLUMN,
    DEFAULT_BEAM_ROW,
    beam_stop_mask,
    bin_mask,
    bin_mean,
    detector_mask,
    missing_share,
    sample_shadow_mask,
)

MAX_SINE = np.sin(np.deg2rad(4.0))
ALPHA_F = np.arcsin(np.linspace(0, MAX_SINE, 499))
TWO_THETA_F = np.arcsin(np.linspace(0, MAX_SINE, 500))


def grid_mask(alpha_f: np.ndarray, two_theta_f: np.ndarray, **options: float) -> np.ndarray:
    """The mask that the study makes of the shares, without binning."""
    return bin_mask(missing_share(alpha_f, two_theta_f, **options), 1)


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize(
    ("name", "shape", "rows", "columns"),
    [
        ("Pilatus1M", (1043, 981), [195, 407, 619, 831], [487]),
        ("Pilatus2M", (1679, 1475), [195, 407, 619, 831, 1043, 1255, 1467], [487, 981]),
    ],
)
def test_gaps_are_where_the_modules_end(
    name: str, shape: tuple[int, int], rows: list[int], columns: list[int]
) -> None:
    mask = detector_mask(name)
    assert mask.shape == shape
    assert mask.dtype == bool
    assert runs(mask.all(axis=1)) == [(row, row + 16) for row in rows]
    assert runs(mask.all(axis=0)) == [(column, column + 6) for column in columns]


def test_other_makers_detectors_are_known() -> None:
    assert 0.01 < detector_mask("Eiger4M").mean() < 0.1
    assert 0.01 < detector_mask("Lambda750k").mean() < 0.1
    assert not detector_mask("Perkin").any()  # a flat panel has no gaps


@pytest.mark.parametrize("name", ["Pilatus3000", "detector", "/etc/hosts"])
def test_unknown_detector_names_some_known(name: str) -> None:
    with pytest.raises(ConfigError, match=r"detector '.*' is none that pyFAI knows.*Pilatus2M.*Eiger4M"):
        detector_mask(name)


def test_detector_mask_is_a_copy() -> None:
    detector_mask()[:] = True
    assert not detector_mask().all()


def test_default_grid_has_gaps_where_the_detector_has() -> None:
    mask = grid_mask(ALPHA_F, TWO_THETA_F)
    assert mask.shape == (499, 500)
    # Grid pixels are 2.0 detector pixels wide: a gap of 17 rows hides 8 or 9 of them, 7 columns 3 or 4.
    expected_rows = [(DEFAULT_BEAM_ROW - gap - 8) / 2 for gap in (1043, 831, 619, 407)]
    expected_columns = [(gap + 3 - DEFAULT_BEAM_COLUMN) / 2 for gap in (487, 981)]
    for found, expected, widths in (
        # Beside the beam; further out the horizontal gaps bend by 1 / cos 2theta_f.
        (runs(mask[:, 60:64].all(axis=1)), expected_rows, (8, 9)),
        (runs(mask[:80].all(axis=0)), expected_columns, (3, 4)),
    ):
        assert len(found) == len(expected)
        assert {last - first + 1 for first, last in found} <= set(widths)
        np.testing.assert_allclose(np.mean(found, axis=1), expected, atol=1.1)
    assert 0.065 < mask.mean() < 0.085
    assert 0.065 < mask[:256, :256].mean() < 0.085


def test_grid_mask_agrees_with_sampled_rays() -> None:
    """Tracing rays one by one finds the same masked pixels, but for the rim of gaps."""
    mask = grid_mask(ALPHA_F, TWO_THETA_F)
    gaps = detector_mask()
    rng = np.random.default_rng(1)
    for row, column in rng.integers(0, 499, size=(300, 2)):
        alpha_f, two_theta_f = ALPHA_F[row], TWO_THETA_F[column]
        ray = np.array(
            [
                np.cos(alpha_f) * np.cos(two_theta_f),
                np.cos(alpha_f) * np.sin(two_theta_f),
                np.sin(alpha_f),
            ]
        )
        _, x, z = ray * 2455.0 / ray[0] / 0.172
        block = gaps[round(1230 - z) - 2 : round(1230 - z) + 3, round(400 + x) - 2 : round(400 + x) + 3]
        if block.all() or not block.any():
            assert mask[row, column] == block.all()


def test_off_the_detector_is_masked() -> None:
    mask = grid_mask(ALPHA_F, TWO_THETA_F, beam_row=700.0, beam_column=1000.0)
    assert mask[351:].all()  # 700 rows of the detector are 350 grid rows
    assert mask[:, 238:].all()  # 475 columns are 237
    assert not mask[:300, 5:230].all()


@pytest.mark.parametrize("factor", [1, 2, 4, 8])
def test_simulated_gaps_are_those_of_a_real_frame(factor: int) -> None:
    """The share of masked pixels, and each gap to a pixel: the grids lie half a pixel apart."""
    side, row, column = 256 // factor, 1203, 791
    gaps = detector_mask()
    real = Frame(np.ones(gaps.shape, dtype=np.int32), gaps, {}, "made.cbf")
    _, found, _ = to_grid(real, horizon_row=row, beam_column=column, binning=2 * factor, size=side)
    share = missing_share(ALPHA_F[:256], TWO_THETA_F[:256], beam_row=row, beam_column=column)
    mask = bin_mask(share, factor)
    assert mask.mean() == pytest.approx(found.mean(), rel=0.02)
    for lines in (0, 1):
        of_real, simulated = (runs(which.all(axis=lines)) for which in (found, mask))
        np.testing.assert_allclose(np.ravel(simulated), np.ravel(of_real), atol=1)


def test_a_coarse_grid_has_the_shares_of_a_fine_one() -> None:
    fine = missing_share(ALPHA_F[:496], TWO_THETA_F[:496])
    centres_alpha, centres_theta = (
        angles[:496].reshape(-1, 8).mean(axis=1) for angles in (ALPHA_F, TWO_THETA_F)
    )
    coarse = missing_share(centres_alpha, centres_theta)
    np.testing.assert_allclose(coarse, bin_mean(fine, 8), atol=0.15)
    assert coarse.mean() == pytest.approx(fine.mean(), rel=0.02)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 16), st.floats(1000, 4000))
def test_shares_lie_between_none_and_all(binning: int, distance_mm: float) -> None:
    share = missing_share(ALPHA_F[::20], TWO_THETA_F[::20], binning=binning, distance_mm=distance_mm)
    assert share.min() == 0.0
    assert share.max() <= 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alpha_f_rad": ALPHA_F[::-1]}, "alpha_f_rad must be strictly increasing"),
        ({"alpha_f_rad": np.linspace(0, 4, 9)}, "in rad"),
        ({"two_theta_f_rad": TWO_THETA_F[:1]}, r"two_theta_f_rad has shape \(1,\)"),
        ({"distance_mm": 0.0}, "distance_mm is 0.0, expected a positive length"),
        ({"binning": 0}, "binning is 0"),
    ],
)
def test_missing_share_refuses(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        missing_share(**{"alpha_f_rad": ALPHA_F, "two_theta_f_rad": TWO_THETA_F, **arguments})


def test_beam_stop_is_a_disc_about_the_specular_beam() -> None:
    mask = beam_stop_mask(ALPHA_F, TWO_THETA_F, alpha_i_deg=0.4, radius_deg=0.1)
    step_deg = 4.0 / 498
    assert mask.sum() == pytest.approx(np.pi * (0.1 / step_deg) ** 2 / 2, rel=0.06)  # half: right of the beam
    rows, columns = np.nonzero(mask)
    assert rows.min() * step_deg == pytest.approx(0.3, abs=step_deg)
    assert rows.max() * step_deg == pytest.approx(0.5, abs=step_deg)
    assert columns.max() * step_deg == pytest.approx(0.1, abs=step_deg)
    with pytest.raises(ValueError, match="radius_deg is -1"):
        beam_stop_mask(ALPHA_F, TWO_THETA_F, radius_deg=-1)


def test_sample_shadow_is_all_below_the_horizon() -> None:
    alpha_f = np.deg2rad([-0.2, -0.1, 0.0, 0.1, 0.2])
    assert sample_shadow_mask(alpha_f, TWO_THETA_F).all(axis=1).tolist() == [True, True, False, False, False]
    raised = sample_shadow_mask(alpha_f, TWO_THETA_F, horizon_deg=0.15)
    assert raised.shape == (5, 500)
    assert raised.any(axis=1).tolist() == [True, True, True, True, False]


def test_a_bin_is_masked_where_more_than_half_of_it_is() -> None:
    blocks = [[[0, 0], [0, 1]], [[0, 1], [0, 1]], [[1, 1], [0, 1]], [[1, 1], [1, 1]]]
    assert bin_mask(np.array(blocks, dtype=bool), 2)[:, 0, 0].tolist() == [False, False, True, True]
    assert bin_mask(np.array([[2 / 3, 2 / 3], [2 / 3, 0.0]]), 2).tolist() == [
        [False]
    ]  # half, but for rounding


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 999))
def test_shares_are_masked_as_the_pixels_that_they_count(factor: int, inner: int, seed: int) -> None:
    """The rule is applied once: binned shares give the mask of the finest pixels."""
    side = 3 * factor * inner
    missing = np.random.default_rng(seed).random((side, side)) < 0.5
    shares = bin_mean(missing, inner)
    np.testing.assert_array_equal(bin_mask(shares, factor), bin_mask(missing, factor * inner))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5), st.integers(0, 999))
def test_binning_keeps_the_mean(factor: int, rows: int, columns: int, seed: int) -> None:
    images = np.random.default_rng(seed).gamma(1.0, size=(3, rows * factor, columns * factor))
    binned = bin_mean(images, factor)
    assert binned.shape == (3, rows, columns)
    np.testing.assert_allclose(binned.mean(axis=(1, 2)), images.mean(axis=(1, 2)))
    np.testing.assert_allclose(binned[:, 0, 0], images[:, :factor, :factor].mean(axis=(1, 2)))


def test_bin_mean_keeps_float32() -> None:
    assert bin_mean(np.ones((4, 4), dtype=np.float32), 2).dtype == np.float32


@pytest.mark.parametrize("function", [bin_mask, bin_mean])
def test_sides_must_divide(function) -> None:
    with pytest.raises(ValueError, match="both sides must divide by 2"):
        function(np.zeros((4, 5)), 2)
    with pytest.raises(ValueError, match="factor is 0"):
        function(np.zeros((4, 4)), 0)
