"""What a run of this part is worth on held-out pairs or molecules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.studies.microscopy.plasmonics.metric_names import ANGLES, RIVALS, SPLIT_ENDS
from latentlab.studies.microscopy.plasmonics.molecules import FOLDS
from latentlab.studies.microscopy.plasmonics.rivals import Components
from latentlab.studies.microscopy.plasmonics.scenes import corners, patches
from latentlab.studies.microscopy.plasmonics.scores import explained, linear_r2, turn_correlation
from latentlab.studies.microscopy.set_file import ImageSet, read_extra

SHOWN = 64  # test pairs whose predictions are kept for figures
MANIFOLD = 7  # images in a row of a manifold
Result = tuple[dict[str, float], dict[str, np.ndarray]]


def evaluate(
    vae: Any, train: ImageSet, test: ImageSet, record: Mapping[str, Any], data_path: Path | str
) -> Result:
    """Metrics of a run on the test split, and the arrays behind its figures.

    Parameters
    ----------
    vae : a trained `latentlab.invariant.InvariantVAE`. train, test : the set's splits. record : the run's.
    data_path : the set, for what belongs to it as a whole.
    """
    if train.targets is None:
        return _molecules(vae, train, test, record)
    return _pairs(vae, train, test, record, data_path)


def _pairs(
    vae: Any, train: ImageSet, test: ImageSet, record: Mapping[str, Any], data_path: Path | str
) -> Result:
    within = ImageSet(
        read_extra(data_path, "within/images"),
        {"scene": read_extra(data_path, "within/scene")},
        targets=read_extra(data_path, "within/targets"),
    )
    mean = _flat(train.targets).mean(axis=0)
    summary: dict[str, float] = {}
    arrays: dict[str, np.ndarray] = {}
    for end, split in zip(SPLIT_ENDS, (test, within), strict=True):
        predicted = vae.reconstruct(split.images)
        scores = explained(
            _flat(split.targets), _flat(predicted), mean, split.factors["scene"], record["seed"]
        )
        summary |= scores.summary(f"r2{end}")
        arrays[f"r2{end}"] = scores.channels
        if not end:
            for rival in RIVALS:
                theirs = explained(
                    _flat(split.targets),
                    read_extra(data_path, f"rivals/predicted_{rival}"),
                    mean,
                    split.factors["scene"],
                    record["seed"],
                )
                summary |= scores.more_than(theirs, f"r2_over_{rival}")
            summary["reconstruction"] = float(((predicted - split.targets) ** 2).mean())
            arrays["examples"] = predicted[:SHOWN]
    known, asked = (vae.encode(split.images).continuous for split in (train, test))
    for name, factor in (("energy", "energy_ev"), ("edge_distance", "edge_distance_nm")):
        summary[f"{name}_r2"] = linear_r2(known, train.factors[factor], asked, test.factors[factor])
    axes = Components.of(known, 2)
    arrays["latents"] = axes.scores(asked)
    if train.images.shape[-2] > 1:  # patches: whole scenes can be predicted
        images, mean_patch, scale = (
            read_extra(data_path, name) for name in ("scenes/image", "patch_mean", "patch_scale")
        )
        side, patch = images.shape[-1], train.images.shape[-1]
        cut = [patches((each - mean_patch) / scale, corners(side, patch), patch) for each in images]
        windows = [each[:, None].astype(np.float32) for each in cut]
        found = [vae.encode(each) for each in windows]
        arrays["scenes/spectra"] = np.stack([vae.decode_latents(each)[:, 0] for each in found])
        arrays["scenes/latents"] = np.stack([axes.scores(each.continuous) for each in found])
    return summary, arrays


def _molecules(vae: Any, train: ImageSet, test: ImageSet, record: Mapping[str, Any]) -> Result:
    from latentlab.studies.microscopy.scores import (  # not needed by the other sets
        adjusted_rand_index,
        hungarian_accuracy,
        mixture_classes,
        neighbour_accuracy,
        scored,
    )

    latents, known = vae.encode(test.images), vae.encode(train.images).continuous
    kinds, restored = test.factors["class"], vae.decode_latents(latents)
    groups = mixture_classes(latents.continuous, len(FOLDS), record["seed"], fit_to=known)
    summary = {
        "reconstruction": float(((restored - test.images) ** 2).mean()),
        "species_ari": adjusted_rand_index(kinds, groups),
        "species_accuracy": hungarian_accuracy(kinds, groups),
        "species_neighbours": neighbour_accuracy(known, train.factors["class"], latents.continuous, kinds),
    }
    arrays = {
        "latents": latents.continuous,
        "groups": groups,
        "restored": restored[:SHOWN],
        **_manifold(vae, latents.continuous),
    }
    if latents.angle is not None:
        truth = test.factors["angle_rad"]
        for name, (kind, fold) in zip(ANGLES, FOLDS.items(), strict=True):
            where = kinds == kind
            statistic = partial(turn_correlation, fold=fold)
            score = scored(statistic, truth[where], latents.angle[where], seed=record["seed"])
            summary |= {name: score.value, f"{name}_low": score.low}
            summary |= {f"{name}_high": score.high, f"{name}_null": score.null}
        arrays["angle"] = latents.angle
    return summary, arrays


def _manifold(vae: Any, latents: np.ndarray) -> dict[str, np.ndarray]:
    """Images drawn from a grid over the part of the first two latents where images are; row 0 is the top."""
    limits = np.quantile(latents[:, :2], (0.02, 0.98), axis=0).T
    across, up = (np.linspace(*each, MANIFOLD, dtype=np.float32) for each in limits)
    codes = np.zeros((MANIFOLD, MANIFOLD, latents.shape[1]), dtype=np.float32)
    codes[..., 0], codes[..., 1] = across, up[::-1, None]
    images = vae.decode(codes.reshape(MANIFOLD**2, -1))
    return {"manifold": images.reshape(MANIFOLD, MANIFOLD, *images.shape[2:]), "manifold_limits": limits}


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)
