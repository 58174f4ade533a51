"""Batches for training and evaluation: clean patterns in, augmented (input, target) pairs out.

A sample is identified by (epoch, index), and all its randomness is drawn from (seed, epoch, index): the
same record gives the same batches for any number of workers, also after a resume.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset, Sampler

from latentlab.scattering.noise import NOISES
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns

EVALUATION_EPOCH = 2**31 - 1  # epoch number that gives the fixed noise of evaluations


class AugmentedPatterns(Dataset):
    """(input, target) pairs in a model's intensity scale, gaps and noise added on the fly.

    Order as in the thesis (A.1.7): gaps first, then noise over the whole image; then the intensity
    transform. The target is clean, or has the gaps if the record says so; it never has noise.

    Parameters
    ----------
    patterns : clean patterns in raw intensity, with the detector's gaps.
    record : a run's record (`input`, `target`, `noise`, `photons`, `seed` are used).
    transform : intensity transform of the model.
    """

    def __init__(self, patterns: Patterns, record: Mapping[str, Any], transform: IntensityTransform) -> None:
        self.patterns = patterns
        self.transform = transform
        self.input = record["input"]
        self.gaps_out = record["target"] == "gaps"
        self.noises = list(record["noise"])
        self.photons = record["photons"]
        self.seed = record["seed"]

    def __len__(self) -> int:
        return len(self.patterns)

    def __getitem__(self, key: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Sample `index` as augmented in `epoch`: two float32 (1, side, side)."""
        epoch, index = key
        measured, target = self.raw(epoch, index)
        return self.transform.forward(measured), self.transform.forward(target)

    def raw(self, epoch: int, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The same sample in raw intensity, before the transform."""
        generator = self._generator(epoch, index)
        clean = self.patterns.clean(index).unsqueeze(0)
        gapped = clean.masked_fill(self._gaps(epoch, generator), 0.0)
        measured = clean if self.input == "clean" else gapped
        if self.noises:
            measured = self._noisy(measured, generator)
        return measured, gapped if self.gaps_out else clean

    def _generator(self, epoch: int, index: int) -> torch.Generator:
        state = np.random.SeedSequence([self.seed, epoch, index]).generate_state(1, np.uint64)
        return torch.Generator().manual_seed(int(state[0] >> np.uint64(1)))

    def _gaps(self, epoch: int, generator: torch.Generator) -> torch.Tensor:
        """The gaps; with "moving-gaps" rolled at random in training, so that no position is learnt."""
        gaps = self.patterns.gaps
        if self.input != "moving-gaps" or epoch == EVALUATION_EPOCH:
            return gaps
        shifts = [int(torch.randint(side, (1,), generator=generator)) for side in gaps.shape]
        return torch.roll(gaps, shifts, dims=(0, 1))

    def _noisy(self, image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        name = self.noises[int(torch.randint(len(self.noises), (1,), generator=generator))]
        options = {"photons": self.photons} if name == "counting" else {}
        return NOISES[name](image, generator=generator, **options)


class EpochSampler(Sampler[tuple[int, int]]):
    """Yields (epoch, index), shuffled by (seed, epoch); the trainer sets the epoch."""

    def __init__(self, length: int, seed: int, shuffle: bool = True) -> None:
        self.length, self.seed, self.shuffle, self.epoch = length, seed, shuffle, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer before each epoch, also after a resume."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[tuple[int, int]]:
        order: Sequence[int] = range(self.length)
        if self.shuffle:
            order = np.random.default_rng([self.seed, self.epoch]).permutation(self.length).tolist()
        return ((self.epoch, int(index)) for index in order)


def evaluation_batch(patterns: Patterns, record: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """The fixed noisy copy of a set for evaluation: input and target, float32 (n, 1, side, side), raw."""
    augmented = AugmentedPatterns(patterns, record, IntensityTransform("raw", 1.0))
    pairs = [augmented.raw(EVALUATION_EPOCH, index) for index in range(len(patterns))]
    return torch.stack([pair[0] for pair in pairs]), torch.stack([pair[1] for pair in pairs])
