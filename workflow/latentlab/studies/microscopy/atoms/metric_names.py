"""The metrics of the part atoms, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.studies.microscopy.atoms.truth import compared

LABELS = {"atoms_ari", "atoms_ari_low", "atoms_ari_high", "atoms_ari_shuffled", "atoms_knn"}
METHODS = ("pca", "nmf", "kmeans", "gmm")  # of `components.decompose`
FINDING = {"atoms_precision", "atoms_recall", "atoms_rms_px", "atoms_spacing_px"}


def metrics(spec: Mapping[str, Any], record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run's evaluation, from its set's entry and its record."""
    names, truth = {"reconstruction", "atoms_active_latents"}, compared(spec)
    if truth is None:
        return names
    names |= LABELS
    if record["classes"]:
        names |= {"atoms_ari_classes", "atoms_accuracy_classes"}
    if spec["kind"] == "domains":
        names |= {"atoms_r2_cell_phase"}
        return names | ({"atoms_offset_agreement"} if record["translation_prior"] else set())
    if spec["scene"] == "perovskite":
        names |= {"atoms_r2_polarisation"}
    if spec["scene"] == "graphene":
        names |= {"atoms_f1_defects", "atoms_share_error"}
    if record["rotation"] != "none":
        names |= {"atoms_angle_error", "atoms_angle_error_shuffled"}
    return names


def set_metrics(spec: Mapping[str, Any]) -> set[str]:
    """Metrics in the summary of a set: answers without training, and how well atoms were found."""
    names = {"reconstruction_mean_image"}
    if compared(spec) is None:
        return names | {"atoms_found", "atoms_spacing_px"}
    names |= {"atoms_largest_share"}
    if spec["scene"] == "graphene":
        names |= {"atoms_f1_all"}
    return names | (FINDING if spec["kind"] == "lattice" else set())


def component_metrics(spec: Mapping[str, Any]) -> set[str]:
    """Metrics of the components of a set, by method."""
    names = {"atoms_ari", "atoms_knn"}
    if spec["kind"] == "domains":
        names |= {"atoms_r2_cell_phase"}
    elif spec["scene"] == "perovskite":
        names |= {"atoms_r2_polarisation"}
    elif spec["scene"] == "graphene":
        names |= {"atoms_f1_defects"}
    return {f"{name}_{method}" for name in names for method in METHODS}


def decomposed(study: Mapping[str, Any]) -> dict[str, str]:
    """Sets of which components are made, by the subject's name."""
    return {
        f"components-{name.removeprefix('atoms-')}": name
        for name, spec in study["sets"].items()
        if spec["kind"] in ("lattice", "domains") and compared(spec) is not None
    }


def subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject: the components of each set."""
    return {
        subject: frozenset(component_metrics(study["sets"][name]))
        for subject, name in decomposed(study).items()
    }
