"""The table of architectures: the thesis's errors, weights and speed beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.of_runs import Words, runs_table
from latentlab.pipeline.tables.shown_table import ShownTable
from latentlab.studies.landcover.evaluation_file import KIND
from latentlab.studies.landcover.network.counting import THESIS, weights
from latentlab.studies.landcover.training.timing_file import read_timing

TIMING = "timing:"  # artifacts of a run's time: the run's id follows
BESIDE = ("weights_full", "images_per_second")  # further columns, which the document gives too
ALONE = ("weights", "training_seconds")
NOTE = (
    "The thesis's errors are those of satellite images at 128 x 128 px, its speed is that of an NVIDIA GTX "
    "1060; ours are those of this scale, on {devices}, and of the steps alone. For pooling (12 to 15) the "
    "finished thesis gives 0.0669 to 0.0718 without telling the narrow from the wide networks. The draft's "
    "table of architecture 7 names 8, 16 and 32 filters, but its shapes, used here, are those of 4, 8 and 16."
)


def architectures(inputs: Inputs, spec: Mapping[str, Any], words: Words) -> ShownTable:
    """A row an architecture: errors, weights and speed of the document and ours; trivial answers below.

    Parameters
    ----------
    inputs : evaluations by run; artifacts: times by "timing:<run>", all others are baselines.
    spec : the table's entry, with "rows", "titles", "columns" and "ours".

    Raises
    ------
    ConfigError : a row of the document is not found. ArtifactError : an artifact is not what it should be.
    """
    timings = {run: read_timing(inputs.artifacts[f"{TIMING}{run}"]) for run in spec["rows"]}
    more = {
        run: {
            "weights_full": _weights_full(inputs.evaluations[run]),
            "images_per_second": timing["images_per_second"],
            "training_seconds": timing["seconds"],
        }
        for run, timing in timings.items()
    }
    baselines = {name: path for name, path in inputs.artifacts.items() if not name.startswith(TIMING)}
    columns = {"columns": [*spec["columns"], *BESIDE], "ours": [*spec["ours"], *ALONE]}
    note = NOTE.format(devices=" and ".join(sorted({_device(timing) for timing in timings.values()})))
    inputs = replace(inputs, artifacts=baselines)
    return runs_table(inputs, {**spec, **columns}, words, note, kind=KIND, more=more)


def _weights_full(path: Any) -> int:
    """Weights of a run's architecture at the thesis's size."""
    with read_artifact(path, kind=KIND) as file:
        return weights(record_of(file)["layers"], **THESIS)


def _device(timing: Mapping[str, Any]) -> str:
    if timing["device"] != "cpu":
        return timing["device"]
    threads = int(timing["threads"])
    return "one thread of a processor" if threads == 1 else f"{threads} threads of a processor"
