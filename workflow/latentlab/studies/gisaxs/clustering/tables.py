"""The clustering's tables: 4.16, 4.17, 4.19 and 4.20 beside the thesis's, and the scores of every method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.shown_table import ShownTable
from latentlab.studies.gisaxs.clustering.measured import Measured, Row, data_of, seeds_note, shown
from latentlab.studies.gisaxs.clustering.metric_names import THESIS, of_method
from latentlab.studies.gisaxs.clustering.thesis_tables import class_table, k_sparse_table, lsrae_table
from latentlab.studies.gisaxs.clustering.thesis_tables import pattern_table as patterns_of_clusters
from latentlab.studies.gisaxs.clustering.titles import method_title

FITTED = {
    "units_active": "active",
    "eta_r": "R explained",
    "p_eta_r": "p",
    "null_highest_eta_r": "by chance, at most",
    "eta_omega": "omega/D explained",
    "p_eta_omega": "p",
    "eta_d": "D explained",
    "p_eta_d": "p",
    "purity_omega": "purity in omega/D",
    "p_purity_omega": "p",
    "nmi_cells": "NMI with cells",
    "p_nmi_cells": "p",
    "ari_cells": "ARI with cells",
}
HELD_OUT = {
    "held_out_units": "clusters used",
    "held_out_purity_omega": "purity in omega/D",
    "held_out_eta_r": "R explained",
    "held_out_bound_r": "most that is possible",
    "held_out_eta_omega": "omega/D explained",
}
NOTE = (
    "Explained: share of the variance between clusters. Cells: omega/D x quartiles of R. p: share of "
    "shuffles that "
    "score as high; by chance, at most: upper end of the central 95 % of the shuffles. Possible: what as "
    "many "
    "clusters can explain at most if none mixes the two omega/D. Held out: fitted to D = 10.0 and 10.4 nm, "
    "used on "
    "10.2 nm."
)


def clustering_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """The table that `spec["show"]` names; `spec["clusters"]` are the methods that it shows, {input:
    [method]}.

    Raises
    ------
    ValueError : there is no such table.
    """
    match spec["show"]:
        case "lsrae":
            return lsrae_table(inputs, spec)
        case "k-sparse":
            return k_sparse_table(inputs, spec)
        case "patterns":
            return patterns_of_clusters(inputs, spec)
        case "classes":
            return class_table(inputs, spec)
        case "scores":
            return score_table(inputs, spec)
        case other:
            raise ValueError(f"show is '{other}', expected lsrae, k-sparse, patterns, classes or scores")


def score_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Every method: on all patterns with its permutation tests, and on the held-out distance."""
    thesis = Measured(inputs.artifacts[THESIS])
    names = {"input": "z_hat of the thesis", "method": "table 4.19 as printed"}
    rows: list[Row] = [{**names, **{name: thesis(name) for name in FITTED}}]
    held_out: list[Row] = [{name: float("nan") for name in HELD_OUT}]
    first = None
    for name, methods in spec["clusters"].items():
        found = Measured(inputs.artifacts[name])
        first = first or found
        for method in methods:
            names, ending = {"input": found.title, "method": method_title(method)}, of_method("", method)
            rows.append({**names, **{metric: found(metric, ending) for metric in FITTED}})
            held_out.append({metric: found(metric, ending) for metric in HELD_OUT})
    both = [{**row, **other} for row, other in zip(rows, held_out, strict=True)]
    named = [
        {"input": row["input"], "method": row["method"], **other}
        for row, other in zip(rows, held_out, strict=True)
    ]
    parts = (
        shown(rows, FITTED, "all patterns, as in the thesis"),
        shown(named[1:], HELD_OUT, "the held-out distance"),
    )
    return ShownTable(data_of(both), parts, f"{seeds_note(first) if first else ''} {NOTE}".strip())
