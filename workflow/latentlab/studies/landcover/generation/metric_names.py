"""Which metrics of generated pictures are measured, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from latentlab.studies.landcover.perception.metric_names import measures

SAMPLES = ("sample_distance", "sample_sharpness")
ANSWERS = {"training_tiles": "training tiles", "blending": "pixels blended"}  # in words
PATHS = ("interpolation_unevenness", "interpolation_sharpness")


def metrics(record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives."""
    return {*SAMPLES, *PATHS} if measures(record) else set()


def answers(sizes: Sequence[str]) -> set[str]:
    """Metrics of the tiles, the keys of the summary that `answers.answers` gives, from the sizes' names."""
    known = ("training_tiles", "mean_image", *(f"pca_{size}" for size in sizes))
    return {f"{metric}_{answer}" for metric in SAMPLES for answer in known} | {
        f"{metric}_blending" for metric in PATHS
    }
