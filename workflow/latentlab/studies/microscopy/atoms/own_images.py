"""The set of patches of a user's own images: read, find atoms, cut, without any truth."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import ConfigError, FrameError
from latentlab.pipeline.user_files import few_bytes
from latentlab.studies.microscopy.atoms.find_atoms import Found, find_atoms
from latentlab.studies.microscopy.atoms.image_files import read_images
from latentlab.studies.microscopy.atoms.image_formation import grey
from latentlab.studies.microscopy.atoms.patches import cut_patches
from latentlab.studies.microscopy.atoms.sublattices import sublattice
from latentlab.studies.microscopy.set_file import Drawn, ImageSet

PATCH = 2.6  # side of an automatic patch in spacings of neighbours: an atom with all its neighbours
LIMITS = (12, 48)  # px, of an automatic side
LEAST = 50  # patches, to learn from
MAPPED = 5000  # patches, at most, that are mapped
KEY = "config/config.yaml: atoms"


def check_images(paths: Sequence[str], options: Mapping[str, Any]) -> None:
    """Check a user's images before any job starts, if they are few: that they can be read and agree.

    Raises
    ------
    FrameError, ConfigError : one sentence that names the key and the file.
    """
    if paths and few_bytes(paths):
        own_frames(paths, options)


def own_frames(paths: Sequence[Path | str], options: Mapping[str, Any]) -> np.ndarray:
    """All images of the files, float64 (frames, h, w), atoms bright.

    Raises
    ------
    FrameError : a file cannot be used (`read_images`). ConfigError : images of different shapes.
    """
    stacks = []
    for path in paths:
        try:
            stack = read_images(path, options["dataset"])
        except FrameError as error:
            raise FrameError(f"{KEY}.paths: {error}") from error
        stacks.append(-stack if options["invert"] else stack)
        if stack.shape[1:] != stacks[0].shape[1:]:
            raise ConfigError(
                f"{KEY}.paths: expected images of one shape, found {stacks[0].shape[1]} x "
                f"{stacks[0].shape[2]} px in {paths[0]} and {stack.shape[1]} x {stack.shape[2]} px in {path}"
            )
    return np.concatenate(stacks)


def draw_own(
    spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int, files: Sequence[Path | str]
) -> Drawn:
    """Patches about the atoms found in a user's images: some for training, turned at random, and all to map.

    Parameters
    ----------
    spec : the section `atoms` of config/config.yaml: dataset, invert, spacing (px, null: from the image),
        patch (side in px, or auto), sublattice, centring, gamma, pixel_size (nm).
    sizes : of the scale: patches (most for training). files : the images.

    Raises
    ------
    FrameError, ConfigError : as `own_frames`; no atoms, or fewer than 50 patches.
    """
    frames = [grey(frame) ** np.float32(spec["gamma"]) for frame in own_frames(files, spec)]
    found = [_found(frame, spec, number, files) for number, frame in enumerate(frames)]
    spacing = float(np.median([atoms.spacing for atoms in found]))
    side = _side(spec["patch"], spacing, frames[0].shape)
    rng = np.random.default_rng(seed)
    images, factors = _patches(frames, found, spec, side)
    turned, turned_factors = _patches(frames, found, {**spec, "centring": "subpixel"}, side, rng)
    if len(images) < LEAST:
        raise ConfigError(
            f"{KEY}: only {len(images)} patches of {side} px about {sum(map(len, found))} atoms lie inside "
            f"of the image; expected at least {LEAST}: take a larger image or a smaller patch"
        )
    logging.info("%d atoms found, %.1f px apart; patches of %d px", sum(map(len, found)), spacing, side)
    trained = _some(turned, turned_factors, sizes["patches"], rng)
    splits = trained, _some(images, factors, MAPPED, rng)
    summary = {
        "reconstruction_mean_image": float(np.mean((splits[1].images - splits[0].images.mean(axis=0)) ** 2)),
        "atoms_found": float(sum(map(len, found))),
        "atoms_spacing_px": spacing,
    }
    extra = {f"test/scenes/{number}": frame for number, frame in enumerate(frames)}
    return Drawn(*splits, extra, {}, summary)


def _patches(
    frames: list[np.ndarray],
    found: list[Found],
    spec: Mapping[str, Any],
    side: int,
    rng: np.random.Generator | None = None,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Patches (n, 1, side, side) of all frames and their places; turned at random if there is a generator."""
    parts = []
    for number, (frame, atoms) in enumerate(zip(frames, found, strict=True)):
        chosen = sublattice(atoms, spec["sublattice"])
        x, y = atoms.x[chosen], atoms.y[chosen]
        turn = None if rng is None else rng.uniform(-np.pi, np.pi, len(x))
        patches, _, index = cut_patches(frame, x, y, side, spec["centring"], turn)
        places = {"row": y[index], "column": x[index], "frame": np.full(len(index), number)}
        parts.append((patches, places))
    factors = {name: np.concatenate([each[name] for _, each in parts]) for name in parts[0][1]}
    return np.concatenate([patches for patches, _ in parts])[:, None], factors


def _some(
    images: np.ndarray, factors: Mapping[str, np.ndarray], most: int, rng: np.random.Generator
) -> ImageSet:
    rows = np.sort(rng.permutation(len(images))[:most])
    return ImageSet(images[rows], {name: values[rows] for name, values in factors.items()})


def _found(frame: np.ndarray, spec: Mapping[str, Any], number: int, files: Sequence[Path | str]) -> Found:
    try:
        return find_atoms(frame, spec["spacing"])
    except FrameError as error:
        where = f"{files[0]}" if len(files) == 1 else f"image {number} of {len(files)} files"
        raise FrameError(f"{KEY}.paths: {where}: {error}") from error


def _side(patch: int | str, spacing: float, shape: tuple[int, ...]) -> int:
    """Side of a patch in px: even, and small enough that patches fit into the image.

    Raises
    ------
    ConfigError : a given side that is larger than a third of the image.
    """
    if patch == "auto":
        return int(np.clip(2 * round(PATCH * spacing / 2), *LIMITS))
    if 3 * patch > min(shape):
        raise ConfigError(
            f"{KEY}.patch: expected at most a third of the image ({min(shape) // 3} px), found {patch}"
        )
    return int(patch)
