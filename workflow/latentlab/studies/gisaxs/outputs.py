"""Which function of the study makes each source of tables and each kind of figures, and from what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TABLES = {
    "parameters": "tables.parameters",
    "experiment": "tables.experiment",
    "dataset": "tables.dataset",
    "runs": "tables.runs",
    "bytes": "tables.coded_bytes",
    "codec-comparison": "codec_comparison.tables.comparison_table",
    "denoisers": "denoising.tables.denoisers_table",
    "restoration": "restoration.tables.restoration_table",
    "regression": "regression.tables.regression_table",
    "clustering": "clustering.tables.clustering_table",
}
FIGURES = {
    "factors": "figures.simulation.draw_factors",
    "series": "figures.simulation.draw_series",
    "examples": "figures.data_sets.draw_examples",
    "history": "figures.trained_runs.draw_history",
    "scales": "figures.trained_runs.draw_scales",
    "reconstructions": "figures.trained_runs.draw_reconstructions",
    "codec-comparison": "figures.comparison.draw_comparison",
    "restored-patterns": "denoising.figures.draw_restored",
    "separation": "figures.separation.draw_separation",
    "restoration-budget": "figures.restoration.draw_budget",
    "restoration-gaps": "figures.restoration.draw_gaps",
    "restoration-examples": "figures.restoration.draw_examples",
    "regression": "figures.regression.draw_regression",
    "regression-coverage": "figures.regression.draw_coverage",
    "clustering": "clustering.figures.draw_clusters",
}
TITLE, DOCUMENT = "GISAXS", "thesis"
SOURCE = (
    "E. Schaefer, Using Autoencoder for Compression, Denoising, and Clustering of GISAXS Simulations Images "
    "for Au-Cluster Physics (Master's thesis, Hamburg University of Applied Sciences)"
)
SEARCHED = ("model", "loss", "intensity", "noise")  # keys of a run whose values the report's search finds


def of_document(name: str) -> bool:
    """Whether the thesis has a table or figure of this name: a number, as 4.3a."""
    return re.fullmatch(r"\d+\.\d+[a-z]?", name) is not None


def sizes(scale: Mapping[str, Any]) -> dict[str, str]:
    """The sizes of a scale that a reader has to know, in words."""
    side = scale["crop"] // scale["binning"]
    return {
        "size of a pattern": f"{side} × {side} pixels",
        "channels of the networks": "all" if scale["width"] == 1 else f"{scale['width']:g} times as many",
        "epochs": str(scale["small_epochs"]),
    }
