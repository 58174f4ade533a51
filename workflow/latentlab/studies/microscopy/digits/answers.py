"""What is known of a set of digits without training a network: the answers that models are judged against.

The name of a value is that of a run's metric and of the answer: `class_ari_k_means_pixels` is the metric
`class_ari` of k-means on the pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.digits import colours
from latentlab.studies.microscopy.digits.clusters import found_classes
from latentlab.studies.microscopy.digits.components import as_rows, components, mean_squared_error
from latentlab.studies.microscopy.digits.restoration import psnr, restored_by_rivals
from latentlab.studies.microscopy.scores import adjusted_rand_index, hungarian_accuracy, neighbour_accuracy
from latentlab.studies.microscopy.set_file import ImageSet

LATENTS = 2  # of the study's autoencoders on digits: as many components stand beside them


def answers(spec: Mapping[str, Any], train: ImageSet, test: ImageSet, seed: int) -> dict[str, float]:
    """Metrics of the set, `metric_names.set_metrics`, on test images; fitted to the training images.

    Parameters
    ----------
    spec : the set's entry. train, test : its splits. seed : of the starting points.
    """
    wanted = test.images if test.targets is None else test.targets
    given = train.images if train.targets is None else train.targets
    found = {
        "reconstruction_mean_image": mean_squared_error(wanted, _repeated(given.mean(axis=0), len(test)))
    }
    if "noise" in spec:
        return found | _of_noise(train, test)
    if "colours" in spec:
        return found | _of_colours(train, test)
    return found | _of_classes(train, test, seed)


def _repeated(image: np.ndarray, count: int) -> np.ndarray:
    return np.broadcast_to(image, (count, *image.shape))


def _of_classes(train: ImageSet, test: ImageSet, seed: int) -> dict[str, float]:
    rows, test_rows = as_rows(train.images), as_rows(test.images)
    classes, truth = train.factors["class"], test.factors["class"]
    basis = components(rows, LATENTS)
    found = {
        "reconstruction_components": mean_squared_error(test_rows, basis.restored(test_rows)),
        "neighbours_components": neighbour_accuracy(
            basis.coordinates(rows), classes, basis.coordinates(test_rows), truth
        ),
        "neighbours_pixels": neighbour_accuracy(rows, classes, test_rows, truth),
        "neighbours_chance": float(np.bincount(classes).max() / len(classes)),
    }
    for name, each in found_classes(train.images, test.images, len(np.unique(classes)), seed).items():
        found[f"class_ari_{name}"] = adjusted_rand_index(truth, each)
        found[f"class_accuracy_{name}"] = hungarian_accuracy(truth, each)
    return found


def _of_noise(train: ImageSet, test: ImageSet) -> dict[str, float]:
    noisy, clean = train.images[:, 0], train.targets[:, 0]
    truth, given = test.targets[:, 0], test.images[:, 0]
    found = {
        "reconstruction_noisy": mean_squared_error(truth, given),
        "psnr_noisy": psnr(truth, given).mean(),
    }
    for name, (_, images) in restored_by_rivals(noisy, clean, given).items():
        found[f"reconstruction_{name}"] = mean_squared_error(truth, np.clip(images, 0, 1))
        found[f"psnr_{name}"] = float(psnr(truth, images).mean())
    return found


def _of_colours(train: ImageSet, test: ImageSet) -> dict[str, float]:
    classes, truth = train.factors["class"], test.factors["class"]
    grey = test.images[:, 0]
    answered = {
        "mean_colour": colours.mean_colour(grey, classes),
        "neighbour": colours.neighbour_colour(grey, train.images[:, 0], classes),
    }
    found = {}
    for name, images in answered.items():
        found[f"reconstruction_{name}"] = mean_squared_error(test.targets, images)
        found[f"colour_right_{name}"] = 100 * float((colours.nearest_class(images) == truth).mean())
    return found
