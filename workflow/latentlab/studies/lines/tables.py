"""The lines study's tables: what each kind is made from, and the note below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy  # loads scipy.special when it is named

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables import run_table, side_by_side
from latentlab.studies.lines.evaluation.evaluation_file import KIND, read_line_scores
from latentlab.studies.lines.threshold import THRESHOLD

Content = tuple[pd.DataFrame, str]  # a table and its note
PAIR_METRICS = (
    "orientation_right, lines_right: per cent of the pairs. Orientation by the anisotropy of the "
    f"autocorrelation, lines as connected components after thresholding at {THRESHOLD:g} (at_half: at "
    "0.5; wrapped: with opposite borders joined, as the statistics are periodic); the document judged by "
    "eye. nearest_to_original, nearest_by_statistics: of the training image nearest in statistics space to "
    "the original, and to the reconstruction. fraction_difference: mean of B.1, in per cent; a "
    "reconstruction without any black pixel counts as 100."
)
LATENT_METRICS = (
    "kl: nats per image. mse_images_aligned: MSE of pixels after the best cyclic shift and half turn, of "
    "the pairs. latent_shift: mean movement of the latent under cyclic shifts over the distance of two "
    "images' latents; 0 is invariant. prior_nearest_ratio: median distance, in statistics space, of an "
    "image drawn from the prior to the nearest training image, over a validation image's; about 1 where "
    "samples look like data (a nearly blank image is near, too). prior_fraction_effect: difference "
    "of the volume fractions of samples and data over their standard deviation. accuracy, r2: of linear "
    "models that read a label from the latents of validation images."
)


def setup(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """The document's experimental set-up beside ours, from a run's record and its set."""
    path = inputs.evaluations[spec["run"]]
    with read_artifact(path, kind=KIND) as file:
        record = record_of(file)
    values = {
        "images": float(read_summary(path)["set_images"]),
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
    return side_by_side(inputs.document, ours, ["quantity"]), note


def runs(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Metrics of runs; those that the document gives are shown beside its values."""
    metrics = {run: read_summary(path) for run, path in inputs.evaluations.items()}
    document, columns = inputs.document, spec.get("columns", [])
    known = {run: cells for run, cells in spec["rows"].items() if cells}
    others = {run: {} for run, cells in spec["rows"].items() if not cells}
    ours = [*columns, *spec.get("ours", [])]
    if known and document is None:
        raise ConfigError(f"tables: the row of '{next(iter(known))}' has cells to look up, but no document")
    parts = []
    if known:
        parts.append(run_table(known, metrics, columns, spec.get("ours", []), document, inputs.source))
    if others:
        table = run_table(others, metrics, [], ours, None, inputs.source)
        renamed = {name: f"{name}, ours" for name in ours} if parts else {}
        parts.append(table.rename(columns=renamed))
    about_pairs = any(name.startswith(("orientation_right", "lines_right")) for name in ours)
    return pd.concat(parts, ignore_index=True), PAIR_METRICS if about_pairs else LATENT_METRICS


def errors(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """B.4: mean squared errors in both spaces, with intervals over seeds, and the trivial baselines."""
    rows = []
    for group, members in spec["groups"].items():
        with read_artifact(inputs.evaluations[members[0]], kind=KIND) as file:
            record = record_of(file)
        summaries = [read_summary(inputs.evaluations[run]) for run in members]
        rows.append(_errors_row(group, record, summaries, inputs.document))
    for name, path in inputs.artifacts.items():
        rows += _baseline_rows(name, read_summary(path))
    note = (
        "MSE per pixel and per lag of the line phase's autocorrelation, over all validation images. ci: half "
        "width of the 95 % interval of the mean over seeds (Student's t). chance: another image of the set "
        "in place of the reconstruction. A model that does not beat the mean image in pixels, or the mean "
        "autocorrelation in statistics, has learnt nothing there. components: as many principal components "
        "of the autocorrelations as the VAEs have latents; they give statistics and no image. Pixels and "
        "lags of smaller images are coarser: compare values with the baselines."
    )
    return pd.DataFrame(rows), note


def _errors_row(
    group: str,
    record: Mapping[str, Any],
    summaries: list[dict[str, float]],
    document: pd.DataFrame,
) -> dict[str, Any]:
    reported = document[(document["data"] == record["data"]) & (document["loss"] == record["loss"])]
    row: dict[str, Any] = {"set": record["data"], "model": group, "seeds": len(summaries)}
    for space in ("images", "statistics"):
        values = np.array([summary[f"mse_{space}"] for summary in summaries])
        of_document = reported[f"mse_{space}"].iloc[0] if len(reported) and group in OF_DOCUMENT else np.nan
        row[f"mse_{space}, document"] = of_document
        row[f"mse_{space}, ours"] = values.mean()
        row[f"mse_{space}, ci"] = _half_width(values)
    return row


OF_DOCUMENT = ("statistics", "vanilla", "statistics-3-6", "vanilla-3-6")  # groups that the document has too


def _half_width(values: np.ndarray) -> float:
    """Half the 95 % interval of a mean; NaN for a single value."""
    if len(values) < 2:
        return float("nan")
    return float(scipy.special.stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)))


def _baseline_rows(name: str, summary: Mapping[str, float]) -> list[dict[str, Any]]:
    def row(model: str, images: float, statistics: float) -> dict[str, Any]:
        return {"set": name, "model": model, "mse_images, ours": images, "mse_statistics, ours": statistics}

    nothing = float("nan")
    return [
        row("mean image", summary["mse_images_mean_image"], summary["mse_statistics_mean_image"]),
        row("mean autocorrelation", nothing, summary["mse_statistics_mean_autocorrelation"]),
        row("components", nothing, summary["mse_statistics_pca"]),
        row("chance", summary["mse_images_chance"], summary["mse_statistics_chance"]),
    ]


def counts(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
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
    note = (
        "Median number of lines found for originals with this number: in the reconstruction, in the training "
        "image nearest to the original in statistics space, and in that nearest to the reconstruction."
    )
    return side_by_side(inputs.document, pd.DataFrame(rows), ["lines"]), note


def overfitting(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Figures 4 and 5 as a test: do reconstructions of training and validation images differ?"""
    rows = []
    for run, path in inputs.evaluations.items():
        summary = read_summary(path)
        for space in ("images", "statistics"):
            part = f"overfitting_{space}_"
            row = {name[len(part) :]: value for name, value in summary.items() if name.startswith(part)}
            rows.append({"run": run, "space": space, **row})
    note = (
        "Mean MSE of each of up to 1000 reconstructions to all images of its split, training against "
        "validation. statistic, p_value: Kolmogorov-Smirnov, two-sided. effect: difference of the means "
        "over the pooled standard deviation, with its 95 % bootstrap interval; it says how large a "
        "difference is, which a p-value does not."
    )
    return pd.DataFrame(rows), note


def baselines(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Phase retrieval and principal components: what the statistics alone determine."""
    metrics = {name: read_summary(path) for name, path in inputs.artifacts.items()}
    names = list(dict.fromkeys(name for values in metrics.values() for name in values))
    rows = [{"metric": metric, **{name: metrics[name].get(metric) for name in metrics}} for metric in names]
    note = (
        "retrieval: images found from the true autocorrelation alone, up to cyclic shifts and a half turn; "
        "pca_retrieval: from that of the components. residual: median misfit of the autocorrelation found "
        "over its variance. r2, accuracy: of linear models that read a label from the components, of "
        "validation images."
    )
    return pd.DataFrame(rows), note
