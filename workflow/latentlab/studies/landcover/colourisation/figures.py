"""Grey tiles, their colours by several methods, and the true ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import read_arrays
from latentlab.studies.landcover.generation.panels import name_row, show
from latentlab.studies.landcover.judging import TILES

ROWS = {  # answers, and their names
    "grey": "grey: what is given",
    "luminance_chroma": "by luminance",
    "neighbour_chroma": "by like tiles",
    "ridge_chroma": "ridge regression",
}


def draw_colourisation(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One row a method, one column a test tile; the mean distance of colours at the left."""
    answers = read_summary(inputs.artifacts[TILES])
    rows = []
    for name, title in ROWS.items():
        (pictures,) = read_arrays(inputs.artifacts[TILES], f"colourisation/{name}")
        rows.append((f"{title}\n{answers[f'chroma_error_{name}']:.1f}", pictures))
    path = inputs.evaluations[spec["run"]]
    (pictures,) = read_arrays(path, "colourisation/predicted")
    rows.append((f"network\n{read_summary(path)['chroma_error']:.1f}", pictures))
    (truth,) = read_arrays(inputs.artifacts[TILES], "colourisation/truth")
    rows.append(("true colours", truth))
    figure = Figure(figsize=(WIDTH_INCHES, 0.8 * len(rows)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.01, hspace=0.01)
    for axes, (name, shown) in zip(figure.subplots(len(rows), len(truth), squeeze=False), rows, strict=True):
        for axis, picture in zip(axes, shown, strict=True):
            show(axis, picture)
        name_row(axes[0], name)
    return figure
