"""The lines study's figures: what each kind draws from the evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import quantity
from latentlab.studies.lines.evaluation.evaluation_file import (
    BASELINES,
    KIND,
    read_group,
    read_line_scores,
)
from latentlab.studies.lines.figures.counts import line_counts
from latentlab.studies.lines.figures.fractions import fraction_histogram
from latentlab.studies.lines.figures.grids import retrieval_grid
from latentlab.studies.lines.figures.judgement import LINE_SCORES, run_verdict, trivial_value, variety
from latentlab.studies.lines.figures.latents import prior_samples, shift_invariance, traversal
from latentlab.studies.lines.figures.overfitting import mean_error_distributions
from latentlab.studies.lines.figures.panels import lag_axis, number
from latentlab.studies.lines.figures.properties import properties
from latentlab.studies.lines.figures.runs import MeanPredictions, RunErrors, history, run_plane
from latentlab.studies.lines.figures.sets import SetExamples, set_examples
from latentlab.studies.lines.judging import baseline_of, score_of
from latentlab.studies.lines.quantities import QUANTITIES
from latentlab.studies.lines.set_file import read_details

EXAMPLES = 100  # images of a set whose statistics are averaged
RETRIEVED = 16  # pairs shown
DOCUMENT_SIDE = 224  # px
BLANK = 100.0  # %, difference of the volume fraction of an image without lines, by its definition
SCORES = {"accuracy": "accuracy", "r2": "R²"}  # of what linear models read
MEANS = {"mse_images": "mean image", "mse_statistics": "mean autocorrelation"}  # trivial answers
LABELS = {"count": "number of lines"}
OF_LOSS = {"pixels": "vanilla", "statistics": "statistics"}  # the document's runs


def draw_sets(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    # these import torch, for this kind alone
    from latentlab.spatial_statistics import radial_average
    from latentlab.studies.lines.line_statistics import line_autocorrelation
    from latentlab.studies.lines.sets import MicrostructureSet

    examples = {}
    for name, path in inputs.artifacts.items():
        stored = MicrostructureSet(path, "train")
        images = stored.images(0, EXAMPLES)
        correlations = line_autocorrelation(images)
        radii, averages = radial_average(correlations)
        details = read_details(path)
        examples[name] = SetExamples(
            images=images.numpy(),
            autocorrelations=correlations.numpy(),
            radii=radii.numpy(),
            radial_averages=averages.numpy(),
            volume_fractions=stored.labels["volume_fraction"][:EXAMPLES],
            **details._asdict(),
        )
    return set_examples(examples, lag_axis(images.shape[-1]))


def draw_fractions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    differences = {
        run: read_line_scores(path)["score_fraction_difference"] for run, path in inputs.evaluations.items()
    }
    mean = float(inputs.document["fraction_difference"].iloc[0]) if inputs.document is not None else None
    trivial = {"blank image": BLANK}
    for name, path in inputs.artifacts.items():
        trivial[f"mean volume fraction of {name}"] = trivial_value("fraction_difference", read_summary(path))
    return fraction_histogram(differences, mean, trivial)


def _record(path: Path | str) -> dict[str, Any]:
    with read_artifact(path, kind=KIND) as file:
        return record_of(file)


def draw_counts(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    pairs = read_line_scores(inputs.evaluations[spec["run"]])
    panels = {
        "reconstruction": pairs["score_count"],
        "nearest image to the original": pairs["score_nearest_to_original"],
        "nearest image to the reconstruction": pairs["score_nearest_by_statistics"],
    }
    document = None
    if inputs.document is not None:
        by_lines = inputs.document.set_index("lines")
        document = {
            "reconstruction": by_lines["reconstruction"].to_dict(),
            "nearest image to the original": by_lines["nearest"].to_dict(),
        }
    return line_counts(pairs["score_true_count"], panels, document)


def draw_overfitting(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    path, space = inputs.evaluations[spec["run"]], spec["space"]
    values, summary = read_group(path, f"overfitting/{space}"), read_summary(path)
    test = {
        name: summary[f"overfitting_{space}_{name}"]
        for name in ("p_value", "effect", "effect_low", "effect_high")
    }
    return mean_error_distributions(
        values["train"],
        values["validation"],
        p_value=test["p_value"],
        effect=test["effect"],
        interval=(test["effect_low"], test["effect_high"]),
        quantity="mean MSE of pixels" if space == "images" else "mean MSE of autocorrelations",
    )


def draw_plane(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    points, document = {}, {}
    for group, members in spec["groups"].items():
        record = _record(inputs.evaluations[members[0]])
        name = baseline_of(record)
        if name not in inputs.artifacts:
            raise ConfigError(
                f"figures: the group '{group}' is drawn with no baseline, expected '{name}' in sets"
            )
        baseline = read_summary(inputs.artifacts[name])
        summaries = [read_summary(inputs.evaluations[run]) for run in members]
        points[group] = RunErrors(
            np.array([summary["mse_images"] for summary in summaries]),
            np.array([summary["mse_statistics"] for summary in summaries]),
            MeanPredictions(
                f"{name} of {record['side']} px",
                baseline["mse_images_mean_image"],
                baseline["mse_statistics_mean_autocorrelation"],
            ),
        )
    for row in [] if inputs.document is None else inputs.document.itertuples():
        if row.data not in inputs.artifacts:
            continue
        label = OF_LOSS[row.loss] + (f", {row.data}" if len(inputs.artifacts) > 1 else "")
        means = row.mse_images_mean_image, row.mse_statistics_mean_autocorrelation
        document[label] = RunErrors(
            np.array([row.mse_images]),
            np.array([row.mse_statistics]),
            MeanPredictions(f"{row.data} of {DOCUMENT_SIDE} px", *means),
        )
    return run_plane(points, document)


def draw_shifts(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    curves = {}
    for group, members in spec["groups"].items():
        moved = [read_group(inputs.evaluations[run], "shifts") for run in members]
        both = np.stack([(each["rows"] + each["columns"]) / 2 for each in moved])
        curves[group] = moved[0]["shift"], both
    return shift_invariance(curves)


def draw_prior(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    path = inputs.evaluations[spec["run"]]
    drawn = read_group(path, "prior")
    varied = variety(drawn["images"], read_group(path, "pairs")["original"])
    ratio = read_summary(path)["prior_nearest_ratio"]
    verdict = (
        f"Prior: the images vary {number(varied)} times as much as validation images (pixel variance), and "
        f"lie {number(ratio)} times as far from the nearest training image (median).\n"
        f"{run_verdict(inputs, spec['run'])}"
    )
    return prior_samples(
        drawn["images"],
        "MSE of autocorrelations to the nearest training image",
        drawn["nearest_data"],
        drawn["nearest_samples"],
        verdict=verdict,
    )


def draw_traversal(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    latents = read_group(inputs.evaluations[spec["run"]], "latents")
    verdict = run_verdict(inputs, spec["run"])
    return traversal(latents["traversal"], latents["deviations"], latents["kl"], verdict=verdict)


def draw_properties(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    scores, trivial = {}, {}
    for group, members in spec["groups"].items():
        summaries = [read_summary(inputs.evaluations[run]) for run in members]
        read = _label_scores(summaries[0], "")
        scores[group] = {
            label: np.array([summary[name] for summary in summaries]) for label, name in read.items()
        }
        trivial |= {
            label: 0.0 if name.startswith("r2_") else trivial_value(name, summaries[0])  # R² of the mean is 0
            for label, name in read.items()
        }
    for name, path in inputs.artifacts.items():
        summary = read_summary(path)
        scores[f"principal components, {name}"] = {
            label: summary[metric] for label, metric in _label_scores(summary, "_pca").items()
        }
    return properties(scores, trivial)


def _label_scores(summary: Mapping[str, float], ending: str) -> dict[str, str]:
    """Metrics of what linear models read, by the label's name and the kind of score."""
    found = {}
    for name in summary:
        kind, _, label = name.partition("_")
        if kind in SCORES and label.endswith(ending) and "by_chance" not in label:
            label = label.removesuffix(ending)
            found[f"{LABELS.get(label, label.replace('_', ' '))} ({SCORES[kind]})"] = name
    return found


