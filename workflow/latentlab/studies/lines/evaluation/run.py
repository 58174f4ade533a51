"""All that is measured on one trained VAE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from latentlab.studies.lines.evaluation.alignment import align
from latentlab.studies.lines.evaluation.line_counts import count_lines, threshold
from latentlab.studies.lines.evaluation.neighbours import nearest
from latentlab.studies.lines.evaluation.overfitting import (
    TwoSampleTest,
    mean_errors,
    two_sample_test,
)
from latentlab.studies.lines.evaluation.prior import DEVIATIONS, compare_prior, traversal
from latentlab.studies.lines.evaluation.properties import classification_score, regression_score
from latentlab.studies.lines.evaluation.reconstruction_errors import set_errors
from latentlab.studies.lines.evaluation.scores import has_lines, percent, score_pairs, summarise
from latentlab.studies.lines.evaluation.shift_invariance import latent_displacement
from latentlab.studies.lines.line_statistics import line_autocorrelation
from latentlab.studies.lines.losses import kl_divergence
from latentlab.studies.lines.metric_names import CLASSES, SPACES
from latentlab.studies.lines.sets import MicrostructureSet
from latentlab.studies.lines.vae_file import TrainedVae

PLACES = ("file", "top", "left")  # labels that say where an image comes from, not what it shows
SHIFTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)  # of the side
Summary = dict[str, float]
Groups = dict[str, dict[str, np.ndarray]]  # datasets by group


def evaluate_vae(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    """Metrics of a run by name, and the arrays behind them by group and name.

    Parameters
    ----------
    trained : the VAE. train, validation : the splits of its set.
    sizes : "pairs", the document's 100 pairs (of validation); "overfitting", its 1000 reconstructions of each
        split; "prior", images drawn from the prior. Fewer where a split has fewer.

    Source: document, appendix B; shift invariance, prior and properties are ours.
    """
    images = len(train) + len(validation)
    summary: Summary = {"set_images": images, "set_training_share": len(train) / images}
    groups: Groups = {}
    for part in (_errors, _pairs, _overfitting, _prior, _shifts, _latents):
        metrics, arrays = part(trained, train, validation, sizes)
        summary |= metrics
        groups |= arrays
    history = trained.history
    groups["history"] = {name: np.array([row[name] for row in history]) for name in history[0]}
    return summary, groups


def _errors(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    errors = set_errors(trained.model.reconstruct, validation.blocks(), validation.side)
    summary = {f"mse_{space}": float(errors[space].mean()) for space in SPACES}
    return summary, {"errors": errors}


def _pairs(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    """The document's pairs: reconstructions, the nearest training images, lines counted in all of them."""
    count = min(sizes["pairs"], len(validation))
    originals = validation.images(0, count)
    restored = trained.model.reconstruct(originals)
    arrays: dict[str, np.ndarray] = {
        "original": originals.numpy(),
        "reconstruction": restored.numpy(),
        "original_statistics": line_autocorrelation(originals).numpy(),
        "reconstruction_statistics": line_autocorrelation(restored).numpy(),
    }
    found = {
        "nearest_by_image": nearest(restored, train.blocks, "images"),
        "nearest_by_statistics": nearest(restored, train.blocks, "statistics"),
        "nearest_to_original": nearest(originals, train.blocks, "statistics"),
    }
    for name, neighbours in found.items():
        arrays[name] = torch.stack([train.images(i, i + 1)[0] for i in neighbours.index.tolist()]).numpy()
        arrays[f"{name}_mse"] = neighbours.mse
    # the pixels' error after the best shift and half turn, which the statistics do not determine
    summary = {"mse_images_aligned": float(align(restored, originals.float()).mse.mean())}
    if not has_lines(validation.labels):
        return summary, {"pairs": arrays}
    labels = {name: values[:count] for name, values in validation.labels.items()}
    scores = score_pairs(originals, restored, labels)
    arrays |= {f"score_{name}": values for name, values in vars(scores).items()}
    summary |= summarise(scores)
    for number in np.unique(validation.labels["count"]):  # NaN for a number that no pair has
        summary.setdefault(f"pairs_of_{number}", 0.0)
        summary.setdefault(f"lines_right_of_{number}", float("nan"))
        summary.setdefault(f"lines_median_of_{number}", float("nan"))
    for name in ("nearest_to_original", "nearest_by_statistics"):
        lines = count_lines(threshold(torch.from_numpy(arrays[name]).float()))
        arrays[f"score_{name}"] = lines
        summary[f"lines_right_{name}"] = percent(lines == scores.true_count)
    return summary, {"pairs": arrays}


