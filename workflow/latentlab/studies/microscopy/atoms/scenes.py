"""One scanned scene: a crystal of a kind, its image, its columns, and what is true of each pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.atoms.columns import Columns
from latentlab.studies.microscopy.atoms.graphene import graphene
from latentlab.studies.microscopy.atoms.image_formation import Microscope, grey, scanned
from latentlab.studies.microscopy.atoms.interface import interface
from latentlab.studies.microscopy.atoms.perovskite import perovskite

SCENES = ("perovskite", "interface", "graphene")


@dataclass(frozen=True)
class Scene:
    """An image and its truth.

    Attributes
    ----------
    image : float32 (side, side), grey values in [0, 1].
    columns : those inside of the image, where the image shows them.
    maps : (side, side, ...) each: true at each pixel, without the scan's distortions.
    """

    image: np.ndarray
    columns: Columns
    maps: Mapping[str, np.ndarray] = field(default_factory=dict)


def draw_scenes(spec: Mapping[str, Any], side: int, frames: int, rng: np.random.Generator) -> list[Scene]:
    """Scenes of a set: independent crystals of one kind, or (graphene) the times of one sequence.

    Parameters
    ----------
    spec : the set's entry: scene (one of SCENES), crystal (its keys, see its module), microscope (see
        `Microscope`), gamma (exponent of the grey values; 0.5 evens out the noise of counted electrons).
    side : of the images, px. frames : how many.

    Raises
    ------
    ConfigError : another scene.
    """
    if spec["scene"] not in SCENES:
        raise ConfigError(
            f"config/microscopy.yaml: scene: expected one of {', '.join(SCENES)}, found '{spec['scene']}'"
        )
    microscope, crystal = Microscope.of(spec["microscope"]), spec["crystal"]
    if spec["scene"] == "graphene":
        drawn = [(columns, {}) for columns in graphene(crystal, side, frames, rng)]
    else:
        make = {"perovskite": perovskite, "interface": interface}[spec["scene"]]
        drawn = [make(crystal, side, rng) for _ in range(frames)]
    scenes = []
    for columns, maps in drawn:
        counts, seen = scanned(columns, side, microscope, rng)
        scenes.append(Scene(grey(counts) ** np.float32(spec["gamma"]), seen, maps))
    return scenes
