"""The thesis's tables of clustering beside ours: 4.16 LSRAE, 4.17 k-sparse, 4.19 clusters, 4.20 classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.shown_table import ShownTable, part_of
from latentlab.studies.gisaxs.clustering.clusters_file import read_clusters_file
from latentlab.studies.gisaxs.clustering.measured import Measured, Row, data_of, seeds_note, shown
from latentlab.studies.gisaxs.clustering.metric_names import THESIS, of_method
from latentlab.studies.gisaxs.clustering.thesis_clusters import COLUMNS
from latentlab.studies.gisaxs.clustering.titles import TARGET_TITLES, method_title

THESIS_WORD = "thesis"
LOSSES = {
    "loss": "loss",
    "mse": "mse",
    "cross_entropy": "label_loss",
    "sparse_loss": "sparse_loss",
}  # of 4.16
OF_TARGETS = {  # the thesis's word for each target of table 4.20
    "radius": "R+sigma",
    "distance": "D",
    "omega": "omega",
    "distance_omega": "D+omega",
    "all": "all",
}


def lsrae_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Table 4.16: the losses of the LSRAE of each input of `spec["clusters"]`."""
    reported = inputs.document.iloc[0]
    rows: list[Row] = [{"input": THESIS_WORD, **{name: float(reported[name]) for name in LOSSES}}]
    rows[0]["epochs"] = int(reported["epochs"])
    found = [Measured(inputs.artifacts[name]) for name in spec["clusters"]]
    for measured in found:
        row: Row = {"input": measured.title}
        row |= {shown_as: measured(metric, "_lsrae") for shown_as, metric in LOSSES.items()}
        row["epochs"] = measured.record["epochs"]["lsrae"]
        row["relative_mse"], row["accuracy"] = (
            measured(name, "_lsrae") for name in ("relative_mse", "accuracy")
        )
        row["distinct_vectors"] = measured("distinct_vectors")
        rows.append(row)
    headings = {
        "mse": "MSE",
        "cross_entropy": "cross-entropy",
        "sparse_loss": "sparse loss",
        "relative_mse": "MSE over that of the mean vector",
        "accuracy": "share of labels that are right",
        "distinct_vectors": "input vectors that differ (of 158)",
    }
    note = (
        f"{seeds_note(found[0])} The thesis's loss is MSE + 0.1 cross-entropy to the last digit: the sparse "
        f"loss has no "
        "visible part in it; ours has the weight 0.0001. If all 158 labels are equally probable the "
        "cross-entropy is "
        "5.063."
    )
    return ShownTable(data_of(rows), (shown(rows, headings, whole=("epochs",)),), note)


