"""Invariant and joint models beside a plain one and rivals: all are trained and measured in one job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.invariant.few_labels import told_labels
from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.invariants.gains import Statistics, gain
from latentlab.studies.landcover.invariants.measures import angle_follows, kept, moved
from latentlab.studies.landcover.invariants.metric_names import (
    CHANCE,
    CONTROL,
    GAINS,
    INTERVAL,
    LABELS,
    PROBES,
    RIVALS,
    row_metrics,
)
from latentlab.studies.landcover.invariants.models import Found, encoded, train_model
from latentlab.studies.landcover.invariants.rivals import Encode, fitted_rivals, from_labels
from latentlab.studies.landcover.invariants.small_tiles import SmallTiles, averaged, disc, small_splits
from latentlab.studies.landcover.latent_space.neighbours import balanced_accuracy, counted_classes
from latentlab.studies.landcover.latent_space.scores import cluster_statistics, latent_scores
from latentlab.studies.landcover.run_tiles import pictures
from latentlab.studies.landcover.tile_set import Tiles

SHOWN, SHOWN_PX = 10, 32  # tiles of each found class in a figure, and their side


@dataclass(frozen=True)
class Measured:
    """What is measured of one training or rival: metrics by name, and by name those that have a gain."""

    metrics: dict[str, float]
    statistics: dict[str, Statistics]


Row = tuple[str, int, Measured, Found]


def evaluate(
    entry: Mapping[str, Any], train: Tiles, test: Tiles, device: str = "cpu"
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics by name, `metric_names.metrics`: means and ranges over the seeds; arrays of the figure.

    Parameters
    ----------
    entry : seeds, side, input and models, see `records.resolved`. train, test : splits with what the input
        needs. device : where torch computes.
    """
    small = small_splits(train, test, entry["input"], entry["side"])
    measured: dict[str, list[Measured]] = {}
    arrays: dict[str, np.ndarray] = {name: test.factors[name] for name in ("dominant", "city")}
    total = len(entry["seeds"]) * (len(entry["models"]) + len(RIVALS))
    for name, seed, each, found in tqdm(rows(entry, *small, device), total=total, desc="models"):
        measured.setdefault(name, []).append(each)
        if seed == entry["seeds"][0]:
            arrays[f"places/{name}"] = plane(found.latents)
            if found.classes is not None:
                arrays |= {f"{key}/{name}": values for key, values in by_class(found, test).items()}
    return summary_of(measured, entry["seeds"][0]) | {
        CHANCE: 1.0 / len(counted_classes(test.factors["dominant"]))
    }, arrays


def summary_of(measured: Mapping[str, list[Measured]], seed: int) -> dict[str, float]:
    """Mean and range over the seeds of each metric, and gains over the control with their intervals.

    A training without a value, as the step of latents that are all alike, is left out.

    Parameters
    ----------
    measured : by model or rival, one each seed. seed : of the bootstrap.
    """
    summary = {}
    for name, each in measured.items():
        for metric in each[0].metrics:
            known = [one.metrics[metric] for one in each if np.isfinite(one.metrics[metric])]
            values = known or [float("nan")]
            numbers = (float(np.mean(values)), min(values), max(values))
            summary |= {f"{metric}_{name}{end}": v for end, v in zip(INTERVAL, numbers, strict=True)}
        if name != CONTROL and CONTROL in measured:
            for metric in GAINS:
                own, other = ([one.statistics[metric] for one in measured[key]] for key in (name, CONTROL))
                numbers = gain(own, other, seed)
                summary |= {f"gain_{metric}_{name}{end}": v for end, v in zip(INTERVAL, numbers, strict=True)}
    return summary


