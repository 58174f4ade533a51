"""What a trained VAE has to beat on its set, and the best that a model of the statistics can reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.lines.evaluation.line_counts import count_lines, threshold
from latentlab.studies.lines.evaluation.phase_retrieval import retrieve_images
from latentlab.studies.lines.evaluation.reconstruction_errors import (
    constant_errors,
    errors_from_fraction,
    mean_image,
    set_errors,
)
from latentlab.studies.lines.evaluation.run import Groups, Summary, label_scores
from latentlab.studies.lines.evaluation.scores import has_lines, measured_orientation, percent
from latentlab.studies.lines.evaluation.statistics_pca import StatisticsPCA
from latentlab.studies.lines.evaluation.volume_fractions import black_pixels, relative_difference
from latentlab.studies.lines.line_statistics import line_autocorrelation
from latentlab.studies.lines.sets import MicrostructureSet


def baselines(
    train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any], latent: int, seed: int
) -> tuple[Summary, Groups]:
    """Metrics of a set's baselines by name, and the arrays behind them.

    The mean image and the mean autocorrelation; the autocorrelation that the volume fraction alone predicts;
    another image of the set; for lines, one answer to all pairs; the first principal components of the
    autocorrelations, as many as the VAEs have latents, which the document names as the state of practice;
    and phase retrieval from the true autocorrelation.

    Parameters
    ----------
    sizes : "pairs", the images on which the runs' lines are judged; "overfitting", images whose labels are
        predicted; "retrieved", images of the phase retrieval.
    latent : components. seed : of the retrieval's and the components' random starts.
    """
    side = train.side
    constant = constant_errors(train.blocks, validation.blocks, side)
    still = mean_image(train.blocks, side)
    mean = set_errors(lambda images: still.expand(len(images), -1, -1), validation.blocks(), side)
    chance = set_errors(lambda images: images.roll(1, dims=0), validation.blocks(), side)
    summary = {
        "mse_images_mean_image": float(constant["images"].mean()),
        "mse_statistics_mean_image": float(mean["statistics"].mean()),
        "mse_statistics_mean_autocorrelation": float(constant["statistics"].mean()),
        "mse_statistics_from_fraction": float(
            errors_from_fraction(train.blocks, validation.blocks, side).mean()
        ),
        "mse_images_chance": float(chance["images"].mean()),
        "mse_statistics_chance": float(chance["statistics"].mean()),
    }
    if has_lines(validation.labels):
        summary |= _answers_without_looking(train, validation, sizes["pairs"])
    pca = StatisticsPCA.fit(train.blocks, side, components=latent, seed=seed)
    held_out = validation.images(0, sizes["overfitting"])
    codes = {"train": pca.encode(train.images(0, sizes["overfitting"])), "validation": pca.encode(held_out)}
    difference = pca.decode(codes["validation"]) - line_autocorrelation(held_out)
    summary["mse_statistics_pca"] = float(difference.double().square().mean())
    summary |= {
        f"{name}_pca": value for name, value in label_scores(codes, train.labels, validation.labels).items()
    }
    metrics, arrays = _retrieval(validation, pca, sizes["retrieved"], seed)
    return summary | metrics, {"retrieval": arrays}


def _answers_without_looking(train: MicrostructureSet, validation: MicrostructureSet, pairs: int) -> Summary:
    """What one answer to all of the runs' pairs scores (those of `run.evaluate_vae`), in per cent.

    The pairs' commonest number of lines, their commonest orientation, the training images' mean number of
    black pixels.
    """
    originals = validation.images(0, pairs)
    labels = {name: validation.labels[name][: len(originals)] for name in ("count", "orientation")}
    black = np.concatenate([black_pixels(images) for images in train.blocks()])
    return {
        "lines_right_always_one": _commonest(labels["count"]),
        "orientation_right_always_one": _commonest(labels["orientation"]),
        "fraction_difference_mean_fraction": float(
            relative_difference(black_pixels(originals), black.mean()).mean()
        ),
    }


def _commonest(values: np.ndarray) -> float:
    """Share of the commonest value, in per cent: what the best single answer gets right."""
    return 100 * float(np.unique(values, return_counts=True)[1].max()) / len(values)


def _retrieval(
    validation: MicrostructureSet, pca: StatisticsPCA, count: int, seed: int
) -> tuple[Summary, dict[str, np.ndarray]]:
    """Images retrieved from the true autocorrelations, and from those of the components."""
    originals = validation.images(0, count)
    arrays: dict[str, np.ndarray] = {"original": originals.numpy()}
    summary: Summary = {}
    # the components' result is no image's autocorrelation: no start solves it, more starts hardly help
    known = {
        "retrieval": (line_autocorrelation(originals), {}),
        "pca_retrieval": (pca.decode(pca.encode(originals)), {"restarts": 2}),
    }
    for name, (correlations, options) in known.items():
        found = retrieve_images(correlations, seed=seed, **options)
        residual = found.residual.cpu().numpy()
        arrays[name], arrays[f"{name}_residual"] = found.images.numpy(), residual
        summary[f"residual_{name}"] = float(np.median(residual))  # torch's gives the lower middle value
        if has_lines(validation.labels):
            true = validation.labels["orientation"]
            right = measured_orientation(found.images, true) == true[:count]
            summary[f"orientation_right_{name}"] = percent(right)
            # what is found is right up to cyclic shifts: a line may leave on one side and return on the other
            lines = count_lines(threshold(found.images.float()), periodic=True)
            summary[f"lines_right_{name}"] = percent(lines == validation.labels["count"][:count])
    return summary, arrays