def draw_history(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    from latentlab.studies.lines.losses import DOCUMENT_PIXELS  # imports torch

    baselines = {}
    for path in inputs.evaluations.values():
        record = _record(path)
        data = baseline_of(record)
        # other losses are no sums of squares that a score is the mean of
        if record["loss"] in OF_LOSS and data in inputs.artifacts:
            metric = score_of(record)
            error = trivial_value(metric, read_summary(inputs.artifacts[data]))
            baselines[f"{MEANS[metric]} of {data}"] = DOCUMENT_PIXELS * error
    histories = {run: read_group(path, "history") for run, path in inputs.evaluations.items()}
    return history(histories, baselines)


def draw_retrieval(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    (path,) = inputs.artifacts.values()
    group, summary = read_group(path, "retrieval", BASELINES), read_summary(path)
    misfit = number(summary["residual_retrieval"])
    text = f"All {len(group['original'])} images: median misfit {misfit} (trivial answer 1)"
    for metric in LINE_SCORES:
        if f"{metric}_retrieval" in summary:
            right, trivial = summary[f"{metric}_retrieval"], trivial_value(metric, summary)
            text += (
                f"; {quantity(metric, QUANTITIES).title} {number(right)} % (trivial answer {number(trivial)})"
            )
    shown = slice(0, RETRIEVED)
    return retrieval_grid(
        group["original"][shown], group["retrieval"][shown], group["retrieval_residual"][shown], text
    )
