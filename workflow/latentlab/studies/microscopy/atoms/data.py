"""Sets of patches of STEM-like images: cut at the atoms that were found, or on a grid without finding any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.atoms.find_atoms import Found, find_atoms, match
from latentlab.studies.microscopy.atoms.patches import cut_patches, grid_places, turned_vectors
from latentlab.studies.microscopy.atoms.scenes import Scene, draw_scenes
from latentlab.studies.microscopy.atoms.sublattices import sublattice
from latentlab.studies.microscopy.atoms.truth import compared
from latentlab.studies.microscopy.set_file import Drawn, ImageSet

NEAR = 1 / 3  # of the spacing: a found atom within it of a true one is that atom
TURNED = 600  # test patches that are also cut turned, to judge the angle
NO_MATCH = -1  # label of a patch whose centre is no atom


def draw(
    spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int, files: Sequence[Path | str] = ()
) -> Drawn:
    """Training and test patches, from different scenes of the same kind; or of a user's own images.

    Parameters
    ----------
    spec : the set's entry: what `draw_scenes` needs; patch (side, px), centring (see `cut_patches`);
        sublattice (all, bright, faint: which atoms patches are cut at) or, of the kind domains, step (of the
        grid of the test patches, px; those for training lie anywhere); turned (whether training patches are
        turned by random angles, so that every orientation is learnt); time_steps (whether frames are the
        times of one sequence).
    sizes : the scale's: side (of a scene, px), train_scenes, test_scenes, time_steps, patches (most for
        training).
    seed : of everything random. files : a user's own images, see `own_images.draw_own`.

    Returns
    -------
    factors of both splits: row, column (px, of the patch's centre), frame, and the truth of the atom there
    (of the kind domains: of the place). extra: "<split>/scenes/<frame>", grey images, and
    "<split>/truth/<frame>/<name>", maps of what is true at each pixel; where training patches are turned,
    "turned/images", some test patches turned likewise, with their label and true angle. summary: how
    well atoms were found in the test scenes, see `finding_scores`, and `answers`.

    Raises
    ------
    ConfigError : no patch lies wholly in the scenes of a split.
    """
    if spec["scene"] == "own":
        from latentlab.studies.microscopy.atoms.own_images import draw_own

        return draw_own(spec, sizes, seed, files)
    splits, extra, summary = {}, {}, {}
    for number, split in enumerate(("train", "test")):
        rng = np.random.default_rng([seed, number])
        frames = sizes["time_steps"] if spec["time_steps"] else sizes[f"{split}_scenes"]
        scenes = draw_scenes(spec, sizes["side"], frames, rng)
        for frame, scene in enumerate(scenes):
            extra[f"{split}/scenes/{frame}"] = scene.image
            for name, values in scene.maps.items():
                extra[f"{split}/truth/{frame}/{name}"] = values
        if spec["kind"] == "domains":
            anywhere = split == "train"  # a grid would show a few places of the unit cell only
            parts = [_without_finding(scene, spec, n, rng, anywhere) for n, scene in enumerate(scenes)]
        else:
            found = [find_atoms(scene.image) for scene in scenes]
            summary = finding_scores(found, scenes)  # of the last split, the test scenes
            turned = spec["turned"] and split == "train"
            both = zip(found, scenes, strict=True)
            parts = [_at_atoms(*pair, spec, n, rng if turned else None) for n, pair in enumerate(both)]
            if spec["turned"] and split == "test":
                both = zip(found, scenes, strict=True)
                turned_parts = [_at_atoms(*pair, spec, n, rng) for n, pair in enumerate(both)]
                copies = _together(turned_parts, TURNED, rng)
                extra["turned/images"] = copies.images
                truth = compared(spec)
                extra |= {f"turned/{name}": copies.factors[name] for name in (truth.label, truth.angle_of)}
        splits[split] = _together(parts, sizes["patches"] if split == "train" else None, rng)
        if not len(splits[split]):
            which = spec.get("sublattice", "place or")
            raise ConfigError(
                f"config/microscopy.yaml: sets: no {which} atom of the {split} scenes has a whole patch of "
                f"{spec['patch']} px about it; take a larger side in config/scales"
            )
    summary |= answers(splits["train"], splits["test"], spec)
    return Drawn(splits["train"], splits["test"], extra, {}, summary)


def answers(train: ImageSet, test: ImageSet, spec: Mapping[str, Any]) -> dict[str, float]:
    """What is known without training: error of the mean patch, share of the largest class, F1 of "all"."""
    summary = {"reconstruction_mean_image": float(np.mean((test.images - train.images.mean(axis=0)) ** 2))}
    truth = compared(spec)
    if truth is None:
        return summary
    labels = test.factors[truth.label]
    labels = labels[labels >= 0]
    summary["atoms_largest_share"] = float(np.bincount(labels).max() / len(labels))
    if truth.label == "class":
        share = float((labels > 0).mean())
        summary["atoms_f1_all"] = 2 * share / (1 + share)
    return summary


def finding_scores(found: list[Found], scenes: list[Scene]) -> dict[str, float]:
    """Precision and recall of the atoms found, and the rms distance of a pair in px, over all scenes.

    Atoms nearer to the border than half a spacing, which are cut off, are not counted.
    """
    right, all_found, hit, all_true, square = 0, 0, 0, 0, 0.0
    for atoms, scene in zip(found, scenes, strict=True):
        columns, side = scene.columns, len(scene.image)
        index, error = match(atoms, columns.x, columns.y, NEAR * atoms.spacing)
        inner = _inner(atoms.x, atoms.y, side, atoms.spacing / 2)
        reached = np.zeros(len(columns), dtype=bool)
        reached[index[index >= 0]] = True
        inner_true = _inner(columns.x, columns.y, side, atoms.spacing / 2)
        right, all_found = right + int((index[inner] >= 0).sum()), all_found + int(inner.sum())
        hit, all_true = hit + int(reached[inner_true].sum()), all_true + int(inner_true.sum())
        square += float(np.nansum(error[inner] ** 2))
    return {
        "atoms_precision": right / max(all_found, 1),
        "atoms_recall": hit / max(all_true, 1),
        "atoms_rms_px": float(np.sqrt(square / max(right, 1))),
        "atoms_spacing_px": float(np.median([atoms.spacing for atoms in found])),
    }


def _inner(x: np.ndarray, y: np.ndarray, side: int, margin: float) -> np.ndarray:
    return (np.minimum(x, y) >= margin) & (np.maximum(x, y) <= side - 1 - margin)


def _at_atoms(
    found: Found, scene: Scene, spec: Mapping[str, Any], frame: int, rng: np.random.Generator | None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Patches about the atoms, turned at random if there is a generator, and their factors."""
    chosen = sublattice(found, spec["sublattice"])
    x, y = found.x[chosen], found.y[chosen]
    turn = None if rng is None else rng.uniform(-np.pi, np.pi, len(x))
    patches, offset, index = cut_patches(scene.image, x, y, spec["patch"], spec["centring"], turn)
    x, y = x[index], y[index]
    truth_index, _ = match(found, scene.columns.x, scene.columns.y, NEAR * found.spacing)
    truth_index = truth_index[chosen][index]
    factors = _places(x, y, frame) | {"centre_offset": 2 * offset / spec["patch"]}
    factors["matched"] = truth_index >= 0
    for name, values in scene.columns.truth.items():
        factors[name] = _looked_up(values, truth_index)
        if turn is not None and values.shape[1:] == (2,):
            factors[name] = turned_vectors(factors[name], turn[index])
        elif turn is not None and name == "orientation_rad":
            factors[name] = factors[name] + turn[index]
    return patches, factors


def _without_finding(
    scene: Scene, spec: Mapping[str, Any], frame: int, rng: np.random.Generator, anywhere: bool
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Patches on a square grid, or as many anywhere, and what is true at their centres.

    Also the place within the unit cell: cell_offset (n, 2), where the nearest A column lies, half sides; the
    same as phases of the lattice, cell_phase_rad (n, 2).
    """
    from scipy.spatial import cKDTree

    x, y = grid_places(len(scene.image), spec["patch"], spec["step"])
    if anywhere:
        x, y = rng.uniform(x.min(), x.max(), size=(2, len(x)))
    patches, _, index = cut_patches(scene.image, x, y, spec["patch"])
    x, y = x[index], y[index]
    columns = scene.columns.where(scene.columns.truth["site"] == 0)
    _, nearest = cKDTree(np.stack([columns.x, columns.y], axis=1)).query(np.stack([x, y], axis=1))
    factors = _places(x, y, frame)
    for name in ("domain", "polarisation", "tilt_deg", "strain"):
        factors[name] = columns.truth[name][nearest]
    towards = np.stack([columns.x[nearest] - x, columns.y[nearest] - y], axis=1)
    factors["cell_offset"] = 2 * towards / spec["patch"]
    tilt = np.radians(factors["tilt_deg"])
    along = towards[:, 0] * np.cos(tilt) - towards[:, 1] * np.sin(tilt)
    down = towards[:, 0] * np.sin(tilt) + towards[:, 1] * np.cos(tilt)
    factors["cell_phase_rad"] = 2 * np.pi * np.stack([along, down], axis=1) / spec["crystal"]["a"]
    return patches, factors


def _places(x: np.ndarray, y: np.ndarray, frame: int) -> dict[str, np.ndarray]:
    return {"row": y, "column": x, "frame": np.full(len(x), frame)}


def _looked_up(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Values of the matched atoms; where there is none, -1 for labels and NaN for numbers."""
    missing = NO_MATCH if np.issubdtype(values.dtype, np.integer) else np.nan
    result = np.full((len(index), *values.shape[1:]), missing, dtype=values.dtype)
    result[index >= 0] = values[index[index >= 0]]
    return result


def _together(
    parts: list[tuple[np.ndarray, dict[str, np.ndarray]]], most: int | None, rng: np.random.Generator
) -> ImageSet:
    """The patches of all frames, at most some of them, drawn at random; their order is kept. None: all."""
    images = np.concatenate([patches for patches, _ in parts])[:, None]
    names = parts[0][1]
    factors = {name: np.concatenate([factors[name] for _, factors in parts]) for name in names}
    chosen = np.sort(rng.permutation(len(images))[:most])
    return ImageSet(images[chosen], {name: values[chosen] for name, values in factors.items()})
