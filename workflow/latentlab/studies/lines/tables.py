"""The lines study's tables: what each kind is made from, and the note below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import quantity
from latentlab.pipeline.tables.of_runs import Words, runs_table
from latentlab.pipeline.tables.shown_table import Cell, ShownTable, part_of, single
from latentlab.pipeline.tables.side_by_side import side_by_side
from latentlab.studies.lines.evaluation.evaluation_file import KIND, read_line_scores
from latentlab.studies.lines.judging import baseline_of
from latentlab.studies.lines.metric_names import SPACES
from latentlab.studies.lines.quantities import QUANTITIES
from latentlab.studies.lines.threshold import THRESHOLD

WORDS = Words(
    QUANTITIES,
    {
        "always_one": "commonest number, commonest orientation",
        "mean_image": "mean of the training images",
        "mean_autocorrelation": "mean autocorrelation",
        "mean_fraction": "mean volume fraction",
        "from_fraction": "read from the volume fraction alone",
        "pca": "principal components, as many as latents",
        "chance": "another image of the set",
        "by_chance": "commonest answer",
    },
    baseline_of,
)
PAIRS_NOTE = (
    f"Lines are counted as connected parts of the image after thresholding at {THRESHOLD:g}; orientation is "
    "taken from the anisotropy of the autocorrelation; the document judged both by eye. A reconstruction "
    "without any black pixel counts as a difference of 100 % of the volume fraction."
)
OVERFITTING_NOTE = (
    "An interval by bootstrap tells how large a difference is; a p-value does not: it becomes small for any "
    "difference if there are images enough."
)
SETUP = {
    "images": "images of the set",
    "side_px": "side of an image (px)",
    "training_share": "share used for training",
    "latent": "latent variables",
    "resnet_depth": "layers of the ResNet",
    "learning_rate": "learning rate",
    "batch": "images per batch",
    "beta": "beta, weight of the KL divergence",
    "threshold": "threshold of the counted images",
}
OVERFITTING = {
    "space": "space",
    "effect": "difference of the means (standard deviations)",
    "effect_low": "lower limit of its 95 % interval",
    "effect_high": "upper limit of its 95 % interval",
    "statistic": "Kolmogorov-Smirnov statistic",
    "p_value": "p-value",
}
COUNTS = {
    "lines": "lines in the original",
    "pairs": "originals",
    "reconstruction": "lines in the reconstruction (median)",
    "nearest": "lines in the nearest training image (median)",
    "nearest to reconstruction": "lines in the training image nearest to the reconstruction (median)",
}


def setup(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """The document's experimental set-up beside ours, from a run's record and its set."""
    path = inputs.evaluations[spec["run"]]
    with read_artifact(path, kind=KIND) as file:
        record = record_of(file)
    values = {
        "images": read_summary(path)["set_images"],
        "side_px": record["side"],
        "training_share": read_summary(path)["set_training_share"],
        "latent": record["latent"],
        "resnet_depth": record["depth"],
        "epochs": record["epochs"],
        "learning_rate": record["learning_rate"],
        "batch": record["batch"],
        "beta": record["beta"],
        "threshold": THRESHOLD,
    }
    ours = pd.DataFrame({"quantity": values.keys(), "value": [float(value) for value in values.values()]})
    note = (
        f"Ours: run {spec['run']}, its ResNet {record['width']} channels wide (64 is He et al.'s), from "
        "scratch; the document's is trained on ImageNet. The document gives no alpha; its public code has 1, "
        f"ours is {record['alpha']:g}. Schedule: {record['schedule']}."
    )
    data = side_by_side(inputs.document, ours, ["quantity"])
    return ShownTable(data, (part_of(data.replace({"quantity": SETUP}), {}),), note)


def runs(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Metrics of runs, from their evaluations; what needs no training stands below."""
    named = [*spec.get("columns", []), *spec.get("ours", [])]
    about_pairs = any(name.startswith(("orientation_right", "lines_right")) for name in named)
    return runs_table(inputs, spec, WORDS, PAIRS_NOTE if about_pairs else "", kind=KIND)


def counts(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Figure 3 as numbers: median number of lines found, by the number of lines in the original."""
    pairs = read_line_scores(inputs.evaluations[spec["run"]])
    true = pairs["score_true_count"]
    found = {
        "reconstruction": pairs["score_count"],
        "nearest": pairs["score_nearest_to_original"],
        "nearest to reconstruction": pairs["score_nearest_by_statistics"],
    }
    rows = []
    for lines in np.unique(true):
        medians = {name: float(np.median(values[true == lines])) for name, values in found.items()}
        rows.append({"lines": int(lines), "pairs": int((true == lines).sum()), **medians})
    data = side_by_side(inputs.document, pd.DataFrame(rows), ["lines"])
    return single(data, COUNTS, f"Ours: run {spec['run']}. Nearest: in statistics space.")


def overfitting(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Figures 4 and 5 as a test: do reconstructions of training and validation images differ?"""
    rows = []
    for run, path in inputs.evaluations.items():
        summary = read_summary(path)
        for space in SPACES:
            values = {name: summary[f"overfitting_{space}_{name}"] for name in list(OVERFITTING)[1:]}
            rows.append({"run": run, "space": space, **values})
    data = pd.DataFrame(rows)
    titled = data.assign(run=[Cell(spec["titles"][run], run) for run in data["run"]])
    return ShownTable(data, (part_of(titled, {"run": "model", **OVERFITTING}),), OVERFITTING_NOTE)


def baselines(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Phase retrieval and principal components: what the statistics alone determine."""
    metrics = {name: read_summary(path) for name, path in inputs.artifacts.items()}
    measured = {name for values in metrics.values() for name in values}
    names = sorted(measured, key=lambda name: quantity(name, QUANTITIES).heading.lower())
    rows = [{"metric": metric, **{name: metrics[name].get(metric) for name in metrics}} for metric in names]
    data = pd.DataFrame(rows)
    headings = [quantity(name, QUANTITIES).heading for name in names]
    return ShownTable(data, (part_of(data.assign(metric=headings), {"metric": "quantity"}),))
