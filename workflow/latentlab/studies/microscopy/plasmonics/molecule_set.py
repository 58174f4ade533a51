"""Patches around molecules that were found in STM-like scenes, with what they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.plasmonics.molecules import (
    draw_molecules,
    find_molecules,
    levelled,
    matched,
)
from latentlab.studies.microscopy.set_file import Drawn, ImageSet


def draw_molecule_set(spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int) -> Drawn:
    """Draw scenes, level them, find molecules and cut a patch around each; the splits have other scenes.

    A patch is taken into the set if what was found is a molecule; how often it is not, and how many molecules
    were missed, is in the summary (of the test scenes). Factors: class, angle_rad, offset (half sides: where
    the molecule lies in its patch), scene, place. `extra` has the first test scene.

    Parameters
    ----------
    spec : `patch` in px and what `molecules.draw_molecules` takes. seed : of the drawing.
    sizes : `train_scenes`, `test_scenes`.
    """
    joined, found_share = {}, {}
    shown = np.zeros(0)
    for split, name in enumerate(("train", "test")):
        every, counts = [], np.zeros(3)
        for number in range(sizes[f"{name}_scenes"]):
            rng = np.random.default_rng([seed, split, number])
            raw, molecules = draw_molecules(spec, rng)
            image, half = levelled(raw), spec["patch"] // 2
            places = find_molecules(image, half)
            nearest, right = matched(places, molecules["place"])
            inner = (molecules["place"] >= half) & (molecules["place"] < spec["side"] - half)
            counts += [len(np.unique(nearest[right])), len(places), inner.all(axis=1).sum()]
            places, nearest = places[right], nearest[right]
            windows = np.lib.stride_tricks.sliding_window_view(image, (spec["patch"], spec["patch"]))
            centre = places - half + (spec["patch"] - 1) / 2  # of the patch
            offset = (molecules["place"][nearest] - centre)[:, ::-1] / (spec["patch"] / 2)
            every.append(
                {
                    "patch": windows[places[:, 0] - half, places[:, 1] - half][:, None],
                    "class": molecules["class"][nearest],
                    "angle_rad": molecules["angle_rad"][nearest],
                    "offset": offset,
                    "place": places,
                    "scene": np.full(len(places), number),
                }
            )
            shown = image if number == 0 else shown
        joined[name] = {key: np.concatenate([each[key] for each in every]) for key in every[0]}
        found_share[name] = counts
    low, high = np.quantile(joined["train"]["patch"], (0.5, 0.995))
    sets = {}
    for name, rows in joined.items():
        images = np.clip((rows.pop("patch") - low) / (high - low), 0, 1).astype(np.float32)
        sets[name] = ImageSet(images, rows)
    right, found, true = found_share["test"]
    mean = sets["train"].images.mean(axis=0)
    summary = {
        "found_right": float(right / found),
        "found_of_all": float(min(1.0, right / true)),
        "reconstruction_mean_image": float(((sets["test"].images - mean) ** 2).mean()),
    }
    scene = np.clip((shown - low) / (high - low), 0, 1).astype(np.float32)
    return Drawn(sets["train"], sets["test"], {"scenes/image": scene[None]}, {}, summary)
