"""Pairs of a patch of a scene and the spectrum in its middle: for im2spec, and the other way for spec2im."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.plasmonics.metric_names import RIVALS, SPLIT_ENDS
from latentlab.studies.microscopy.plasmonics.rivals import Components, nearest, ridge, turned
from latentlab.studies.microscopy.plasmonics.scaling import Scaling, Standard
from latentlab.studies.microscopy.plasmonics.scenes import (
    Scene,
    corners,
    draw_scene,
    expected_counts,
    factors_of,
    patches,
    points_of,
    root_counts,
)
from latentlab.studies.microscopy.plasmonics.scores import explained, linear_r2
from latentlab.studies.microscopy.plasmonics.spectra import energies
from latentlab.studies.microscopy.set_file import Drawn, ImageSet

STRATA_NM = (0.0, 12.0, 30.0)  # distances from the nearest edge, between which probe positions are shared out
COMPONENTS = 10  # principal components of patches that factors are told from: as many as latents
SHARES = (0.3, 0.4, 0.2, 0.1)  # of the positions: inside, near, further, far
Rows = dict[str, np.ndarray]


def draw_pixel_set(spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int) -> Drawn:
    """Draw scenes, and pairs at some of their probe positions.

    Splits: train; within, other positions of the training scenes; test, scenes whose particles were never
    seen. Within is kept in `extra` as `within/...`. With `spec["input"]` "image" the images are patches and
    the
    targets spectra; with "spectrum" the spectra are images (1, 1, channels) and the patches targets. Both are
    standardised: mean 0 and mean square 1 over the training pairs.

    Parameters
    ----------
    spec : `input`, `copies` (1 to 4: each training pair is repeated with the patch turned by quarter turns,
    which
        do not change the spectrum in its middle), `patch` in px, `channels`, `energies_ev` (limits), `dose`
        (electrons a probe position), and
        what `scenes.draw_scene` takes. seed : of the drawing.
    sizes : `train_scenes`, `test_scenes`, `shown_scenes` (test scenes that are kept whole); positions a
    scene:
        `points` for train, `test_points`, `within`.
    """
    axis = energies(spec["channels"], tuple(spec["energies_ev"]))
    splits: dict[str, list[Rows]] = {"train": [], "within": [], "test": []}
    shown: list[Rows] = []
    for split, name in enumerate(("train", "test")):
        kept = sizes["points" if name == "train" else "test_points"]
        asked = kept + (sizes["within"] if name == "train" else 0)
        for number in range(sizes[f"{name}_scenes"]):
            rng = np.random.default_rng([seed, split, number])
            scene = draw_scene(spec, rng)
            rows = _rows(scene, _probe_places(scene, spec, asked, rng), spec, axis, rng)
            rows["scene"] = np.full(len(rows["patch"]), number)
            cut = kept * len(rows["scene"]) // asked  # the positions are in random order
            splits[name].append({key: each[:cut] for key, each in rows.items()})
            if name == "train":
                splits["within"].append({key: each[cut:] for key, each in rows.items()})
            elif number < sizes["shown_scenes"]:
                every = _rows(scene, corners(spec["side"], spec["patch"]), spec, axis, rng)
                shown.append({"image": scene.image, "spectrum": every["spectrum"]})
    joined = {
        name: {key: np.concatenate([each[key] for each in rows]) for key in rows[0]}
        for name, rows in splits.items()
    }
    scaling = Scaling.of(joined["train"]["spectrum"])
    white = Standard.of(joined["train"]["patch"])
    for rows in [*joined.values(), *shown]:
        rows |= {name: scaling(rows[name]) for name in ("spectrum", "expected") if name in rows}
        rows |= {"patch": white(rows["patch"])} if "patch" in rows else {}
    extra = scaling.extra(axis) | white.extra()
    extra["scenes/image"] = np.stack([each["image"] for each in shown])
    extra["scenes/spectra"] = np.stack([each["spectrum"][:, 0] for each in shown])
    sets = {name: _image_set(rows, spec["input"]) for name, rows in joined.items()}
    for name, image_set in sets.items():
        if name != "train":
            extra[f"{name}/expected"] = image_set.factors.pop("expected")
    extra["within/images"], extra["within/targets"] = sets["within"].images, sets["within"].targets
    extra["within/scene"] = sets["within"].factors["scene"]
    summary, curves = _rivals(spec, sets, extra, seed)
    train = _repeated(sets["train"], spec["copies"])
    return Drawn(train, sets["test"], extra | curves, {"input": spec["input"]}, summary)


def _repeated(pairs: ImageSet, copies: int) -> ImageSet:
    """The pairs, and the same with patches turned by quarter turns; they are images of pairs to a
    spectrum."""
    if copies == 1:
        return pairs
    images = np.concatenate([np.rot90(pairs.images, turn, axes=(2, 3)) for turn in range(copies)])
    factors = {name: np.concatenate([each] * copies) for name, each in pairs.factors.items()}
    return ImageSet(images, factors, targets=np.concatenate([pairs.targets] * copies))


def _probe_places(scene: Scene, spec: Mapping[str, Any], number: int, rng: np.random.Generator) -> np.ndarray:
    """About `number` corners (k, 2) with room for a patch, in random order, by their distance from edges."""
    places = corners(spec["side"], spec["patch"])
    places = places[rng.permutation(len(places))[: 4 * number]]
    distance = scene.particles.edge_distance(points_of(places)).min(axis=0)
    stratum = np.digitize(distance, STRATA_NM)
    chosen = [np.flatnonzero(stratum == each)[: round(number * share)] for each, share in enumerate(SHARES)]
    return places[rng.permutation(np.concatenate(chosen))]


def _rows(
    scene: Scene, places: np.ndarray, spec: Mapping[str, Any], axis: np.ndarray, rng: np.random.Generator
) -> Rows:
    """Patch, measured and expected spectrum, and factors at corners (k, 2)."""
    points = points_of(places)
    expected = expected_counts(scene.particles, points, axis, spec["dose"])
    return {
        "patch": patches(scene.image, places, spec["patch"])[:, None],
        "spectrum": root_counts(rng.poisson(expected), axis, spec["dose"]),
        "expected": root_counts(expected, axis, spec["dose"]),
        **factors_of(scene.particles, points),
    }


def _image_set(rows: Rows, given: str) -> ImageSet:
    factors = {name: each for name, each in rows.items() if name not in ("patch", "spectrum")}
    if given == "image":
        return ImageSet(rows["patch"], factors, targets=rows["spectrum"])
    return ImageSet(rows["spectrum"][:, :, None], factors, targets=rows["patch"])


def _rivals(
    spec: Mapping[str, Any], sets: Mapping[str, ImageSet], extra: Rows, seed: int
) -> tuple[dict[str, float], Rows]:
    """What predictions without a network explain, on both held-out splits; curves over the target's channels.

    The nearest neighbours are given the eight turned and mirrored copies of the training patches.
    """
    train, held_out = sets["train"], [sets["test"], sets["within"]]
    rows = [_flat(each.images) for each in held_out]
    targets, groups = _flat(train.targets), train.factors["scene"]
    found = {"ridge": ridge(_flat(train.images), targets, groups, *rows)}
    if spec["input"] == "image":
        copies = turned(train.images[:, 0]).reshape(8 * len(train), -1)
        found["nearest"] = nearest(copies, targets, groups, *rows, copies=8)
        # the noise-free spectra: nothing can predict the counting noise
        found["possible"] = [_flat(extra["test/expected"]), _flat(extra["within/expected"])]
    else:
        found["nearest"] = nearest(_flat(train.images), targets, groups, *rows)
    summary, curves = {}, {}
    for answer, predictions in found.items():
        for end, image_set, predicted in zip(SPLIT_ENDS, held_out, predictions, strict=True):
            scores = explained(
                _flat(image_set.targets), predicted, targets.mean(axis=0), image_set.factors["scene"], seed
            )
            summary |= scores.summary(f"r2{end}", f"_{answer}")
            curves[f"rivals/r2{end}_{answer}"] = scores.channels
            if not end:
                error = float(((predicted - _flat(image_set.targets)) ** 2).mean())
                summary[f"reconstruction_{answer}"] = error
                if answer in RIVALS:
                    curves[f"rivals/predicted_{answer}"] = predicted.astype(np.float32)
    axes = Components.of(_flat(train.images), COMPONENTS)
    for name, factor in (("energy", "energy_ev"), ("edge_distance", "edge_distance_nm")):
        known, asked = (each.factors[factor] for each in (train, held_out[0]))
        found_r2 = linear_r2(axes.scores(_flat(train.images)), known, axes.scores(rows[0]), asked)
        summary[f"{name}_r2_components"] = found_r2
    mean = _flat(held_out[0].targets) - targets.mean(axis=0)
    summary["reconstruction_mean_image"] = float((mean**2).mean())
    return summary, curves


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)
