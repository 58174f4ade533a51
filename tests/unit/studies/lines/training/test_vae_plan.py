"""Batches and learning rates of a VAE's training."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.micro_vae import Images, micro_record

from latentlab.studies.lines.training.plan import WARM_UP, EpochBatches, learning_rate_factor
from latentlab.training.loader import loader


@pytest.mark.parametrize("steps", [1, 9, 10, 70, 30_000])
def test_halved_for_the_last_tenth(steps: int) -> None:
    record = micro_record(schedule="halved")
    factors = [learning_rate_factor(record, steps, step) for step in range(steps)]
    assert factors == sorted(factors, reverse=True)
    assert set(factors) <= {1.0, 0.5}
    assert factors.count(0.5) == steps // 10


@given(steps=st.integers(1, 3000))
@settings(max_examples=30, deadline=None)
def test_one_cycle_rises_and_falls_to_nothing(steps: int) -> None:
    factors = [learning_rate_factor(micro_record(), steps, step) for step in range(steps + 1)]
    rise = max(1, min(WARM_UP, steps // 10))
    assert all(0 <= factor <= 1 for factor in factors)
    assert max(factors) > 0.96
    assert factors[0] == pytest.approx(1 / rise)
    assert all(a < b for a, b in itertools.pairwise(factors[: rise - 1]))
    assert all(a > b for a, b in itertools.pairwise(factors[rise - 1 :]))
    assert factors[-1] == pytest.approx(0, abs=1e-12)
    half = steps // 2
    if steps % 2 == 0 and half >= rise:
        assert factors[half] == pytest.approx(0.5)


@given(length=st.integers(1, 60), batch=st.integers(1, 12), seed=st.integers(0, 99), epoch=st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_batches_of_an_epoch(length: int, batch: int, seed: int, epoch: int) -> None:
    batches = EpochBatches(length, batch, seed)
    batches.set_epoch(epoch)
    found = list(batches)
    assert len(found) == len(batches) == length // batch
    assert all(len(part) == batch for part in found)
    indices = list(itertools.chain(*found))
    assert len(set(indices)) == len(indices)
    assert set(indices) <= set(range(length))
    assert list(batches) == found  # read twice, the same


def test_every_epoch_and_seed_has_its_own_order() -> None:
    orders = []
    for seed, epoch in ((1, 0), (1, 1), (2, 0), (2, 1)):
        batches = EpochBatches(24, 8, seed)
        batches.set_epoch(epoch)
        orders.append(tuple(itertools.chain(*batches)))
    assert len(set(orders)) == 4
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(24))}


def test_a_loader_moves_no_generator_and_gives_whole_batches() -> None:
    images = torch.arange(6.0).view(6, 1, 1)
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    found = [batch.flatten().tolist() for batch in loader(Images(images), [[2, 0], [5, 1, 3]], 0)]
    assert found == [[2, 0], [5, 1, 3]]
    assert torch.equal(torch.rand(1), expected)
