"""Restored images: ground truth, input and what the model makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.digits.figures.panels import as_shown, label_row, show
from latentlab.studies.microscopy.evaluation_file import read_arrays

ROWS = ("example_target", "example_input", "example_restored")


def draw_restored(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One test image of each digit in three rows, a block for each run: denoising, colourisation."""
    runs = spec["runs"]
    figure = Figure(figsize=(WIDTH_INCHES, 2.15 * len(runs)), layout="constrained")
    for block, run in zip(np.atleast_1d(figure.subfigures(len(runs), 1)), runs, strict=True):
        path = inputs.evaluations[run]
        images = [as_shown(each) for each in read_arrays(path, *ROWS)]
        coloured = images[0].ndim == 4
        names = (
            ("ground truth", "grey input", "predicted") if coloured else ("ground truth", "noisy input", "AE")
        )
        for row, name, shown in zip(block.subplots(3, len(images[0])), names, images, strict=True):
            for axis, image in zip(row, shown, strict=True):
                show(axis, image)
            label_row(row[0], name)
        block.suptitle(f"{run}: {_score(read_summary(path))}", fontsize=8)
    return figure


def _score(summary: Mapping[str, float]) -> str:
    """The run's score over all test images, in words."""
    if "psnr" in summary:
        return f"PSNR {summary['psnr']:.1f} dB over all test images"
    return f"right colour in {summary['colour_right']:.0f} % of all test images"
