"""Answers that need no network, measured on a set's test images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.invariant.angles import circular_correlation
from latentlab.studies.microscopy.cards.drawing import symmetry_orders
from latentlab.studies.microscopy.cards.invariants import (
    moment_angles,
    principal_components,
    turn_invariants,
)
from latentlab.studies.microscopy.scores import (
    adjusted_rand_index,
    mixture_classes,
    neighbour_accuracy,
    offset_r2,
)
from latentlab.studies.microscopy.set_file import ImageSet

COMPONENTS = 8  # given to the Gaussian mixture


def answers(spec: Mapping[str, Any], train: ImageSet, test: ImageSet, seed: int) -> dict[str, float]:
    """Metrics of the set by name, `metric_names.set_metrics`.

    Suits by a Gaussian mixture of principal components of the images, of features that no turn alters, and of
    the sum of the pixels; angles by moments, for each suit by the moment that suits its symmetry.
    """
    images, held_out = train.images[:, 0].astype(float), test.images[:, 0].astype(float)
    truth = test.factors["class"]
    classes = len(np.unique(truth))
    centre, once, twice = moment_angles(held_out)
    features = {
        "components": principal_components(_rows(images), _rows(held_out), COMPONENTS),
        "invariants": principal_components(turn_invariants(images), turn_invariants(held_out), COMPONENTS),
        "area": (images.sum((1, 2))[:, None], held_out.sum((1, 2))[:, None]),
    }
    summary = {
        f"suit_ari_{name}": adjusted_rand_index(truth, mixture_classes(found, classes, seed, fit_to=known))
        for name, (known, found) in features.items()
    }
    summary |= {
        f"suit_neighbours_{name}": neighbour_accuracy(known, train.factors["class"], found, truth)
        for name, (known, found) in features.items()
    }
    orders = symmetry_orders(spec)
    summary["angle_lowest_moments"] = min(
        circular_correlation(
            test.factors["angle_rad"][truth == each], (once if order == 1 else twice)[truth == each], order
        )
        for each, order in enumerate(orders)
    )
    summary["reconstruction_mean_image"] = float(np.mean((held_out - images.mean(0)) ** 2))
    if spec.get("translation"):
        summary["offset_r2_centre_of_mass"] = offset_r2(test.factors["offset"], centre)
    return summary


def _rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)
