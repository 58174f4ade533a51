"""Constructed pictures and reconstructions of the same tiles, with what each measure says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import read_arrays
from latentlab.studies.landcover.generation.panels import run_name, show
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.perception.metric_names import RANKED

SHOWN = {  # constructed pictures, and their titles
    "mean_colour": "mean colour",
    "inverted": "inverted",
    "shifted": "shifted\nby a pixel",
    "noisy": "noisy",
    "blurred": "blurred",
}
WRITTEN = {  # measures, and how they are called below a picture
    "mae": "MAE",
    "ssim": "SSIM",
    "ms_ssim": "MS-SSIM",
    "gmsd": "GMSD",
    "haarpsi": "HaarPSI",
    "edge_correlation": "edges",
    "spectrum_distance": "spectrum",
}
TINY = 6.0  # pt


def draw_misleading(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One row a tile: the tile, constructed pictures, reconstructions; below each the values of measures."""
    (truth,) = read_arrays(inputs.artifacts[TILES], "perception/truth")
    columns = [("tile", truth, None)]
    for name, title in SHOWN.items():
        names = (f"perception/{name}", f"perception/{name}_values")
        columns.append((title, *read_arrays(inputs.artifacts[TILES], *names)))
    for run in spec["runs"]:
        path = inputs.evaluations[run]
        pictures = read_arrays(path, "perception/restored", "perception/restored_values")
        columns.append((run_name(path), *pictures))
    figure = Figure(figsize=(WIDTH_INCHES, len(truth) * 1.75 + 0.25), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.02, wspace=0.02, hspace=0.02)
    for tile, axes in enumerate(figure.subplots(len(truth), len(columns), squeeze=False)):
        for axis, (title, pictures, values) in zip(axes, columns, strict=True):
            show(axis, pictures[tile])
            if tile == 0:
                axis.set_title(title, fontsize=TINY)
            by_name = None if values is None else dict(zip(RANKED, values[tile], strict=True))
            lines = [
                f"{name} {by_name[measure]:.2f}" if by_name else name for measure, name in WRITTEN.items()
            ]
            axis.set_xlabel("\n".join(lines), fontsize=TINY, labelpad=2)
    return figure
