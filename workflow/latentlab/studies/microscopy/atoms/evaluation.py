"""Measure a model on patches of atoms: latents against truth, and the arrays behind its maps."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import read_artifact, record_of
from latentlab.studies.microscopy.atoms.measures import (
    active_latents,
    angle_error_deg,
    defect_scores,
    lattice_fold,
    linear_r2,
    neighbour_r2,
    phase_agreement,
)
from latentlab.studies.microscopy.atoms.truth import Compared, compared, names_of
from latentlab.studies.microscopy.scores import (
    adjusted_rand_index,
    hungarian_accuracy,
    mixture_classes,
    neighbour_accuracy,
    scored,
)
from latentlab.studies.microscopy.set_file import ImageSet, read_extra

PLACES = ("row", "column", "frame")
SHOWN = 8  # patches and their reconstructions
SIDE = 7  # images in a row of the manifold
NOTHING = (
    "the latents carry nothing: all patches look alike to the model beside their angle; take a larger "
    "patch, more atoms, or an image with more contrast"
)


def evaluate(
    vae: Any, train: ImageSet, test: ImageSet, record: Mapping[str, Any], data_path: Path | str
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a run on the test scenes (`metric_names.metrics` lists them), and arrays for its figures.

    Parameters
    ----------
    vae : the trained `InvariantVAE`. train, test : the set's splits. record : of the run. data_path : the
        set.

    Returns
    -------
    summary; arrays: row, column (px), frame, label (-1 unknown), found (by mixture or discrete class),
    latents (n, k), angle (n,) rad and offset (n, 2) px where the model has them, scenes (frames, side, side)
    uint8, manifold (rows, columns, h, w), patches and reconstructions, and truth that figures colour by.
    """
    spec, scenes = spec_and_scenes(data_path)
    truth = compared(spec)
    found_train, found = vae.encode(train.images), vae.encode(test.images)
    restored = vae.decode_latents(found)
    summary = {
        "reconstruction": float(np.mean((restored - test.images) ** 2)),
        "atoms_active_latents": float(active_latents(found.continuous)),
    }
    arrays = _places(test, found, scenes, spec)
    arrays["patches"], arrays["reconstructions"] = _examples(test.images, restored)
    arrays["manifold"] = _manifold(vae)
    arrays["names"] = np.array(json.dumps(names_of(spec)).encode())
    if truth is None:
        if found.angle is not None:
            arrays["fold"] = np.array(lattice_fold(arrays["angle"], *(arrays[name] for name in PLACES)))
        arrays["pixel_size"] = np.array(spec["pixel_size"] or 0.0)
        if not summary["atoms_active_latents"]:
            logging.warning("%s", NOTHING)
        return summary, arrays
    labels, codes = test.factors[truth.label], code_of(found, truth)
    train_labels, train_codes = train.factors[truth.label], code_of(found_train, truth)
    known, train_known = labels >= 0, train_labels >= 0
    kinds, seed = len(names_of(spec)), record["seed"]
    groups = mixture_classes(codes, kinds, seed, train_codes)
    scores = label_scores(
        train_codes[train_known], train_labels[train_known], codes[known], labels[known], groups[known], seed
    )
    summary |= scores
    if found.classes is not None:
        groups = found.classes.argmax(axis=1)
        summary["atoms_ari_classes"] = adjusted_rand_index(labels[known], groups[known])
        summary["atoms_accuracy_classes"] = hungarian_accuracy(labels[known], groups[known])
    arrays |= {"label": labels, "found": groups}
    summary |= _of_scene(spec, truth, (train, found_train), (test, found), groups, arrays)
    if found.angle is not None and spec["kind"] == "lattice":
        factors, angles = test.factors, found.angle
        if spec["turned"]:  # in the scene itself, few orientations occur
            names = (truth.label, truth.angle_of)
            factors = {name: read_extra(data_path, f"turned/{name}") for name in names}
            angles = vae.encode(read_extra(data_path, "turned/images")).angle
        angle, kind, rows = true_angles(factors, truth)
        pair = angle_error_deg(angle[rows], np.asarray(angles, float)[rows], kind[rows], truth.fold)
        summary |= dict(zip(("atoms_angle_error", "atoms_angle_error_shuffled"), pair, strict=True))
    return summary, arrays


def code_of(found: Any, truth: Compared) -> np.ndarray:
    """What is compared with labels: continuous latents; also the angle where labels differ by orientation."""
    parts = [np.asarray(found.continuous, float)]
    if truth.direction_counts and found.angle is not None:
        parts.append(np.stack([np.cos(found.angle), np.sin(found.angle)], axis=1))
    return np.concatenate(parts, axis=1)


