"""What is measured of a model trained on cards, on cards that it has not seen; arrays of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.invariant.angles import angle_errors
from latentlab.studies.microscopy.cards.metric_names import SHEARED_DEG
from latentlab.studies.microscopy.scores import (
    Score,
    adjusted_rand_index,
    angle_scores,
    best_spearman,
    hungarian_accuracy,
    mixture_classes,
    mutual_information_gap,
    neighbour_accuracy,
    offset_r2,
    scored,
    without_centres,
)
from latentlab.studies.microscopy.set_file import ImageSet, read_attributes

SHOWN = 8  # cards of each suit in figures
STEPS = 9  # of a manifold along each latent


def evaluate(
    vae: Any, train: ImageSet, test: ImageSet, record: Mapping[str, Any], data: Path | str
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a model by name (`metric_names.metrics`), and arrays by name.

    Parameters
    ----------
    vae : latentlab.invariant.InvariantVAE, trained on `train`. test : cards that it has not seen.
    record : the run's. data : the set's file, which says the classes' symmetry.
    """
    latents = vae.encode(test.images)
    truth, shear = test.factors["class"], test.factors["shear_deg"]
    continuous = np.asarray(latents.continuous, dtype=np.float64)
    seed = record["seed"]
    restored = np.asarray(vae.decode_latents(latents))
    summary = {"reconstruction": float(np.mean((restored - test.images) ** 2))}
    arrays = {"class": truth, "shear_deg": shear, "latent": continuous}
    arrays["angle_deg"] = np.rad2deg(test.factors["angle_rad"])
    train_latents = vae.encode(train.images)
    found = _found_classes(latents, train_latents, record, len(np.unique(truth)))
    arrays["found"] = found
    summary |= _bounded("suit_ari", scored(adjusted_rand_index, truth, found, seed=seed))
    if record["classes"]:
        accuracy = scored(hungarian_accuracy, truth, found, seed=seed)
        summary |= {"suit_accuracy": accuracy.value, "suit_accuracy_null": accuracy.null}
    if record["latent"]:
        summary["suit_neighbours"] = neighbour_accuracy(
            _described(train_latents), train.factors["class"], _described(latents), truth
        )
        if np.abs(shear).max() >= SHEARED_DEG:
            summary |= _shear_metrics(truth, shear, continuous, seed)
    if record["rotation"] != "none":
        orders = dict(enumerate(int(each) for each in read_attributes(data)["symmetry_orders"]))
        summary |= _angle_metrics(test, np.asarray(latents.angle, float), orders, seed, arrays)
    if record["translation_prior"] and np.any(test.factors["offset"]):
        summary |= _offset_metrics(test, latents, found, record, seed)
    return summary, arrays | _shown(vae, test, restored, record)


def _bounded(name: str, score: Score) -> dict[str, float]:
    return {name: score.value, f"{name}_low": score.low, f"{name}_null": score.null}


def _found_classes(latents: Any, train: Any, record: Mapping[str, Any], number: int) -> np.ndarray:
    """The discrete latent, or else a Gaussian mixture of the training latents, told the number of suits."""
    if record["classes"]:
        return np.asarray(latents.classes).argmax(1)
    return mixture_classes(
        np.asarray(latents.continuous, float),
        number,
        record["seed"],
        fit_to=np.asarray(train.continuous, float),
    )


def _described(latents: Any) -> np.ndarray:
    """Continuous latents, and the classes' probabilities if there are any: what is known but the pose."""
    parts = [latents.continuous] + ([] if latents.classes is None else [4 * np.asarray(latents.classes)])
    return np.concatenate([np.asarray(part, float) for part in parts], 1)


def _shear_metrics(truth: np.ndarray, shear: np.ndarray, latent: np.ndarray, seed: int) -> dict[str, float]:
    """Suit by suit, as the direction of a latent may differ from suit to suit; and all together."""
    rows = [truth == each for each in np.unique(truth)]
    lowest = min((scored(best_spearman, shear[r], latent[r], seed=seed) for r in rows), key=lambda s: s.value)
    return _bounded("shear_lowest", lowest) | {
        "shear_all": best_spearman(shear, latent),
        "shear_gap": float(np.mean([mutual_information_gap(shear[row], latent[row]) for row in rows])),
    }


def _angle_metrics(
    test: ImageSet, angle: np.ndarray, orders: dict[int, int], seed: int, arrays: dict[str, np.ndarray]
) -> dict[str, float]:
    truth, classes = test.factors["angle_rad"], test.factors["class"]
    by_suit = angle_scores(truth, angle, classes, orders, seed)
    arrays["angle_correlation"] = np.array([score.value for score in by_suit.values()])
    errors = np.empty(len(truth))
    for each, order in orders.items():
        errors[classes == each] = angle_errors(truth[classes == each], angle[classes == each], order)
    arrays["angle_error_deg"] = np.rad2deg(errors)
    return _bounded("angle_lowest", min(by_suit.values(), key=lambda score: score.value)) | {
        "angle_error_deg": float(np.median(np.abs(arrays["angle_error_deg"])))
    }


def _offset_metrics(
    test: ImageSet, latents: Any, found: np.ndarray, record: Mapping[str, Any], seed: int
) -> dict[str, float]:
    """R2 of the offset; where canonical centres lie is a convention (`scores.without_centres`)."""
    truth, offset = test.factors["offset"], np.asarray(latents.offset, float)
    if record["rotation"] != "none":
        offset = without_centres(truth, offset, np.asarray(latents.angle, float), found)
    return _bounded("offset_r2", scored(offset_r2, truth, offset, seed=seed))


def _shown(
    vae: Any, test: ImageSet, restored: np.ndarray, record: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Cards of each suit, what the model makes of them, and its manifold (rows, columns, side, side)."""
    classes = test.factors["class"]
    rows = np.stack([np.where(classes == each)[0][:SHOWN] for each in np.unique(classes)])
    arrays = {"examples": test.images[rows, 0], "restored": restored[rows, 0]}
    if record["latent"] == 2 and not record["classes"]:
        arrays["manifold"] = np.asarray(vae.manifold2d(side=STEPS))[:, :, 0]
    elif record["latent"]:
        arrays["manifold"] = np.asarray(vae.manifold_traversal(steps=STEPS))[:, :, 0]
    return arrays
