"""Lineal path and chord lengths: known patterns, sums by loops, and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import LatentlabError
from latentlab.spatial_statistics import autocorrelation, chord_lengths, lineal_path


def phase(*shape: int, seed: int = 0, fraction: float = 0.6) -> np.ndarray:
    return np.random.default_rng(seed).random(shape) < fraction


def path_by_loops(lines: np.ndarray, periodic: bool) -> np.ndarray:
    """Segments of z + 1 pixels along the last axis of one image, counted one by one."""
    n = lines.shape[-1]
    result = []
    for z in range(n):
        starts = range(n) if periodic else range(n - z)
        inside = [all(line[(s + i) % n] for i in range(z + 1)) for line in lines for s in starts]
        result.append(np.mean(inside))
    return np.array(result)


def test_chords_by_hand() -> None:
    rows = np.array([[1, 1, 0, 1, 0, 1, 1, 1], [1] * 8, [0] * 8, [0, 1, 1, 0, 0, 0, 0, 1]], dtype=np.uint8)

    def counts(**lengths: int) -> list[int]:
        return [lengths.get(f"l{length}", 0) for length in range(9)]

    assert chord_lengths(rows).tolist() == counts(l1=2, l2=2, l3=1, l8=1)
    assert chord_lengths(rows, border="discard").tolist() == counts(l1=1, l2=1)
    assert chord_lengths(rows, border="periodic").tolist() == counts(l1=2, l2=1, l5=1, l8=1)
    np.testing.assert_array_equal(chord_lengths(rows.T, axis=-2), chord_lengths(rows))


def test_stripes_by_hand() -> None:
    """Stripes of 3 px every 8: along them the path never ends, across it falls by one start a pixel."""
    stripes = np.tile(np.array([0, 1, 1, 1, 0, 0, 0, 0]), (16, 2))
    np.testing.assert_allclose(lineal_path(stripes, axis=-2), np.full(16, 3 / 8))
    np.testing.assert_allclose(lineal_path(stripes, axis=-2, periodic=False), np.full(16, 3 / 8))
    np.testing.assert_allclose(lineal_path(stripes), [3 / 8, 2 / 8, 1 / 8] + [0] * 13)
    np.testing.assert_allclose(lineal_path(stripes, periodic=False)[:4], [6 / 16, 4 / 15, 2 / 14, 0], atol=0)
    assert chord_lengths(stripes, axis=-1)[3] == 32
    assert chord_lengths(stripes, axis=-2)[16] == 6


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 8)),
    seed=st.integers(0, 999),
    fraction=st.sampled_from([0.0, 0.5, 0.9, 1.0]),
    periodic=st.booleans(),
)
def test_paths_are_counted_segments(
    shape: tuple[int, int], seed: int, fraction: float, periodic: bool
) -> None:
    image = phase(*shape, seed=seed, fraction=fraction)
    np.testing.assert_allclose(lineal_path(image, periodic=periodic), path_by_loops(image, periodic))
    np.testing.assert_allclose(lineal_path(image, -2, periodic), path_by_loops(image.T, periodic))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), fraction=st.floats(0.1, 0.95), periodic=st.booleans())
def test_a_path_starts_at_the_fraction_and_stays_below_the_autocorrelation(
    seed: int, fraction: float, periodic: bool
) -> None:
    images = phase(3, 6, 9, seed=seed, fraction=fraction)
    path = lineal_path(images, periodic=periodic)
    np.testing.assert_allclose(path[:, 0], images.mean((1, 2)))
    f = autocorrelation(torch.from_numpy(images).double(), centred=False, periodic=periodic)
    assert bool((path <= f[:, 0, :9].numpy() + 1e-12).all())
    np.testing.assert_allclose(path[:, 1], f[:, 0, 1], atol=1e-12)  # two pixels: the same event
    if periodic:
        assert bool((np.diff(path) <= 1e-12).all())


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 999), fraction=st.sampled_from([0.2, 0.8, 1.0]), axis=st.sampled_from([-1, -2, -3])
)
def test_chords_cover_the_phase(seed: int, fraction: float, axis: int) -> None:
    volumes = phase(2, 3, 4, 5, seed=seed, fraction=fraction)
    pixels = volumes.sum((1, 2, 3))
    kept = {border: chord_lengths(volumes, axis, dims=3, border=border) for border in ("count", "periodic")}
    for counts in kept.values():
        assert counts.shape == (2, volumes.shape[axis] + 1)
        np.testing.assert_array_equal(counts @ np.arange(counts.shape[1]), pixels)
    discarded = chord_lengths(volumes, axis, dims=3, border="discard")
    padded = np.pad(volumes, [(0, 0), *[(1, 1) if axis == each else (0, 0) for each in (-3, -2, -1)]])
    with_walls = chord_lengths(padded, axis, dims=3, border="discard")
    np.testing.assert_array_equal(with_walls[:, :-2], kept["count"])
    assert bool((discarded <= kept["count"]).all())


def test_torch_and_numpy_and_batches_agree() -> None:
    images = phase(2, 3, 5, 7)
    together = lineal_path(torch.from_numpy(images).float())
    assert together.shape == (2, 3, 7)
    assert together.dtype == np.float64
    np.testing.assert_array_equal(together[1, 2], lineal_path(images[1, 2]))
    np.testing.assert_array_equal(chord_lengths(images)[0, 1], chord_lengths(images[0, 1].astype(int)))
    assert chord_lengths(images[:0]).shape == (0, 3, 8)


def test_what_lineal_refuses() -> None:
    image = np.array([[0.0, 0.5]])
    with pytest.raises(LatentlabError, match="neither 0 nor 1: threshold the images first"):
        lineal_path(image)
    with pytest.raises(LatentlabError, match="neither 0 nor 1"):
        chord_lengths(np.array([[0.0, np.nan]]))
    with pytest.raises(ValueError, match="border is 'wrap', expected one of count, discard, periodic"):
        chord_lengths(image, border="wrap")
    with pytest.raises(ValueError, match="axis must be spatial, -2 to -1, got 0"):
        lineal_path(image, axis=0)
    with pytest.raises(ValueError, match="expected 2 or 3 spatial dimensions with pixels"):
        lineal_path(np.zeros(3))
