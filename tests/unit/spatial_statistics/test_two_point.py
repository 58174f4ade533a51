"""Two-point correlations: against sums by loops and the published definition, and by their sum rules."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import LatentlabError
from latentlab.spatial_statistics import (
    autocorrelation,
    cross_correlation,
    hard_phases,
    lags,
    statistics_features,
    two_point_statistics,
    volume_fractions,
)

SHAPES = [(4, 6), (5, 4), (3, 7), (1, 5), (2, 3, 4), (3, 3, 2)]
shapes = st.one_of(st.tuples(*[st.integers(1, 7)] * 2), st.tuples(*[st.integers(1, 4)] * 3))


def floats(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def labels(*shape: int, seed: int = 0, n: int = 3) -> torch.Tensor:
    return torch.randint(n, shape, generator=torch.Generator().manual_seed(seed))


def by_loops(
    m_h: torch.Tensor, m_k: torch.Tensor, periodic: bool, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """The definition, pixel by pixel; lags centred."""
    shape = m_h.shape
    mask = torch.ones(shape, dtype=torch.bool) if mask is None else mask
    axes = [axis.tolist() for axis in lags(shape, periodic=periodic)]
    result = torch.full([len(axis) for axis in axes], math.nan, dtype=torch.float64)
    for index in itertools.product(*(range(len(axis)) for axis in axes)):
        total, pairs = 0.0, 0
        for x in itertools.product(*(range(n) for n in shape)):
            y = [a + axis[i] for a, axis, i in zip(x, axes, index, strict=True)]
            if periodic:
                y = [a % n for a, n in zip(y, shape, strict=True)]
            if any(not 0 <= a < n for a, n in zip(y, shape, strict=True)):
                continue
            if mask[x] and mask[tuple(y)]:
                total += float(m_h[x]) * float(m_k[tuple(y)])
                pairs += 1
        if pairs:
            result[index] = total / pairs
    return result


def equal(actual: torch.Tensor, expected: torch.Tensor, tolerance: float = 1e-12) -> None:
    torch.testing.assert_close(actual, expected, rtol=tolerance, atol=tolerance, equal_nan=True)


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_correlations_are_their_definition(shape: tuple[int, ...], periodic: bool) -> None:
    m, dims = floats(2, *shape), len(shape)
    auto = autocorrelation(m, dims, periodic=periodic)
    cross = cross_correlation(m[0], m[1], dims, periodic=periodic)
    assert auto.shape == (2, *(len(axis) for axis in lags(shape, periodic=periodic)))
    equal(auto, torch.stack([by_loops(phase, phase, periodic) for phase in m]))
    equal(cross, by_loops(m[0], m[1], periodic))
    assert bool(torch.isfinite(auto).all())


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_masked_correlations_are_their_definition(shape: tuple[int, ...], periodic: bool) -> None:
    mask = floats(2, *shape, seed=1) < 0.4
    mask.flatten(1)[:, 0] = True
    h, k = (floats(2, *shape, seed=seed).masked_fill(~mask, math.nan) for seed in (2, 3))
    cross = cross_correlation(h, k, len(shape), periodic=periodic, mask=mask)
    equal(
        cross, torch.stack([by_loops(*each[:2], periodic, each[2]) for each in zip(h, k, mask, strict=True)])
    )
    auto = autocorrelation(h[0], len(shape), periodic=periodic, mask=mask[0])
    equal(auto, by_loops(h[0], h[0], periodic, mask[0]))


def test_lags_without_a_pair_are_nan_and_have_no_gradient() -> None:
    mask = torch.tensor([[True, True, False, True, False, False, False]])
    m = torch.tensor([[0.5, 1.0, 9.0, 0.25, 9.0, 9.0, 9.0]], dtype=torch.float64, requires_grad=True)
    f = autocorrelation(m, periodic=False, mask=mask)
    known = torch.tensor([[0.125, 0.25, 0.5, (0.25 + 1 + 0.0625) / 3, 0.5, 0.25, 0.125]]).double()
    assert torch.isnan(f).tolist() == [[True] * 3 + [False] * 7 + [True] * 3]
    equal(f[:, 3:10], known)
    f[:, 3:10].sum().backward()
    assert bool(torch.isfinite(m.grad).all())
    assert m.grad[~mask].tolist() == [0.0] * 4
    assert bool((m.grad[mask] > 0).all())


def published(
    m_h: np.ndarray, m_k: np.ndarray, mask: np.ndarray | None, periodic: bool, cutoff: int
) -> np.ndarray:
    """PyMKS's two_point_stats by its published definition, for one image; lags -cutoff to cutoff.

    Products of complex transforms over S if periodic, else of images padded with `cutoff` zeros on each side
    over the autocorrelation of padded ones, and over that of the mask if there is one.
    """
    norm = np.ones(m_h.shape) if mask is None else mask.astype(float)
    images = [image if periodic else np.pad(image, cutoff) for image in (m_h * norm, m_k * norm, norm)]
    h, k, n = (np.fft.fftn(image) for image in images)
    stats, pairs = (np.fft.fftshift(np.fft.ifftn(power).real) for power in (h.conj() * k, n.conj() * n))
    stats = stats / (m_h.size if mask is None and periodic else pairs)
    return stats[tuple(slice(side // 2 - cutoff, side // 2 + cutoff + 1) for side in stats.shape)]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("shape", [(11, 11), (10, 13), (12, 12), (5, 6, 7)])
def test_correlations_are_those_pymks_defines(shape: tuple[int, ...], periodic: bool, masked: bool) -> None:
    """At the lags it keeps: up to (shortest side - 1) // 2, the last that is whole for even sides."""
    m = (floats(2, *shape) < 0.4).double()
    mask = floats(*shape, seed=1) < 0.9 if masked else None
    cutoff = (min(shape) - 1) // 2
    expected = published(*m.numpy(), None if mask is None else mask.numpy(), periodic, cutoff)
    f = cross_correlation(m[0], m[1], len(shape), periodic=periodic, mask=mask)
    for n in f.shape:
        f = f.narrow(0, n // 2 - cutoff, 2 * cutoff + 1).movedim(0, -1)
    equal(f, torch.from_numpy(expected))


@settings(max_examples=15, deadline=None)
@given(shape=shapes, seed=st.integers(0, 999), periodic=st.booleans())
def test_lags_say_where_a_correlation_is(shape: tuple[int, ...], seed: int, periodic: bool) -> None:
    dims = len(shape)
    m = floats(2, *shape, seed=seed)
    centred = cross_correlation(m[0], m[1], dims, periodic=periodic)
    first = cross_correlation(m[0], m[1], dims, centred=False, periodic=periodic)
    assert torch.equal(torch.fft.fftshift(first), centred)
    for n, middle, start in zip(
        shape, lags(shape, periodic=periodic), lags(shape, centred=False, periodic=periodic), strict=True
    ):
        assert torch.equal(torch.fft.fftshift(start), middle)
        assert int(start[0]) == 0
        assert middle.tolist() == (list(range(-(n // 2), n - n // 2)) if periodic else list(range(1 - n, n)))
    zero = tuple(int(torch.nonzero(axis == 0)) for axis in lags(shape, periodic=periodic))
    equal(centred[zero], (m[0] * m[1]).mean())


@settings(max_examples=20, deadline=None)
@given(shape=shapes, seed=st.integers(0, 999), periodic=st.booleans())
def test_symmetries_and_sum_rules_of_hard_phases(shape: tuple[int, ...], seed: int, periodic: bool) -> None:
    dims = len(shape)
    m = hard_phases(labels(*shape, seed=seed), 3, dims, torch.float64)
    phi = volume_fractions(m, dims)
    pairs = list(itertools.product(range(3), repeat=2))
    f = two_point_statistics(m, pairs, dims, centred=False, periodic=periodic)
    f = f.unflatten(0, (3, 3))
    zero = (0,) * dims
    equal(f[(..., *zero)], torch.diag(phi))  # f(h, h | 0) is the volume fraction
    space = tuple(range(-dims, 0))
    mirrored = torch.roll(f.flip(space), [1] * dims, space)
    equal(f.transpose(0, 1), mirrored)  # f(h, k | r) = f(k, h | -r)
    if periodic:
        equal(f.sum(1), phi[(..., *[None] * dims)].expand(3, *shape))
        equal(f.mean(space), phi[:, None] * phi)
    else:  # over pairs of phases, something is at both ends
        equal(f.sum((0, 1)), torch.ones(f.shape[2:], dtype=torch.float64))


@settings(max_examples=20, deadline=None)
@given(shape=shapes, seed=st.integers(0, 999), shift=st.integers(-5, 5))
def test_periodic_statistics_do_not_see_shifts(shape: tuple[int, ...], seed: int, shift: int) -> None:
    dims = len(shape)
    m = floats(2, *shape, seed=seed)
    space = tuple(range(-dims, 0))
    moved = torch.roll(m, [shift] * dims, space)
    equal(autocorrelation(moved, dims), autocorrelation(m, dims))
    equal(cross_correlation(moved[0], moved[1], dims), cross_correlation(m[0], m[1], dims))
    equal(statistics_features(moved, dims), statistics_features(m, dims))
    equal(statistics_features(m.flip(space), dims), statistics_features(m, dims))


@settings(max_examples=25, deadline=None)
@given(shape=shapes, seed=st.integers(0, 999))
def test_distances_of_features_are_those_of_autocorrelations(shape: tuple[int, ...], seed: int) -> None:
    dims = len(shape)
    a, b = floats(2, *shape, seed=seed)
    features = statistics_features(torch.stack([a, b]), dims)
    assert features.shape == (2, math.prod(shape[:-1]) * (shape[-1] // 2 + 1))
    expected = (autocorrelation(a, dims) - autocorrelation(b, dims)).square().sum()
    equal((features[0] - features[1]).square().sum(), expected)


def test_statistics_of_a_stack_are_those_of_its_pairs() -> None:
    m, mask = floats(2, 3, 4, 5), floats(2, 4, 5, seed=1) < 0.7
    pairs = [(2, 0), (1, 1)]
    for periodic, given_mask in itertools.product((True, False), (None, mask, mask[0])):
        f = two_point_statistics(m, pairs, periodic=periodic, mask=given_mask)
        expected = [cross_correlation(m[:, h], m[:, k], periodic=periodic, mask=given_mask) for h, k in pairs]
        equal(f, torch.stack(expected, dim=1))


@pytest.mark.parametrize("shape", [(1, 3, 4), (1, 4, 3), (2, 2, 3)])
def test_gradients(shape: tuple[int, ...]) -> None:
    h, k = (floats(*shape, seed=seed).requires_grad_(True) for seed in (1, 2))
    mask = torch.ones(shape, dtype=torch.bool)
    mask[0, 0, 1] = False
    dims = 3 if shape[0] > 1 else 2
    for function in (
        lambda m: autocorrelation(m, dims),
        lambda m: autocorrelation(m, dims, centred=False, periodic=False),
        lambda m: autocorrelation(m, dims, mask=mask),
        lambda m: statistics_features(m, dims),
    ):
        assert torch.autograd.gradcheck(function, (h,))
    assert torch.autograd.gradcheck(lambda a, b: cross_correlation(a, b, dims), (h, k))


def test_single_precision_is_enough_for_training() -> None:
    m = (floats(2, 224, 224) < 0.1).double()
    for exact, tolerance in ((m, 1e-7), (1 - m, 1e-6)):
        f = autocorrelation(exact.float())
        assert f.dtype == torch.float32
        equal(f.double(), autocorrelation(exact), tolerance)
    corners = (floats(2, 60, 60) < 0.9).double()  # one pair at the longest lags
    f = autocorrelation(corners.float(), periodic=False)
    assert f.dtype == torch.float32
    equal(f.double(), autocorrelation(corners, periodic=False), 1e-7)
    assert autocorrelation(m.to(torch.bfloat16)).dtype == torch.float32
    equal(autocorrelation(m.half()), autocorrelation(m.float()))


def test_what_is_refused() -> None:
    m, mask = floats(2, 4, 4), torch.ones(2, 4, 4, dtype=torch.bool)
    with pytest.raises(ValueError, match=r"expected a tensor of floats, got torch\.uint8"):
        autocorrelation(m.to(torch.uint8))
    with pytest.raises(ValueError, match=r"dims must be 2 or 3, got 1"):
        autocorrelation(m, 1)
    with pytest.raises(ValueError, match=r"expected 3 spatial dimensions with pixels, got shape \(4, 4\)"):
        statistics_features(m[0], 3)
    with pytest.raises(ValueError, match=r"one shape, got \(2, 4, 4\) and \(4, 4\)"):
        cross_correlation(m, m[0])
    with pytest.raises(ValueError, match=r"pair of phases 0 to 1, got \[\(0, 2\)\]"):
        two_point_statistics(m, [(0, 2)])
    with pytest.raises(ValueError, match=r"at least one pair"):
        two_point_statistics(m, [])
    with pytest.raises(ValueError, match=r"a dimension of phases before 2 of space, got \(4, 4\)"):
        two_point_statistics(m[0], [(0, 0)])
    with pytest.raises(ValueError, match=r"bool of spatial shape \(4, 4\), got torch\.float64"):
        autocorrelation(m, mask=mask.double())
    with pytest.raises(
        ValueError, match=r"mask of shape \(3, 4, 4\) does not fit phases of shape \(2, 4, 4\)"
    ):
        autocorrelation(m, mask=torch.ones(3, 4, 4, dtype=torch.bool))
    mask[1] = False
    with pytest.raises(LatentlabError, match=r"leaves an image without a pixel that counts"):
        autocorrelation(m, periodic=False, mask=mask)
