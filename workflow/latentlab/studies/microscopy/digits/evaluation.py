"""What is measured on test images of a model that was trained on digits; the arrays behind its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from latentlab.studies.microscopy.digits.angles import angle_metrics
from latentlab.studies.microscopy.digits.colours import nearest_class
from latentlab.studies.microscopy.digits.components import (
    as_rows,
    class_means,
    components,
    mean_squared_error,
)
from latentlab.studies.microscopy.digits.manifolds import examples, manifolds
from latentlab.studies.microscopy.digits.restoration import psnr
from latentlab.studies.microscopy.digits.style import slant, within_classes
from latentlab.studies.microscopy.given import conditions_of, restores_targets
from latentlab.studies.microscopy.scores import (
    adjusted_rand_index,
    best_spearman,
    hungarian_accuracy,
    neighbour_accuracy,
    scored,
)
from latentlab.studies.microscopy.set_file import ImageSet

Measured = tuple[dict[str, float], dict[str, np.ndarray]]


def evaluate(
    vae: Any, train: ImageSet, test: ImageSet, record: Mapping[str, Any], data: Path | str
) -> Measured:
    """Metrics of a model by name (`metric_names.metrics`), and arrays by name.

    Parameters
    ----------
    vae : latentlab.invariant.InvariantVAE, trained on `train`. test : images that it has not seen.
    record : the run's. data : the set's file; not used.
    """
    latents = vae.encode(test.images, conditions=conditions_of(record, test))
    restored = np.asarray(vae.decode_latents(latents, conditions_of(record, test)))
    wanted = test.targets if restores_targets(record, test) else test.images
    summary = {
        "reconstruction": mean_squared_error(wanted, restored),
        "reconstruction_matched_components": _matched_components(train, test, record),
    }
    arrays = examples(test, wanted, restored)
    if restores_targets(record, test):
        return summary | _restoration_metrics(test, restored), arrays
    arrays |= manifolds(vae, latents, record)
    if not record["condition"] and not record["classes"]:
        summary["manifold_distance"] = _nearest_distance(arrays["manifold"], train.images)
    truth = test.factors["class"]
    arrays |= {"class": truth, "latent": np.asarray(latents.continuous)}
    if record["latent"]:
        summary |= _latent_metrics(vae, train, test, latents, record)
    if record["rotation"] != "none" and np.any(test.factors["angle_rad"]):
        found = np.asarray(latents.angle, dtype=np.float64)
        summary |= angle_metrics(test.factors["angle_rad"], found, truth, record["seed"])
        arrays |= {"angle_true": test.factors["angle_rad"], "angle_found": found}
    if record["classes"]:
        chosen = np.asarray(latents.classes).argmax(axis=1)
        arrays["confusion"] = _confusion(truth, chosen, record["classes"])
        summary |= _class_metrics(truth, chosen, record)
    return summary, arrays


def _matched_components(train: ImageSet, test: ImageSet, record: Mapping[str, Any]) -> float:
    """Error of as many principal components as the model has latents, given the class where it is.

    Where targets are restored, components of the inputs, from which the targets follow linearly.
    """
    rows, test_rows = as_rows(train.images), as_rows(test.images)
    if restores_targets(record, test):
        basis = components(rows, record["latent"])
        codes, targets = basis.coordinates(rows), as_rows(train.targets)
        mean = targets.mean(axis=0)
        weights = np.linalg.lstsq(codes, targets - mean, rcond=None)[0]
        return mean_squared_error(test.targets, mean + basis.coordinates(test_rows) @ weights)
    known = conditions_of(record, test) is not None
    classes, truth = train.factors["class"], test.factors["class"]
    offset = class_means(rows, classes, classes) if known else 0.0
    test_offset = class_means(rows, classes, truth) if known else 0.0
    basis = components(rows - offset, record["latent"])
    return mean_squared_error(test_rows, test_offset + basis.restored(test_rows - test_offset))


def _nearest_distance(manifold: np.ndarray, images: np.ndarray) -> float:
    """Mean squared error per pixel of decoded images (side, side, h, w) to the nearest training images."""
    side, _, height, width = manifold.shape
    decoded = as_rows(manifold.reshape(side * side, height, width))
    return float(np.mean(cKDTree(as_rows(images)).query(decoded)[0] ** 2) / (height * width))


def _restoration_metrics(test: ImageSet, restored: np.ndarray) -> dict[str, float]:
    if test.targets.shape[1] == 1:
        return {"psnr": float(psnr(test.targets, restored).mean())}
    return {"colour_right": 100 * float((nearest_class(restored) == test.factors["class"]).mean())}


def _latent_metrics(
    vae: Any, train: ImageSet, test: ImageSet, latents: Any, record: Mapping[str, Any]
) -> dict[str, float]:
    """How well the nearest latents tell the class, and how well one latent tells the slant within a class."""
    train_latents = vae.encode(train.images, conditions=conditions_of(record, train)).continuous
    classes, truth = train.factors["class"], test.factors["class"]
    rows = as_rows(train.images)
    basis = components(rows, record["latent"])
    given = basis.coordinates(rows), classes, basis.coordinates(as_rows(test.images)), truth
    continuous = np.asarray(latents.continuous, dtype=np.float64)
    style = within_classes(slant(test.images[:, 0]), truth)
    score = scored(best_spearman, style, continuous, seed=record["seed"])
    return {
        "neighbours": neighbour_accuracy(np.asarray(train_latents), classes, continuous, truth),
        "neighbours_matched_components": neighbour_accuracy(*given),
        "slant": score.value,
        "slant_null": score.null,
    }


def _confusion(truth: np.ndarray, chosen: np.ndarray, classes: int) -> np.ndarray:
    """Test images by found class (rows) and true class (columns), int64 (classes, 10)."""
    counts = np.zeros((classes, int(truth.max()) + 1), dtype=np.int64)
    np.add.at(counts, (chosen, truth), 1)
    return counts


def _class_metrics(truth: np.ndarray, chosen: np.ndarray, record: Mapping[str, Any]) -> dict[str, float]:
    if record["labelled"]:
        return {"label_accuracy": 100 * float((truth == chosen).mean())}
    score = scored(hungarian_accuracy, truth, chosen, seed=record["seed"])
    return {
        "class_ari": adjusted_rand_index(truth, chosen),
        "class_accuracy": score.value,
        "class_accuracy_null": score.null,
    }
