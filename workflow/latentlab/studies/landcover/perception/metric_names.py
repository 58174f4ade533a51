"""Which metrics of likeness are measured, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from latentlab.studies.landcover.perception.constructed import CONSTRUCTED
from latentlab.studies.landcover.perception.measures import MEASURES

HIGHER_IS_BETTER = ("ssim", "ms_ssim", "haarpsi", "edge_correlation", "channel_correlation")
RANKED = ("mae", "ssim", "ms_ssim", *MEASURES)  # each says which of two pictures is more like a third
OTHERS = ("sharpness", "cover_correlation")
# Measured among the answers of the reconstruction: these measures of these constructed pictures
OF_RECONSTRUCTION, KNOWN = ("mae", "ssim", "ms_ssim"), ("mean_colour", "mean_image")


def measures(record: Mapping[str, Any]) -> bool:
    """Whether a run is measured: the measures are of colour pictures, and not of eight bands."""
    return record["restores"] == "rgb"


def metrics(record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives.

    Its mae, ssim and ms_ssim are among those of the reconstruction.
    """
    return {*MEASURES, *OTHERS} if measures(record) else set()


def answers(sizes: Sequence[str]) -> set[str]:
    """Metrics of the tiles, the keys of the summary that `answers.answers` gives."""
    found = {
        f"{measure}_{name}"
        for measure in (*RANKED, *OTHERS)
        for name in CONSTRUCTED
        if name not in KNOWN or measure not in OF_RECONSTRUCTION
    }
    return found | {f"{measure}_prefers_inverted" for measure in RANKED} | {"cover_correlation_truth"}
