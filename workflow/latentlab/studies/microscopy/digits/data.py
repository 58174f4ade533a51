"""Sets of handwritten digits: plain, turned, noisy or coloured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.digits.answers import answers
from latentlab.studies.microscopy.digits.drawing import coloured, enlarged, noisy
from latentlab.studies.microscopy.digits.sources import (
    CLASSES,
    SHIPPED_SIDE,
    Source,
    read_digits,
    shipped_digits,
)
from latentlab.studies.microscopy.digits.splits import stratified_split
from latentlab.studies.microscopy.set_file import Drawn, ImageSet

KEYS = {"kind", "files", "rotation_deg", "noise", "colours", "copies"}  # of a set's entry
SHIPPED_BOX = 20 / 28  # share of the image's side that the 8 px take: MNIST's convention


def draw(
    spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int, files: Sequence[Path | str] = ()
) -> Drawn:
    """Draw a set of digits in two splits that share no handwritten digit.

    Parameters
    ----------
    spec : the set's entry in config/microscopy.yaml; every key may be left out.
        rotation_deg: each image is turned by an angle from U(-r, r).
        noise: {kind: gaussian, sd} or {kind: shot, counts, background}; clean images are the targets.
        colours: class; the target is the image in its class's colour (red, green, blue).
        copies: times that each training digit is drawn, with angles and noise of its own.
    sizes : side (px), train (digits for training), test (at most so many of the others).
    seed : of the split and of all that is random.
    files : of a user's own digits (see `read_digits`); none: scikit-learn's.

    Returns
    -------
    Images float32 (n, 1, side, side) in [0, 1]. Factors: class int64, angle_rad float64 (counter-clockwise),
    source int64 (the digit's place in its file). Conditions: the class, one of ten numbers is 1. Labels: the
    class. Summary: what is known without training a network.

    Raises
    ------
    ConfigError : an unknown key, more training digits than there are, or what `read_digits` raises.
    """
    if unknown := sorted(set(spec) - KEYS):
        raise ConfigError(
            f"config/microscopy.yaml: sets of digits have no key '{unknown[0]}', only "
            f"{', '.join(sorted(KEYS))}"
        )
    source = read_digits(files) if files else shipped_digits()
    try:
        train, test = stratified_split(source.classes, sizes["train"], seed)
    except ValueError as error:
        raise ConfigError(f"config/scales: microscopy.digits.train: {error}") from None
    places = {"train": np.tile(train, spec.get("copies", 1)), "test": test[: sizes["test"]]}
    box = sizes["side"] * (SHIPPED_BOX if source.images.shape[1] == SHIPPED_SIDE else 1)
    drawn = {
        name: _split(source, where, spec, sizes["side"], box, np.random.default_rng([seed, number]))
        for number, (name, where) in enumerate(places.items())
    }
    attributes = {"source": ", ".join(map(str, files)) or "scikit-learn's handwritten digits"}
    return Drawn(**drawn, attributes=attributes, summary=answers(spec, **drawn, seed=seed))


def _split(
    source: Source,
    places: np.ndarray,
    spec: Mapping[str, Any],
    side: int,
    box: float,
    rng: np.random.Generator,
) -> ImageSet:
    """Images of one split, with their factors and what the model is given."""
    classes = source.classes[places]
    reach = np.deg2rad(spec.get("rotation_deg", 0.0))
    angles = rng.uniform(-reach, reach, len(places))
    clean = enlarged(source.images[places], side, box, angles)
    images, targets = clean, None
    if "noise" in spec:
        images, targets = noisy(clean, spec["noise"], rng), clean[:, None]
    if "colours" in spec:
        targets = coloured(clean, classes)
    factors = {"class": classes, "angle_rad": angles, "source": places}
    conditions = np.eye(CLASSES, dtype=np.float32)[classes]
    return ImageSet(images[:, None], factors, targets, conditions, labels=classes)
