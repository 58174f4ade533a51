"""The lines study's figures: what each kind draws from the evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.lines.evaluation.evaluation_file import (
    BASELINES,
    read_group,
    read_line_scores,
)
from latentlab.studies.lines.figures.counts import line_counts
from latentlab.studies.lines.figures.fractions import fraction_histogram
from latentlab.studies.lines.figures.grids import (
    NeighbourRow,
    ReconstructionRow,
    neighbour_grid,
    reconstruction_grid,
    retrieval_grid,
)
from latentlab.studies.lines.figures.latents import prior_samples, shift_invariance, traversal
from latentlab.studies.lines.figures.overfitting import mean_error_distributions
from latentlab.studies.lines.figures.properties import properties
from latentlab.studies.lines.figures.runs import RunErrors, history, run_plane
from latentlab.studies.lines.figures.sets import SetExamples, set_examples

EXAMPLES = 100  # images of a set whose statistics are averaged
RETRIEVED = 16  # pairs shown


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
        examples[name] = SetExamples(
            images=images.numpy(),
            autocorrelations=correlations.numpy(),
            radii=radii.numpy(),
            radial_averages=averages.numpy(),
            volume_fractions=stored.labels["volume_fraction"][:EXAMPLES],
        )
    return set_examples(examples, _lag_axis(images.shape[-1]))


def _lag_axis(side: int) -> np.ndarray:
    """Lags in px of a centred autocorrelation."""
    return np.arange(side) - side // 2


def draw_fractions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    differences = {
        run: read_line_scores(path)["score_fraction_difference"] for run, path in inputs.evaluations.items()
    }
    mean = float(inputs.document["fraction_difference"].iloc[0]) if inputs.document is not None else None
    return fraction_histogram(differences, mean)


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


def _shown_pairs(pairs: Mapping[str, np.ndarray], spec: Mapping[str, Any]) -> list[int]:
    """The pairs asked for, those of a wrong orientation last, as the document has them."""
    numbers = [number for number in spec["pairs"] if number < len(pairs["original"])] or [0]
    if "score_orientation" not in pairs:
        return numbers
    return sorted(numbers, key=lambda n: pairs["score_orientation"][n] != pairs["score_true_orientation"][n])


def draw_reconstructions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    pairs = read_group(inputs.evaluations[spec["run"]], "pairs")
    numbers = _shown_pairs(pairs, spec)
    rows = [
        ReconstructionRow(
            f"pair {number}",
            pairs["original"][number],
            pairs["reconstruction"][number],
            pairs["original_statistics"][number],
            pairs["reconstruction_statistics"][number],
        )
        for number in numbers
    ]
    return reconstruction_grid(rows, _lag_axis(pairs["original"].shape[-1]))


def draw_neighbours(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    pairs = read_group(inputs.evaluations[spec["run"]], "pairs")
    rows = [
        NeighbourRow(
            f"pair {number}",
            pairs["original"][number],
            pairs["reconstruction"][number],
            pairs["nearest_by_image"][number],
            float(pairs["nearest_by_image_mse"][number]),
            pairs["nearest_by_statistics"][number],
            float(pairs["nearest_by_statistics_mse"][number]),
        )
        for number in _shown_pairs(pairs, spec)
    ]
    return neighbour_grid(rows)


def draw_plane(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    points, document = {}, {}
    for group, members in spec["groups"].items():
        summaries = [read_summary(inputs.evaluations[run]) for run in members]
        points[group] = RunErrors(
            np.array([summary["mse_images"] for summary in summaries]),
            np.array([summary["mse_statistics"] for summary in summaries]),
        )
    in_data, in_statistics = {}, {}
    for name, path in inputs.artifacts.items():
        summary = read_summary(path)
        in_data[f"mean image, {name}"] = summary["mse_images_mean_image"]
        in_statistics[f"mean autocorrelation, {name}"] = summary["mse_statistics_mean_autocorrelation"]
        if inputs.document is not None:
            for row in inputs.document[inputs.document["data"] == name].itertuples():
                label = {"pixels": "vanilla", "statistics": "statistics"}[row.loss]
                label += f", {name}" if len(inputs.artifacts) > 1 else ""
                document[label] = (row.mse_images, row.mse_statistics)
    return run_plane(points, data_baselines=in_data, statistics_baselines=in_statistics, document=document)


def draw_shifts(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    curves = {}
    for run, path in inputs.evaluations.items():
        moved = read_group(path, "shifts")
        curves[run] = moved["shift"], (moved["rows"] + moved["columns"]) / 2
    return shift_invariance(curves)


def draw_prior(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    drawn = read_group(inputs.evaluations[spec["run"]], "prior")
    return prior_samples(
        drawn["images"],
        "MSE of autocorrelations to nearest image",
        drawn["nearest_data"],
        drawn["nearest_samples"],
    )


def draw_traversal(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    latents = read_group(inputs.evaluations[spec["run"]], "latents")
    return traversal(latents["traversal"], latents["deviations"], latents["kl"])


def draw_properties(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    summaries = {run: read_summary(path) for run, path in inputs.evaluations.items()}
    scores = {run: _label_scores(summary, "") for run, summary in summaries.items()}
    chance = {
        f"accuracy {name[len('accuracy_') : -len('_by_chance')]}": value
        for summary in summaries.values()
        for name, value in summary.items()
        if name.endswith("_by_chance")
    }
    for name, path in inputs.artifacts.items():
        scores[f"components, {name}"] = _label_scores(read_summary(path), "_pca")
    return properties(scores, chance)


def _label_scores(summary: Mapping[str, float], ending: str) -> dict[str, float]:
    scores = {}
    for name, value in summary.items():
        kind, _, label = name.partition("_")
        if kind in ("r2", "accuracy") and label.endswith(ending) and "by_chance" not in label:
            scores[f"{kind} {label.removesuffix(ending).replace('_', ' ')}".replace("r2", "R²")] = value
    return scores


def draw_history(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    return history({run: read_group(path, "history") for run, path in inputs.evaluations.items()})


def draw_retrieval(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    (path,) = inputs.artifacts.values()
    group = read_group(path, "retrieval", BASELINES)
    shown = slice(0, RETRIEVED)
    return retrieval_grid(
        group["original"][shown], group["retrieval"][shown], group["retrieval_residual"][shown]
    )