def _overfitting(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    """Figures 4 and 5: mean errors to the whole of each split, of reconstructions from that split."""
    summary: Summary = {}
    groups: Groups = {}
    sets = {"train": train, "validation": validation}
    restored = {
        name: trained.model.reconstruct(images.images(0, sizes["overfitting"]))
        for name, images in sets.items()
    }
    for space in SPACES:
        values = {name: mean_errors(restored[name], sets[name].blocks, space) for name in sets}
        test = _compared(values["train"], values["validation"], trained.record["seed"])
        summary |= {f"overfitting_{space}_{name}": float(value) for name, value in vars(test).items()}
        groups[f"overfitting/{space}"] = values
    return summary, groups


def _compared(a: np.ndarray, b: np.ndarray, seed: int) -> TwoSampleTest:
    """Two-sample test; NaN where neither has a spread: a collapsed VAE gives the same image each time."""
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        return TwoSampleTest(*[float("nan")] * 5)
    return two_sample_test(a, b, seed=seed)


def _prior(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    held_out = validation.images(0, sizes["prior"])
    drawn = compare_prior(
        trained.model,
        trained.record["latent"],
        held_out,
        train.blocks,
        count=sizes["prior"],
        seed=trained.record["seed"],
    )
    test = _compared(drawn.fraction_samples, drawn.fraction_data, trained.record["seed"])
    summary = {
        "prior_fraction_effect": float(test.effect),
        "prior_nearest_ratio": float(np.median(drawn.nearest_samples) / np.median(drawn.nearest_data)),
    }
    arrays = {name: np.asarray(values) for name, values in vars(drawn).items()}
    return summary, {"prior": arrays}


def _shifts(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    """How far the latent moves when the image is moved cyclically; with statistics alone, ideally 0."""
    moved = latent_displacement(
        lambda images: trained.model.encode(images)[0],
        validation.images(0, sizes["pairs"]),
        sorted({max(1, round(share * validation.side)) for share in SHIFTS}),
        torch.Generator().manual_seed(trained.record["seed"]),
    )
    arrays = {"shift": moved.shifts, "rows": moved.rows, "columns": moved.columns}
    summary = {"latent_shift": float(np.mean([moved.rows, moved.columns]))}
    return summary, {"shifts": arrays}


def _latents(
    trained: TrainedVae, train: MicrostructureSet, validation: MicrostructureSet, sizes: Mapping[str, Any]
) -> tuple[Summary, Groups]:
    """KL divergence per latent, traversal, and scores of linear models that read labels from the latents."""
    means, variances = {}, {}
    for name, images in (("train", train), ("validation", validation)):
        means[name], variances[name] = trained.model.encode(images.images(0, sizes["overfitting"]))
    kl = kl_divergence(means["validation"], variances["validation"]).mean(0)
    summary = {"kl": float(kl.sum())} | label_scores(means, train.labels, validation.labels)
    arrays = {
        "kl": kl.numpy(),
        "deviations": np.array(DEVIATIONS),
        "traversal": traversal(trained.model, trained.record["latent"]).numpy(),
    }
    return summary, {"latents": arrays}


def label_scores(
    codes: Mapping[str, torch.Tensor], train: Mapping[str, np.ndarray], validation: Mapping[str, np.ndarray]
) -> Summary:
    """How well linear models read each label from codes: R^2 of quantities, accuracy of classes.

    Parameters
    ----------
    codes : float (n, d) of the first images of each split, "train" (fitted) and "validation" (scored).
    train, validation : labels of each split.
    """
    summary: Summary = {}
    fit, test = codes["train"].numpy(), codes["validation"].numpy()
    for name, values in train.items():
        if values.ndim > 1 or name in PLACES:  # positions and ends of single lines are left out, too
            continue
        a, b = values[: len(fit)], validation[name][: len(test)]
        if name not in CLASSES:
            summary[f"r2_{name}"] = regression_score(fit, a.astype(float), test, b.astype(float))
        elif len(np.unique(a)) > 1:
            score = classification_score(fit, a, test, b)
            summary[f"accuracy_{name}"] = score.accuracy
            summary[f"accuracy_{name}_by_chance"] = score.commonest
    return summary