def label_scores(
    train: np.ndarray,
    train_labels: np.ndarray,
    test: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    seed: int,
) -> dict[str, float]:
    """ARI of groups found without labels, its interval and shuffle null; accuracy of nearest neighbours."""
    score = scored(adjusted_rand_index, labels, groups, seed=seed)
    return {
        "atoms_ari": score.value,
        "atoms_ari_low": score.low,
        "atoms_ari_high": score.high,
        "atoms_ari_shuffled": score.null,
        "atoms_knn": neighbour_accuracy(train, train_labels, test, labels),
    }


def _of_scene(
    spec: Mapping[str, Any],
    truth: Compared,
    train: tuple[ImageSet, Any],
    test: tuple[ImageSet, Any],
    groups: np.ndarray,
    arrays: dict[str, np.ndarray],
) -> dict[str, float]:
    """What one kind of scene is measured by beside its labels; adds truth to the arrays."""
    summary: dict[str, float] = {}
    (train_set, train_found), (test_set, found) = train, test
    factors, labels = test_set.factors, test_set.factors[truth.label]
    if spec["kind"] == "domains":
        phases = [np.concatenate([np.cos(each), np.sin(each)], axis=1) for each in _cell_phases(train, test)]
        codes = np.asarray(train_found.continuous), phases[0], np.asarray(found.continuous), phases[1]
        summary["atoms_r2_cell_phase"] = neighbour_r2(*codes)
        arrays["cell_phase"] = factors["cell_phase_rad"]
        if found.offset is not None:
            scale = np.pi * spec["patch"] / spec["crystal"]["a"]  # from half sides to the lattice's phase
            arrays["offset_phase"] = scale * np.asarray(found.offset)
            summary["atoms_offset_agreement"] = phase_agreement(
                scale * factors["cell_offset"], arrays["offset_phase"]
            )
        return summary
    if "polarisation" in factors:
        known = [np.isfinite(each.factors["polarisation"]).all(axis=1) for each in (train_set, test_set)]
        pairs = [
            (code_of(each, truth)[rows], images.factors["polarisation"][rows])
            for (images, each), rows in zip((train, test), known, strict=True)
        ]
        summary["atoms_r2_polarisation"] = linear_r2(*pairs[0], *pairs[1])
        arrays["polarisation"] = factors["polarisation"]
    if truth.label == "class":
        known = labels >= 0
        scores = defect_scores(labels[known] > 0, groups[known], factors["frame"][known])
        summary["atoms_f1_defects"], _, summary["atoms_share_error"] = scores
    return summary


def true_angles(
    factors: Mapping[str, np.ndarray], truth: Compared
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True angle (n,) in rad, the group with a constant of its own (n,), and the rows that are judged.

    Of graphene, the atoms of the lattice; of the perovskite, those with more than half of the largest
    polarisation, as in a wall there is no direction.
    """
    labels = factors[truth.label]
    if truth.angle_of == "polarisation":
        x, y = factors["polarisation"].T
        size = np.nan_to_num(np.hypot(x, y))
        return np.arctan2(-y, x), np.zeros(len(x), int), size > size.max() / 2
    rows = labels == 0 if truth.label == "class" else labels >= 0
    return factors[truth.angle_of], np.maximum(labels, 0), rows


def _cell_phases(*splits: tuple[ImageSet, Any]) -> list[np.ndarray]:
    return [images.factors["cell_phase_rad"] for images, _ in splits]


def spec_and_scenes(data_path: Path | str) -> tuple[dict[str, Any], np.ndarray]:
    """The set's entry, and its test scenes as uint8 (frames, h, w)."""
    with read_artifact(data_path, kind="microscopy-set") as file:
        scenes = file["extra/test/scenes"]
        stack = [scenes[str(number)][()] for number in range(len(scenes))]
        return record_of(file)["spec"], np.round(255 * np.stack(stack)).astype(np.uint8)


def _places(test: ImageSet, found: Any, scenes: np.ndarray, spec: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Where the patches lie, and the latents there; offsets in px."""
    arrays = {name: test.factors[name] for name in PLACES}
    arrays |= {"latents": np.asarray(found.continuous), "scenes": scenes}
    if found.angle is not None:
        arrays["angle"] = np.asarray(found.angle)
    if found.offset is not None:
        arrays["offset"] = np.asarray(found.offset) * test.images.shape[-1] / 2
    if found.classes is not None:
        arrays["classes"] = np.asarray(found.classes)
    return arrays


def _examples(images: np.ndarray, restored: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    chosen = np.linspace(0, len(images) - 1, min(SHOWN, len(images))).astype(int)
    return images[chosen, 0], restored[chosen, 0]


def _manifold(vae: Any) -> np.ndarray:
    """Decoded images (rows, columns, h, w): a plane of two latents, or a row of one latent for each class."""
    if vae.settings.latent >= 2 and not vae.settings.classes:
        return vae.manifold2d(side=SIDE)[:, :, 0]
    return vae.manifold_traversal(steps=SIDE)[:, :, 0]
