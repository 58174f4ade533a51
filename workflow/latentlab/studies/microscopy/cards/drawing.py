"""A set of cards: how many, how far turned, sheared, scaled and shifted, from a seed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from latentlab.studies.microscopy.cards.glyphs import affine, large_glyph, symmetry_order, warped

SUITS = {"spades": "♠", "clubs": "♣", "hearts": "♥", "diamonds": "♦"}


def class_glyphs(spec: Mapping) -> dict[str, np.ndarray]:
    """Name and large glyph of each class: the four suits, or the characters of `spec["glyphs"]`."""
    font = spec.get("font", "DejaVuSans")
    names = {each: each for each in spec["glyphs"]} if "glyphs" in spec else SUITS
    return {name: large_glyph(character, font) for name, character in names.items()}


def symmetry_orders(spec: Mapping) -> list[int]:
    """Order of rotational symmetry of each class of a set."""
    return [symmetry_order(glyph) for glyph in class_glyphs(spec).values()]


def drawn_cards(
    spec: Mapping, per_class: int, side: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Images of a set, in random order, with the factors that they were drawn from.

    Parameters
    ----------
    spec : `rotation_deg`, `shear_deg`: half the range of each, uniform; `ink`: share of the pixels that a
    glyph
        covers, of each if `areas` is "equal", else ("font") the mean over the classes as the font has them;
        and if there are such, `translation`: half the range of either offset in half sides, `scale`: half the
        range of the log of the scale, `noise`: standard deviation of noise added, clipped to [0, 1].

    Returns
    -------
    images float32 (n, 1, side, side); class int64 (n,); angle_rad, shear_deg, scale float64 (n,); offset
    float64 (n, 2).
    """
    glyphs = list(class_glyphs(spec).values())
    areas = np.array([glyph.sum() for glyph in glyphs])
    if spec.get("areas", "font") == "font":
        areas = np.full(len(glyphs), areas.mean())
    sizes = side * np.sqrt(spec["ink"] / areas)
    classes = np.repeat(np.arange(len(glyphs)), per_class)
    count = len(classes)
    angle = np.deg2rad(spec["rotation_deg"]) * random.uniform(-1, 1, count)
    shear = spec["shear_deg"] * random.uniform(-1, 1, count)
    offset = spec.get("translation", 0.0) * random.uniform(-1, 1, (count, 2))
    scale = np.exp(spec.get("scale", 0.0) * random.uniform(-1, 1, count))
    maps = affine(angle, shear, scale)
    images = np.concatenate(
        [
            warped(glyph, maps[classes == each], offset[classes == each], side, sizes[each])
            for each, glyph in enumerate(glyphs)
        ]
    )
    if spec.get("noise", 0.0):
        images = np.clip(images + spec["noise"] * random.normal(size=images.shape), 0, 1).astype(np.float32)
    order = random.permutation(count)
    drawn = {"class": classes, "angle_rad": angle, "shear_deg": shear, "scale": scale, "offset": offset}
    return {"images": images[order, None]} | {name: values[order] for name, values in drawn.items()}
