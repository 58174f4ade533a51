"""Pairs of a particle's image and its spectrum: the mean over the patch that holds it, for the dual VAE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.plasmonics.metric_names import KIND_ENDS
from latentlab.studies.microscopy.plasmonics.rivals import nearest, nearest_rows, ridge, turned
from latentlab.studies.microscopy.plasmonics.scaling import Scaling, Standard
from latentlab.studies.microscopy.plasmonics.scenes import (
    PIXEL_NM,
    Scene,
    draw_scene,
    expected_counts,
    factors_of,
    patches,
    root_counts,
)
from latentlab.studies.microscopy.plasmonics.scores import best_turned, explained
from latentlab.studies.microscopy.plasmonics.spectra import energies
from latentlab.studies.microscopy.set_file import Drawn, ImageSet

PROBES = 5  # probe positions in a row of a patch, over which a particle's spectrum is summed
NEAR_NM = 90.0  # distance within which other particles add to a particle's spectrum
NEIGHBOURS = 9  # that vote on a particle's kind
Rows = dict[str, np.ndarray]


def draw_particle_set(spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int) -> Drawn:
    """Draw scenes, and a pair for each particle whose patch lies in its scene; the splits have other scenes.

    Images are patches around particles, targets their spectra, both standardised (mean 0, mean square 1);
    `extra` has one test scene with the places of
    its particles.

    Parameters
    ----------
    spec : as of `pixel_set.draw_pixel_set`, without `input`; `dose` is that of a whole spectrum.
    sizes : `train_scenes`, `test_scenes`. seed : of the drawing.
    """
    axis = energies(spec["channels"], tuple(spec["energies_ev"]))
    joined: dict[str, Rows] = {}
    first: list[Scene] = []
    for split, name in enumerate(("train", "test")):
        every = []
        for number in range(sizes[f"{name}_scenes"]):
            rng = np.random.default_rng([seed, split, number])
            scene = draw_scene(spec, rng)
            rows = _rows(scene, spec, axis, rng)
            every.append(rows | {"scene": np.full(len(rows["patch"]), number)})
            first += [scene] if number == 0 else []
        joined[name] = {key: np.concatenate([each[key] for each in every]) for key in every[0]}
    scaling, white = Scaling.of(joined["train"]["spectrum"]), Standard.of(joined["train"]["patch"])
    sets = {
        name: ImageSet(
            white(rows["patch"]),
            {key: each for key, each in rows.items() if key not in ("patch", "spectrum", "expected")},
            targets=scaling(rows["spectrum"]),
        )
        for name, rows in joined.items()
    }
    extra = scaling.extra(axis) | white.extra() | {"scenes/image": first[1].image[None]}
    extra["test/expected"] = scaling(joined["test"]["expected"])
    summary, arrays = _rivals(sets["train"], sets["test"], extra["test/expected"], seed)
    return Drawn(sets["train"], sets["test"], extra | arrays, {}, summary)


def _rows(scene: Scene, spec: Mapping[str, Any], axis: np.ndarray, rng: np.random.Generator) -> Rows:
    half = spec["patch"] // 2
    place = np.round(scene.particles.centre[:, ::-1] / PIXEL_NM).astype(int)
    inside = ((place >= half) & (place <= spec["side"] - half)).all(axis=1)
    chosen, place = scene.particles.select(inside), place[inside]
    line = ((np.arange(PROBES) + 0.5) / PROBES - 0.5) * spec["patch"] * PIXEL_NM
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    expected = np.empty((len(chosen), len(axis)))
    for number, (row, column) in enumerate(place):
        middle = np.array([column, row]) * PIXEL_NM
        near = np.hypot(*(scene.particles.centre - middle).T) < NEAR_NM
        counts = expected_counts(scene.particles.select(near), grid + middle, axis, spec["dose"])
        expected[number] = counts.mean(axis=0)
    return {
        "patch": patches(scene.image, place, spec["patch"])[:, None],
        "spectrum": root_counts(rng.poisson(expected), axis, spec["dose"]),
        "expected": root_counts(expected, axis, spec["dose"]),
        **factors_of(chosen, chosen.centre),
        "place": place,
    }


def _rivals(
    train: ImageSet, test: ImageSet, expected: np.ndarray, seed: int
) -> tuple[dict[str, float], Rows]:
    """What predictions without a network explain, in both directions, and kinds told from spectra."""
    images, spectra = _flat(train.images), _flat(train.targets)
    groups, scenes = train.factors["scene"], test.factors["scene"]
    copies = turned(train.images[:, 0]).reshape(8 * len(train), -1)
    asked, side = _flat(test.images), train.images.shape[-1]
    found = {
        "nearest": nearest(copies, spectra, groups, asked, copies=8)[0],
        "ridge": ridge(images, spectra, groups, asked)[0],
        "possible": _flat(expected),
    }
    summary, arrays = {}, {}
    for answer, predicted in found.items():
        scores = explained(_flat(test.targets), predicted, spectra.mean(axis=0), scenes, seed)
        summary |= scores.summary("r2", f"_{answer}")
        arrays[f"rivals/r2_{answer}"] = scores.channels
    # the nearest training particle itself: a mean of particles with different orientations is no particle
    first = nearest_rows(spectra, _flat(test.targets), NEIGHBOURS)
    structures = {
        "nearest": train.images[first[:, 0], 0],
        "ridge": ridge(spectra, images, groups, _flat(test.targets))[0].reshape(-1, side, side),
        "mean_image": np.repeat(images.mean(axis=0).reshape(1, side, side), len(test), axis=0),
    }
    for answer, predicted in structures.items():
        error = ((best_turned(predicted, test.images[:, 0]) - test.images[:, 0]) ** 2).mean()
        summary[f"structure_error_{answer}"] = float(error)
        arrays[f"rivals/structure_{answer}"] = predicted.astype(np.float32)
    votes = train.factors["class"][first]
    told = np.array([np.bincount(each, minlength=4).argmax() for each in votes])
    summary |= kind_accuracy(test.factors["class"], told, "_nearest")
    common = np.full(len(test), np.bincount(train.factors["class"]).argmax())
    summary["kind_accuracy_mean_image"] = float((common == test.factors["class"]).mean())
    return summary, arrays


def kind_accuracy(truth: np.ndarray, told: np.ndarray, answer: str = "") -> dict[str, float]:
    """Share of particles whose kind is told, of all and of each kind: `kind_accuracy<kind><answer>`."""
    found = {f"kind_accuracy{answer}": float((truth == told).mean())}
    for kind, end in enumerate(KIND_ENDS):
        right = told[truth == kind] == kind
        found[f"kind_accuracy{end}{answer}"] = float(right.mean()) if len(right) else float("nan")
    return found


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)