def k_sparse_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Table 4.17: the trainings of the k-sparse autoencoders of `spec["clusters"]`."""
    reported = inputs.document.iloc[0]
    rows: list[Row] = [
        {
            "input": THESIS_WORD,
            "method": method_title("k-sparse"),
            "scaling": int(reported["scaling_epochs"]),
            "epochs": int(reported["epochs"]),
            "val_loss": float(reported["val_loss"]),
            "train_loss": float(reported["train_loss"]),
        }
    ]
    found = {name: Measured(inputs.artifacts[name]) for name in spec["clusters"]}
    for name, methods in spec["clusters"].items():
        for method in methods:
            how, epochs = found[name].record["methods"][method], found[name].record["epochs"]["k_sparse"]
            row = {
                "input": found[name].title,
                "method": method_title(method),
                "scaling": int(epochs * how.get("decrease", 0.5)),
                "epochs": epochs,
            }
            for metric in ("val_loss", "train_loss", "relative_loss", "learning_rate_end", "units_active"):
                row[metric] = found[name](metric, of_method("", method))
            rows.append(row)
    headings = {
        "scaling": "epochs in which k falls to 1",
        "val_loss": "validation loss",
        "train_loss": "training loss",
        "relative_loss": "validation loss over that of the mean vector",
        "learning_rate_end": "learning rate at the end",
        "units_active": "active neurons (of 158)",
    }
    note = (
        f"{seeds_note(next(iter(found.values())))} The patterns are not split here, as in the thesis: the "
        f"validation "
        "loss is that of the same patterns after the epoch's step. Losses of different inputs have different "
        "units; "
        "over that of the mean vector, 1 or more says that nothing is restored."
    )
    return ShownTable(data_of(rows), (shown(rows, headings, whole=("epochs", "scaling")),), note)


def pattern_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Table 4.19: the patterns of each active neuron, the thesis's and those of `spec["clusters"]`."""
    groups = inputs.document.groupby("neuron", sort=False)
    parts = {THESIS_WORD: [_patterns_of(neuron, group[COLUMNS].to_numpy()) for neuron, group in groups]}
    for name, methods in spec["clusters"].items():
        clusters, title = read_clusters_file(inputs.artifacts[name]), Measured(inputs.artifacts[name]).title
        for method in methods:
            labels = clusters.methods[method].labels["all"][0]
            neurons, counts = np.unique(labels, return_counts=True)
            parts[f"ours: {title}, {method_title(method)}, first seed"] = [
                _patterns_of(neuron, clusters.parameters[labels == neuron])
                for neuron in neurons[np.argsort(counts, kind="stable")]
            ]
    frames = {about: pd.DataFrame(rows).fillna("") for about, rows in parts.items()}
    known = read_summary(inputs.artifacts[THESIS])
    note = (
        f"The radii R in nm of each neuron's patterns; sigma/R is 0.3 everywhere. The thesis's table as "
        f"transcribed "
        f"has {known['entries']:.0f} entries, which name {known['patterns_read']:.0f} of the 158 patterns: "
        f"{known['entries'] - known['patterns_read']:.0f} stand twice, always once in neuron 124, whose "
        f"column was "
        "misread."
    )
    data = pd.concat([frame.assign(source=about) for about, frame in frames.items()], ignore_index=True)
    shown_parts = tuple(part_of(frame, {}, about, whole=("patterns",)) for about, frame in frames.items())
    return ShownTable(data, shown_parts, note)


def _patterns_of(neuron: int, parameters: np.ndarray) -> Row:
    """A neuron's patterns, float (n, 4): the radii by D and omega/D."""
    row: Row = {"neuron": int(neuron), "patterns": len(parameters)}
    for omega in (0.1, 0.3):
        for distance in (10.0, 10.2, 10.4):
            of_both = np.isclose(parameters[:, 2], distance) & np.isclose(parameters[:, 3], omega)
            radii = " ".join(f"{radius:.1f}" for radius in np.sort(parameters[of_both, 0]))
            row[f"D {distance:.1f} nm, omega/D {omega:.1f}"] = radii
    return row


def class_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Table 4.20: the classification of the parameters from the inputs of `spec["clusters"]`."""
    document = inputs.document.set_index("parameter")
    found = [Measured(inputs.artifacts[f"{name}-classes"]) for name in spec["clusters"]]
    rows: list[Row] = []
    for target, word in OF_TARGETS.items():
        names = {"target": TARGET_TITLES[target], "classes": int(document.loc[word, "classes"])}
        equal = found[0].values[f"equal_label_loss_{target}"]
        reported = {name: float(document.loc[word, name]) for name in ("loss", "mse_loss", "label_loss")}
        rows.append({**names, "input": THESIS_WORD, **reported, "equal_label_loss": equal})
        for measured in found:
            row = {**names, "input": measured.title, "loss": measured("loss", f"_{target}")}
            row |= {
                "mse_loss": measured("mse", f"_{target}"),
                "label_loss": measured("label_loss", f"_{target}"),
            }
            row |= {"equal_label_loss": equal, "accuracy": measured("accuracy", f"_{target}")}
            row["trivial_accuracy"] = measured.values[f"trivial_accuracy_{target}"]
            row["held_out_accuracy"] = measured("held_out_accuracy", f"_{target}")
            rows.append(row)
    headings = {
        "mse_loss": "MSE",
        "label_loss": "label loss",
        "equal_label_loss": "label loss of equal probabilities",
        "accuracy": "accuracy in training",
        "trivial_accuracy": "accuracy of the most frequent class",
        "held_out_accuracy": "accuracy held out",
    }
    note = (
        f"{seeds_note(found[0])} Held out: the distance 10.2 nm for R and omega; a quarter of the patterns "
        f"for D, as "
        "each distance has to be seen; for all parameters nothing, as each pattern is a class. A label loss "
        "at that of "
        "equal probabilities says that nothing was learnt."
    )
    return ShownTable(data_of(rows), (shown(rows, headings),), note)
