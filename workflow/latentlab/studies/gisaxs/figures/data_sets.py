"""The figures of the data sets: example patterns, clean, with gaps, with noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.figures.patterns import angles_extent, examples
from latentlab.studies.gisaxs.patterns import StoredPatterns


def draw_examples(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The examples as a model would get them: `input`, `noise`, `photons` and `seed` as in a run's record."""
    path = inputs.artifacts["examples"]
    patterns = StoredPatterns(path, "examples")
    with read_artifact(path, kind="patterns") as file:
        extent = angles_extent(file["examples/alpha_f"][()], file["examples/two_theta_f"][()])
    noise = spec.get("noise", [])
    record = {
        "input": spec.get("input", "clean"),
        "target": "clean",
        "noise": noise,
        "photons": spec["photons"],
        "seed": spec["seed"],
    }
    measured, _ = evaluation_batch(patterns, record)
    gaps = patterns.gaps.numpy() if record["input"] == "gaps" else None
    return examples(measured[:, 0].numpy(), patterns.parameters, extent, gaps)
