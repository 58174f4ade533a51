"""Which metrics the runs, sets and stages of this part have, so that names are checked before any job
starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ENDS = ("", "_low", "_high")  # value, and its interval
SPLIT_ENDS = ("", "_within")  # test scenes; other positions of the training scenes
KIND_ENDS = ("_disc", "_rod", "_cube", "_dimer")
PAIR_FACTORS = ("energy", "edge_distance")  # told by a linear function of the latents
RIVALS = ("nearest", "ridge")
MOLECULES = ("rod", "bent", "star", "cross")
ANGLES = tuple(f"angle_{name}" for name in MOLECULES)
SPECIES = ("species_ari", "species_accuracy", "species_neighbours")
DUAL = ("structure_error", "kind_accuracy", *(f"kind_accuracy{end}" for end in KIND_ENDS), "distance")


def explained_names(splits: Iterable[str] = ("",), answer: str = "") -> set[str]:
    """Names of what `scores.Explained.summary` gives: r2 of each split, of single channels and whole."""
    return {f"r2{split}{part}{answer}{end}" for split in splits for part in ("", "_whole") for end in ENDS}


def metrics(spec: Mapping[str, Any], record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives.

    Parameters
    ----------
    spec : the set's entry in config/microscopy.yaml. record : the run's.
    """
    if spec["unit"] == "molecule":
        angles = {f"{name}{end}" for name in ANGLES for end in (*ENDS, "_null")}
        return {"reconstruction", *SPECIES, *(angles if record["rotation"] != "none" else ())}
    over = {f"r2_over_{rival}{end}" for rival in RIVALS for end in ENDS}
    factors = {f"{name}_r2" for name in PAIR_FACTORS}
    return {"reconstruction", *factors, *over, *explained_names(SPLIT_ENDS)}


def set_metrics(spec: Mapping[str, Any]) -> set[str]:
    """Metrics of a set, the keys of its summary: answers without a network; `spec` is its entry."""
    if spec["unit"] == "molecule":
        return {"found_right", "found_of_all", "reconstruction_mean_image"}
    if spec["unit"] == "particle":
        found = {f"structure_error_{answer}" for answer in (*RIVALS, "mean_image")}
        found |= {f"kind_accuracy{end}_nearest" for end in ("", *KIND_ENDS)} | {"kind_accuracy_mean_image"}
        return found.union(*(explained_names(answer=f"_{answer}") for answer in (*RIVALS, "possible")))
    answers = (*RIVALS, "possible") if spec["input"] == "image" else RIVALS
    found = {f"reconstruction_{answer}" for answer in (*answers, "mean_image")}
    found |= {f"{name}_r2_components" for name in PAIR_FACTORS}
    return found.union(*(explained_names(SPLIT_ENDS, f"_{answer}") for answer in answers))


def subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject, of the dual VAEs that config/microscopy.yaml declares."""
    names = {f"{name}{end}" for name in DUAL for end in ENDS} | explained_names()
    return {name: frozenset(names) for name in study.get("plasmonics", {}).get("duals", {})}
