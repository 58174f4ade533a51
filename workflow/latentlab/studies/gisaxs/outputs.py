"""Which function of the study makes each source of tables and each kind of figures, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLES = {
    "parameters": "tables.parameters",
    "experiment": "tables.experiment",
    "dataset": "tables.dataset",
    "runs": "tables.runs",
    "bytes": "tables.coded_bytes",
    "codec-comparison": "codec_comparison.tables.comparison_table",
}
FIGURES = {
    "factors": "figures.simulation.draw_factors",
    "series": "figures.simulation.draw_series",
    "examples": "figures.data_sets.draw_examples",
    "history": "figures.trained_runs.draw_history",
    "scales": "figures.trained_runs.draw_scales",
    "reconstructions": "figures.trained_runs.draw_reconstructions",
    "codec-comparison": "figures.comparison.draw_comparison",
}
SECTIONS = {
    "figures.simulation": "3 Simulation",
    "figures.data_sets": "4 Data sets",
    "figures.trained_runs": "5 Training and restoration",
    "figures.comparison": "6 Comparison of codecs",
}
TITLE, DOCUMENT = "GISAXS", "thesis"


def figure_section(name: str, spec: Mapping[str, Any]) -> str:
    """The part of the report that shows a figure."""
    return SECTIONS[FIGURES[spec["kind"]].rpartition(".")[0]]
