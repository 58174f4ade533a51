"""Which metrics the artifacts of the denoisers and of the transitions carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from latentlab.studies.gisaxs.denoising.settings import TEST_INPUT
from latentlab.studies.gisaxs.metric_names import IMAGE_METRICS

REFERENCES = {  # what needs no network, and its title
    "noisy_input": "the noisy input itself",
    "interpolated_input": "the noisy input, gaps interpolated",
    "nearest_pattern": "nearest training pattern",
}
OF_CODED = ("bpp_file", "bpp_streams", "latent_mse")


def subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """By subject, the metrics in its artifact's summary."""
    part = study["denoising"]
    networks = _with_intervals(IMAGE_METRICS) | {"parameters"}
    transitions = _with_intervals([*IMAGE_METRICS, *OF_CODED]) | {"parameters"}
    references = _with_intervals(f"{metric}_{name}" for metric in IMAGE_METRICS for name in REFERENCES)
    return {
        **dict.fromkeys(part["networks"], networks),
        **dict.fromkeys(part["transitions"], transitions),
        TEST_INPUT: references,
    }


def _with_intervals(metrics: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{metric}{end}" for metric in metrics for end in ("", "_low", "_high"))
