"""Augmentation: named by (epoch, index) alone, gaps before noise, targets without noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader

from latentlab.scattering.noise import NOISES
from latentlab.studies.gisaxs import augmentation as data
from latentlab.studies.gisaxs.augmentation import (
    EVALUATION_EPOCH,
    AugmentedPatterns,
    EpochSampler,
    evaluation_batch,
)
from latentlab.studies.gisaxs.intensity import IntensityTransform

RAW = IntensityTransform("raw", 1.0)


@pytest.fixture
def dataset(make_patterns: Callable, make_record: Callable) -> Callable[..., AugmentedPatterns]:
    """(keys of the record) -> augmented patterns in raw intensity; 6 patterns."""
    return lambda **keys: AugmentedPatterns(make_patterns(6, 0), make_record(**keys), RAW)


def is_clean(samples: AugmentedPatterns, image: torch.Tensor, index: int) -> bool:
    return torch.equal(image[0], samples.patterns.clean(index))


def test_shapes_and_length(dataset: Callable) -> None:
    samples = dataset()
    measured, target = samples[(0, 2)]
    assert len(samples) == 6
    for image in (measured, target):
        assert (image.shape, image.dtype) == ((1, 64, 64), torch.float32)


@pytest.mark.parametrize("noise", sorted(NOISES))
def test_same_key_same_sample_other_epoch_other_noise(dataset: Callable, noise: str) -> None:
    keys = {"noise": [noise], "photons": 1e4 if noise == "counting" else None}
    first, again = dataset(**keys), dataset(**keys)
    measured = first[(3, 1)][0]
    assert torch.equal(measured, first[(3, 1)][0])
    assert torch.equal(measured, again[(3, 1)][0])
    assert not torch.equal(measured, first[(4, 1)][0])
    assert not torch.equal(measured, dataset(**keys, seed=4)[(3, 1)][0])


def test_other_index_other_noise(make_patterns: Callable, make_record: Callable) -> None:
    patterns = make_patterns(2, 0)
    patterns.images[1] = patterns.images[0]
    samples = AugmentedPatterns(patterns, make_record(noise=["bernoulli"]), RAW)
    assert not torch.equal(samples[(0, 0)][0], samples[(0, 1)][0])


def test_a_sample_does_not_depend_on_order_or_global_state(dataset: Callable) -> None:
    samples = dataset()
    forward = [samples[(1, index)][0] for index in range(6)]
    torch.manual_seed(123)
    backward = [samples[(1, index)][0] for index in reversed(range(6))][::-1]
    assert all(torch.equal(a, b) for a, b in zip(forward, backward, strict=True))


def test_samples_leave_the_global_generator_alone(dataset: Callable) -> None:
    before = torch.get_rng_state()
    dataset()[(0, 0)]
    assert torch.equal(torch.get_rng_state(), before)


def test_samples_do_not_depend_on_the_number_of_workers(dataset: Callable) -> None:
    samples = dataset(noise=["bernoulli", "awgn-at-mean"])
    epochs = {}
    for workers in (0, 2):
        sampler = EpochSampler(len(samples), seed=3)
        sampler.set_epoch(5)
        loader = DataLoader(samples, batch_size=4, sampler=sampler, num_workers=workers)
        epochs[workers] = [torch.cat(pairs) for pairs in zip(*loader, strict=True)]
    for one, two in zip(epochs[0], epochs[2], strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize(
    ("side_in", "side_out", "gaps_in", "gaps_out"),
    [("clean", "clean", False, False), ("gaps", "clean", True, False), ("gaps", "gaps", True, True)],
)
def test_gaps_where_the_record_says(
    dataset: Callable, side_in: str, side_out: str, gaps_in: bool, gaps_out: bool
) -> None:
    samples = dataset(noise=[], input=side_in, target=side_out)
    measured, target = samples[(0, 0)]
    gapped = samples.patterns.clean(0).masked_fill(samples.patterns.gaps, 0.0)
    for image, gaps in ((measured, gaps_in), (target, gaps_out)):
        assert torch.equal(image[0], gapped) == gaps
        assert is_clean(samples, image, 0) != gaps


def test_the_patterns_themselves_stay_clean(dataset: Callable) -> None:
    samples = dataset()
    before = samples.patterns.images.clone()
    for index in range(6):
        samples[(0, index)]
    assert torch.equal(samples.patterns.images, before)


def test_gaps_come_before_noise(dataset: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.Tensor] = []

    def spy(image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        seen.append(image)
        return image + 10.0

    monkeypatch.setattr(data, "NOISES", {"bernoulli": spy})
    samples = dataset(noise=["bernoulli"], input="gaps")
    measured, target = samples[(0, 0)]
    gapped = samples.patterns.clean(0).masked_fill(samples.patterns.gaps, 0.0)
    assert torch.equal(seen[0][0], gapped)
    assert torch.equal(measured[0], gapped + 10.0)  # the noise covers the gaps, and nothing follows it
    assert is_clean(samples, target, 0)


def test_additive_noise_covers_the_gaps(dataset: Callable) -> None:
    samples = dataset(noise=["awgn-at-mean"], input="gaps")
    assert bool((samples[(0, 0)][0][0][samples.patterns.gaps] > 0).any())


def test_the_noises_drawn_are_the_named_ones(dataset: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def spy(name: str) -> Callable[..., torch.Tensor]:
        def noise(image: torch.Tensor, generator: torch.Generator, **options: Any) -> torch.Tensor:
            assert options == ({"photons": 50.0} if name == "counting" else {})
            drawn.append(name)
            return image

        return noise

    monkeypatch.setattr(data, "NOISES", {name: spy(name) for name in NOISES})
    samples = dataset(noise=["counting", "bernoulli"], photons=50.0)
    for epoch in range(10):
        for index in range(6):
            samples[(epoch, index)]
    assert len(drawn) == 60  # one a sample
    assert set(drawn) == {"counting", "bernoulli"}
    assert 15 < drawn.count("bernoulli") < 45


@pytest.mark.parametrize("noise", sorted(NOISES))
@pytest.mark.parametrize("side", ["clean", "gaps"])
def test_the_target_is_never_noisy(dataset: Callable, noise: str, side: str) -> None:
    keys = {"noise": [noise], "photons": 1e4 if noise == "counting" else None}
    samples = dataset(input="gaps", target=side, **keys)
    expected = dataset(input="gaps", target=side, noise=[])
    for index in range(3):
        assert torch.equal(samples[(0, index)][1], expected[(0, index)][1])
        assert not torch.equal(samples[(0, index)][0], expected[(0, index)][0])


def test_the_transform_comes_last(make_patterns: Callable, make_record: Callable) -> None:
    transform = IntensityTransform("log", 1.0)
    samples = AugmentedPatterns(make_patterns(2, 0), make_record(), transform)
    for scaled, raw in zip(samples[(2, 1)], samples.raw(2, 1), strict=True):
        assert torch.equal(scaled, transform.forward(raw))


def test_moving_gaps_move_in_training_and_stand_still_in_evaluation(dataset: Callable) -> None:
    samples = dataset(input="moving-gaps", noise=[])
    count = int(samples.patterns.gaps.sum())
    places = []
    for epoch in range(4):
        gaps = samples[(epoch, 0)][0][0] == 0
        assert int(gaps.sum()) == count
        assert torch.equal(samples[(epoch, 0)][0], samples[(epoch, 0)][0])
        places.append(gaps)
    assert not torch.equal(places[0], places[1])
    assert torch.equal(samples[(EVALUATION_EPOCH, 0)][0][0] == 0, samples.patterns.gaps)


def test_sampler_permutes_by_epoch() -> None:
    sampler = EpochSampler(20, seed=1)
    orders = []
    for epoch in (0, 1, 0):
        sampler.set_epoch(epoch)
        keys = list(sampler)
        assert [key[0] for key in keys] == [epoch] * 20
        assert sorted(key[1] for key in keys) == list(range(20))
        orders.append([key[1] for key in keys])
    assert orders[0] == orders[2] != orders[1]
    assert orders[0] != list(range(20))
    assert len(sampler) == 20
    assert [key[1] for key in EpochSampler(20, seed=2)] != orders[0]
    assert [key[1] for key in EpochSampler(5, seed=2, shuffle=False)] == [0, 1, 2, 3, 4]


def test_evaluation_batch_is_fixed(make_patterns: Callable, make_record: Callable) -> None:
    patterns, record = make_patterns(4, 0), make_record(noise=["bernoulli"], intensity="log")
    measured, target = evaluation_batch(patterns, record)
    assert measured.shape == target.shape == (4, 1, 64, 64)
    assert torch.equal(measured, evaluation_batch(patterns, record)[0])
    assert torch.equal(target[:, 0], patterns.images)  # raw intensity, whatever the model sees
    samples = AugmentedPatterns(patterns, record, RAW)
    assert torch.equal(measured[2], samples[(EVALUATION_EPOCH, 2)][0])
