"""The artifact of patterns that a denoiser restored: images, metrics, and intervals of their means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch

from latentlab.artifacts import create_images, create_nxdata, write_artifact
from latentlab.metrics import image_metrics
from latentlab.studies.gisaxs.patterns import Patterns

KIND = "restored-patterns"
RESAMPLES = 2000
PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True)
class RestoredSet:
    """Patterns of a split, raw intensity, float32 (n, 1, side, side), and metrics, one value per pattern."""

    measured: torch.Tensor
    target: torch.Tensor
    restored: torch.Tensor
    metrics: dict[str, torch.Tensor]


def restored_set(
    patterns: Patterns,
    measured: torch.Tensor,
    target: torch.Tensor,
    restored: torch.Tensor,
    **others: torch.Tensor,
) -> RestoredSet:
    """The set with the metrics of `metrics.image_metrics`, and `others`, one value per pattern."""
    metrics = image_metrics(restored, target, patterns.gaps if patterns.gaps.any() else None)
    return RestoredSet(measured, target, restored, {**metrics, **others})


def means_with_intervals(metrics: Mapping[str, torch.Tensor]) -> dict[str, float]:
    """Mean of each metric over the patterns, and its 95 % bootstrap interval as <metric>_low, <metric>_high.

    The interval says how much the choice of the test patterns matters, not how much the training's seed does.
    All metrics use the same resamples (seed 0).
    """
    count = len(next(iter(metrics.values())))
    rows = np.random.default_rng(0).integers(count, size=(RESAMPLES, count))
    summary = {}
    for name, values in metrics.items():
        numbers = values.double().numpy()
        low, high = np.percentile(numbers[rows].mean(axis=1), PERCENTILES)
        summary |= {name: float(numbers.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}
    return summary


def write_restored(
    path: Path | str,
    splits: Mapping[str, RestoredSet],
    record: Mapping[str, Any],
    *,
    gaps: torch.Tensor,
    more: Mapping[str, float],
    rule: str,
    inputs: Sequence[Path | str],
    code: str,
) -> None:
    """Write the artifact; its summary has the means over the split "test", and `more`.

    Parameters
    ----------
    splits : "test" and others, by name. gaps : bool (side, side).
    rule, inputs, code : as `artifacts.write_artifact` takes them.
    """
    summary = {**means_with_intervals(splits["test"].metrics), **more}
    provenance = {"rule": rule, "record": record, "inputs": inputs, "code": code, "summary": summary}
    with write_artifact(path, kind=KIND, **provenance) as file:
        file["gaps"] = gaps.numpy()
        for name, split in splits.items():
            _write_split(file, name, split)


def _write_split(file: h5py.File, name: str, split: RestoredSet) -> None:
    axes = [(axis, np.arange(size), "") for axis, size in zip("nyx", split.target[:, 0].shape, strict=True)]
    group = create_nxdata(file, name, signal="restored", axes=axes, default=name == "test")
    for part in ("restored", "measured", "target"):
        images = getattr(split, part)[:, 0]
        create_images(group, part, images.shape, units="raw intensity")[...] = images.numpy()
    metrics = group.create_group("metrics")
    for metric, values in split.metrics.items():
        metrics[metric] = values.numpy()
