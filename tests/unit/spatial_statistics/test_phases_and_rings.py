"""Local states, volume fractions and radial averages."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import LatentlabError
from latentlab.spatial_statistics import (
    autocorrelation,
    hard_phases,
    lags,
    radial_average,
    soft_phases,
    volume_fractions,
)


def test_soft_phases_by_hand() -> None:
    images = torch.tensor([[[0.0, 1.0, 0.25]]], dtype=torch.float64)
    m = soft_phases(images)
    assert m.shape == (1, 2, 1, 3)
    expected = [[1.0, math.exp(-8.0), math.exp(-0.5)], [math.exp(-8.0), 1.0, math.exp(-4.5)]]
    torch.testing.assert_close(m[0, :, 0], torch.tensor(expected, dtype=torch.float64))
    three = soft_phases(images.float().expand(2, 1, 3), states=(0.0, 0.5, 1.0), width=0.5, dims=3)
    assert three.shape == (3, 2, 1, 3)
    assert three.dtype == torch.float32
    torch.testing.assert_close(three[1, 1, 0], torch.tensor([0.5, 0.5, 0.125]).neg().exp())
    assert torch.autograd.gradcheck(soft_phases, (images.requires_grad_(True),))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), n=st.integers(1, 5), dims=st.sampled_from([2, 3]))
def test_hard_phases_partition_space(seed: int, n: int, dims: int) -> None:
    labels = torch.randint(n, (2, 3, 4, 5), generator=torch.Generator().manual_seed(seed))
    m = hard_phases(labels, n, dims)
    assert torch.equal(m.argmax(-dims - 1), labels)
    assert torch.equal(m.sum(-dims - 1), torch.ones(labels.shape))
    fractions = volume_fractions(m, dims)
    assert fractions.shape == (*labels.shape[:-dims], n)
    torch.testing.assert_close(fractions.sum(-1), torch.ones(labels.shape[:-dims]))
    torch.testing.assert_close(fractions[..., 0], (labels == 0).float().mean(tuple(range(-dims, 0))))


def test_volume_fractions_of_half_precision_are_exact() -> None:
    m = torch.zeros(300, 300, dtype=torch.float16)
    m[0, 0] = 1.0
    assert volume_fractions(m) == pytest.approx(1 / 90_000)


def test_what_phases_refuse() -> None:
    images = torch.zeros(2, 3, 3)
    with pytest.raises(LatentlabError, match=r"labels run from 0 to 2, expected phases 0 to 1"):
        hard_phases(torch.tensor([[0, 2]]), 2)
    with pytest.raises(LatentlabError, match=r"labels run from -1 to 1"):
        hard_phases(torch.tensor([[-1, 1]]), 2)
    with pytest.raises(ValueError, match=r"labels must be integers or bool, got torch.float32"):
        hard_phases(images, 2)
    with pytest.raises(ValueError, match=r"at least one state and a positive width"):
        soft_phases(images, states=())
    with pytest.raises(ValueError, match=r"positive width, got \[0.0\] and 0.0"):
        soft_phases(images, states=(0.0,), width=0.0)
    with pytest.raises(ValueError, match=r"with pixels, got shape \(2, 0, 3\)"):
        volume_fractions(images[:, :0])


@settings(max_examples=20, deadline=None)
@given(
    shape=st.one_of(st.tuples(*[st.integers(1, 12)] * 2), st.tuples(*[st.integers(1, 7)] * 3)),
    seed=st.integers(0, 999),
)
def test_rings_are_means_over_the_nearest_radius(shape: tuple[int, ...], seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    f = torch.rand(2, *shape, generator=generator, dtype=torch.float64)
    r = sum(axis.double() ** 2 for axis in torch.meshgrid(*lags(shape), indexing="ij")).sqrt()
    radii, values = radial_average(f, len(shape))
    assert radii.tolist() == list(range((min(shape) - 1) // 2 + 1))
    for radius in radii.tolist():
        ring = (r - radius).abs() < 0.5
        torch.testing.assert_close(values[:, radius], f[:, ring].mean(1))
    # no ring is cut: lags further out change none
    larger = F.pad(f, [2, 2] * len(shape), value=1e9)
    torch.testing.assert_close(radial_average(larger, len(shape))[1][:, : len(radii)], values)


@pytest.mark.parametrize("shape", [(20, 21), (9, 10, 11)])
def test_a_radial_function_is_its_radial_average(shape: tuple[int, ...]) -> None:
    r = sum(axis.double() ** 2 for axis in torch.meshgrid(*lags(shape), indexing="ij")).sqrt()
    radii, values = radial_average(torch.stack([r.round() ** 2, 3 - r]), len(shape))
    torch.testing.assert_close(values[0], radii.double() ** 2)
    assert float((values[1] - (3 - radii)).abs().max()) < 0.3  # of r itself: rings are 1 px wide
    f = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: radial_average(x, len(shape))[1], (f,), fast_mode=True)


def test_rings_leave_out_lags_without_a_pair() -> None:
    f = torch.full((5, 5), 2.0)
    f[2, 3] = math.nan
    f[0, :], f[4, :], f[:, 0], f[:, 4] = math.nan, math.nan, math.nan, math.nan
    f[2, 1] = 8.0
    f.requires_grad_(True)
    values = radial_average(f)[1]
    # ring 1: three neighbours along the axes and four diagonal ones at 1.41, of which one is 8
    torch.testing.assert_close(values, torch.tensor([2.0, (6 * 2 + 8) / 7, math.nan]), equal_nan=True)
    values[:2].sum().backward()
    assert bool(torch.isfinite(f.grad).all())


def test_an_uncorrelated_phase_has_its_squared_fraction_at_every_radius() -> None:
    m = (torch.rand(8, 64, 64, generator=torch.Generator().manual_seed(0)) < 0.3).float()
    values = radial_average(autocorrelation(m))[1].mean(0)
    assert float(values[0]) == pytest.approx(0.3, abs=0.01)
    # eight images of 4096 pixels: the fraction's own error, 2 phi sd(phi), is 0.0015
    assert float((values[1:] - 0.09).abs().max()) < 0.006
