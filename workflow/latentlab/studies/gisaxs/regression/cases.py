"""Measured patterns for calibration and evaluation: exact patterns, counted at a budget, with moved gaps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from latentlab.artifacts import read_artifact
from latentlab.studies.gisaxs.parameter_space.binned_factors import KIND
from latentlab.studies.gisaxs.regression.measurements import moving_gaps
from latentlab.training.seeds import mixed_seed


@dataclass(frozen=True)
class ExactPatterns:
    """shares float32 (n, side, side), of sum 1; parameters float64 (n, 4); gaps bool (side, side)."""

    shares: torch.Tensor
    parameters: np.ndarray
    gaps: torch.Tensor


def read_exact(path: Path | str, split: str) -> ExactPatterns:
    """The "evaluation" or "calibration" patterns of stage gisaxs_continuous."""
    shapes = {
        f"{split}/intensity": (None, None, None),
        f"{split}/parameters": (None, 4),
        "gaps": (None, None),
    }
    with read_artifact(path, kind=KIND, datasets=shapes) as file:
        images = torch.from_numpy(file[f"{split}/intensity"][()])
        parameters, gaps = file[f"{split}/parameters"][()], torch.from_numpy(file["gaps"][()])
    return ExactPatterns(images / images.sum(dim=(1, 2), keepdim=True), parameters, gaps)


def counted(patterns: ExactPatterns, photons: float, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Counts float32 and gaps bool, (n, side, side) each; each pattern's gaps are moved at random."""
    mixed = mixed_seed(seed, round(1000 * np.log10(photons)))
    masks = moving_gaps(patterns.gaps, len(patterns.shares), np.random.default_rng(mixed), 0.0)
    expected = (patterns.shares * photons).masked_fill(masks, 0.0)
    return torch.poisson(expected, generator=torch.Generator().manual_seed(mixed)), masks