def rows(entry: Mapping[str, Any], train: SmallTiles, test: SmallTiles, device: str) -> Iterator[Row]:
    """Each model, then each rival, with each seed: name, seed, what is measured, what it says."""
    truth = test.factors["dominant"]
    for name, record in entry["models"].items():
        for seed in entry["seeds"]:
            model = train_model(record, train.images, train.factors["dominant"], seed, device)

            def encode(images: np.ndarray, model: Any = model) -> Found:
                return encoded(model, images)

            found = encode(test.images)
            more = {"reconstruction": misfit(model.reconstruct(test.images), test.images)}
            if record["labelled"]:
                more[LABELS] = balanced_accuracy(truth, found.classes)
            yield name, seed, measure(encode, found, train, test, seed, row_metrics(record), more), found
    latent = max(record["latent"] for record in entry["models"].values())
    labelled = max(record["labelled"] for record in entry["models"].values())
    for seed in entry["seeds"]:
        for name, rival in fitted_rivals(train.images, disc(entry["side"]), latent, seed).items():
            found = rival.encode(test.images)
            more = {"reconstruction": misfit(rival.restore(found.latents), test.images)}
            if labelled:
                labels = told_labels(train.factors["dominant"], labelled, seed)
                given = rival.encode(train.images).latents
                more[LABELS] = from_labels(given, labels, found.latents, truth)
            yield name, seed, measure(rival.encode, found, train, test, seed, row_metrics(None), more), found


def measure(
    encode: Encode,
    found: Found,
    train: SmallTiles,
    test: SmallTiles,
    seed: int,
    wanted: tuple[str, ...],
    more: Mapping[str, float],
) -> Measured:
    """What is measured of a model or rival.

    Parameters
    ----------
    encode : gives what is said of images. found : of the test tiles. seed : of clusters and shuffles.
    wanted : names of metrics, those that are not possible are left out. more : metrics that are known.
    """
    scores = latent_scores(encode(train.images).latents, train.factors, found.latents, test.factors, seed)
    metrics = {**scores.summary, **more}
    metrics["fractions_r2"] = float(np.mean([scores.judged[name].value for name in PROBES]))
    statistics = {name: [scores.judged[name]] for name in GAINS if name in scores.judged}
    statistics["fractions_r2"] = [scores.judged[name] for name in PROBES]
    turned = [encode(images) for images in test.turned]
    metrics["moved_turned"] = float(np.mean([moved(found.latents, each.latents) for each in turned]))
    shifted = encode(test.shifted)
    metrics["moved_shifted"] = moved(found.latents, shifted.latents, test.shifted_rows)
    if found.classes is not None:
        for name, each in cluster_statistics(found.classes, test.factors).items():
            metrics[name.replace("kmeans", "class")] = each.value
        metrics["class_kept"] = float(np.mean([kept(found.classes, each.classes) for each in turned]))
    if found.angle is not None:
        metrics["angle_follows"], metrics["angle_null"] = angle_follows(
            found.angle, test.factors["direction"], seed
        )
    return Measured({name: metrics[name] for name in wanted if name in metrics}, statistics)


def misfit(drawn: np.ndarray, images: np.ndarray) -> float:
    """Mean squared error over the disc, of images (n, channels, side, side)."""
    inside = disc(images.shape[-1])
    return float((((drawn - images) * inside) ** 2).sum() / (inside.sum() * images[:, :, 0, 0].size))


def plane(latents: np.ndarray) -> np.ndarray:
    """float32 (n, 2): latents (n, d) on their first two principal components."""
    centred = latents - latents.mean(axis=0)
    _, _, axes = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    return (centred @ axes[:2].T).astype(np.float32)


def by_class(found: Found, tiles: Tiles) -> dict[str, np.ndarray]:
    """Some tiles of each class found, and how the classes meet the dominant ones.

    Returns
    -------
    shown : uint8 (classes, SHOWN, SHOWN_PX, SHOWN_PX, 3), the first tiles of each class; white where a class
        has fewer. met : int (classes, 5), number of tiles of each dominant class.
    """
    colours = averaged(pictures(tiles, "rgb"), SHOWN_PX).transpose(0, 2, 3, 1)
    number = max(len(CLASSES), int(found.classes.max()) + 1)
    shown = np.full((number, SHOWN, SHOWN_PX, SHOWN_PX, 3), 255, np.uint8)
    met = np.zeros((number, len(CLASSES)), int)
    np.add.at(met, (found.classes, tiles.factors["dominant"]), 1)
    for each in range(number):
        chosen = np.flatnonzero(found.classes == each)[:SHOWN]
        shown[each, : len(chosen)] = np.rint(255 * colours[chosen])
    return {"shown": shown, "met": met}
