"""The evaluation's artifacts: all values in one, and a summary per method, which claims name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import compression, read_artifact, write_artifact
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.restoration.evaluated import Evaluation, Example
from latentlab.studies.gisaxs.restoration.measurement import Measured
from latentlab.studies.gisaxs.restoration.score_names import COVERAGES, SCORES
from latentlab.studies.gisaxs.restoration.scores import WIDTHS

KIND, SUMMARY_KIND = "restoration-evaluation", "restoration-summary"
IMAGES = ("expectation", "counts", "mask", "gaps", "expected", "deviation")


def write_evaluation(
    path: Path | str, evaluation: Evaluation, shown: Sequence[Example], **provenance: Any
) -> None:
    """Write all values and the examples; `provenance` as `artifacts.write_artifact` takes it."""
    with write_artifact(path, kind=KIND, **provenance) as file:
        file.attrs["methods"] = json.dumps(evaluation.methods)
        file["photons"] = np.array(evaluation.budgets)
        for name, values in evaluation.values.items():
            file[f"values/{name}"] = values
        file["width_squares"], file["width_pixels"] = evaluation.width_squares, evaluation.width_pixels
        for number, example in enumerate(shown):
            group = file.create_group(f"examples/{number}")
            group.attrs["photons"] = example.photons
            images = {**vars(example.measured), "expected": example.expected, "deviation": example.deviation}
            for name in IMAGES:
                group.create_dataset(name, data=images[name], **compression())


def read_evaluation(path: Path | str) -> tuple[Evaluation, list[Example]]:
    """Read what `write_evaluation` wrote; ArtifactError where it is something else or incomplete."""
    shapes = {f"values/{name}": (None, None, None) for name in (*SCORES, *COVERAGES)}
    widths = {name: (None, None, len(WIDTHS) - 1) for name in ("width_squares", "width_pixels")}
    with read_artifact(path, kind=KIND, datasets={"photons": (None,), **shapes, **widths}) as file:
        methods = json.loads(file.attrs["methods"])
        budgets = file["photons"][()].tolist()
        values = {name: file[f"values/{name}"][()] for name in (*SCORES, *COVERAGES)}
        if values[SCORES[0]].shape[:2] != (len(methods), len(budgets)):
            raise ArtifactError(
                f"{path}: dataset 'values/{SCORES[0]}' has shape {values[SCORES[0]].shape}, expected "
                f"{len(methods)} methods and {len(budgets)} budgets"
            )
        shown = []
        for number in range(len(file.get("examples", ()))):
            group = file[f"examples/{number}"]
            image = {name: group[name][()] for name in IMAGES}
            measured = Measured(*(image[name] for name in ("expectation", "counts", "mask", "gaps")))
            shown.append(
                Example(float(group.attrs["photons"]), measured, image["expected"], image["deviation"])
            )
        squares, pixels = file["width_squares"][()], file["width_pixels"][()]
    return Evaluation(methods, budgets, values, squares, pixels), shown


def write_summary(path: Path | str, summary: Mapping[str, float], **provenance: Any) -> None:
    """Write one method's medians with their intervals; `provenance` as `write_artifact` takes it."""
    with write_artifact(path, kind=SUMMARY_KIND, summary=summary, **provenance):
        pass
