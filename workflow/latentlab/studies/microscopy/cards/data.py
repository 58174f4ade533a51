"""Sets of cards in two splits, and what is known of them without training a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.cards.answers import answers
from latentlab.studies.microscopy.cards.drawing import class_glyphs, drawn_cards, symmetry_orders
from latentlab.studies.microscopy.set_file import Drawn, ImageSet

REQUIRED = {"kind", "rotation_deg", "shear_deg", "ink"}
OPTIONAL = {"areas", "translation", "scale", "noise", "glyphs", "font"}


def draw(
    spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int, files: Sequence[Path | str] = ()
) -> Drawn:
    """Draw a set of cards.

    Parameters
    ----------
    spec : the set's entry in config/microscopy.yaml, see `drawing.drawn_cards` and `drawing.class_glyphs`.
    sizes : side (px), train and test (cards of each class). seed : of everything random.
    files : not used: cards are drawn.

    Returns
    -------
    Images float32 (n, 1, side, side) in [0, 1]. Factors: class, angle_rad (counter-clockwise), shear_deg,
    scale, offset (n, 2) in half sides. Labels: the class. Attributes: names of the classes, symmetry_orders.

    Raises
    ------
    ConfigError : an unknown key, a missing one, or a glyph that the font does not have.
    """
    if unknown := sorted(set(spec) - REQUIRED - OPTIONAL):
        known = ", ".join(sorted(REQUIRED | OPTIONAL))
        raise ConfigError(f"config/microscopy.yaml: sets of cards have no key '{unknown[0]}', only {known}")
    if missing := sorted(REQUIRED - set(spec)):
        raise ConfigError(f"config/microscopy.yaml: a set of cards needs the key '{missing[0]}'")
    try:
        names = list(class_glyphs(spec))
    except ValueError as error:
        raise ConfigError(f"config/microscopy.yaml: sets: {error}") from None
    splits = {
        split: _split(spec, sizes[split], sizes["side"], np.random.default_rng([seed, number]))
        for number, split in enumerate(("train", "test"))
    }
    orders = symmetry_orders(spec)
    attributes = {"classes": ", ".join(names), "symmetry_orders": np.array(orders)}
    return Drawn(**splits, attributes=attributes, summary=answers(spec, **splits, seed=seed))


def _split(spec: Mapping[str, Any], per_class: int, side: int, random: np.random.Generator) -> ImageSet:
    drawn = drawn_cards(spec, per_class, side, random)
    images = drawn.pop("images")
    return ImageSet(images, drawn, labels=drawn["class"])
