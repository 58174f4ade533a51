"""The parts that a user gives beside images, checked against what the model has."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from latentlab.errors import InvariantError
from latentlab.invariant.arrays import class_tensor, vector_tensor
from latentlab.invariant.settings import Settings
from latentlab.invariant.transforms import Transform


def conditions_of(settings: Settings, conditions: Any, number: int) -> Tensor | None:
    """(number, condition) float32 of the given vectors, None where the model takes none.

    Raises
    ------
    InvariantError : given to a model without them, not given to one that needs them, or of another shape.
    """
    width = settings.condition
    if (conditions is None) != (width == 0):
        found = "none were given" if conditions is None else "they were given"
        raise InvariantError(f"conditions: the settings have condition={width}, but {found}")
    if conditions is None:
        return None
    return vector_tensor(conditions, number, width, "conditions")


def classes_of(settings: Settings, classes: Any, number: int) -> Tensor | None:
    """(number, K) float32 of the given class numbers or probabilities, None where the model has no classes.

    Raises
    ------
    InvariantError : as for the conditions.
    """
    if (classes is None) != (settings.classes == 0):
        found = "none were given" if classes is None else "they were given"
        raise InvariantError(f"classes: the settings have classes={settings.classes}, but {found}")
    return None if classes is None else class_tensor(classes, number, settings.classes)


def transform_of(settings: Settings, angle: Any, offset: Any, scale: Any, number: int) -> Transform:
    """The transform of `number` canonical images from what is given; None: nothing.

    Raises
    ------
    InvariantError : a part that the model does not have, or of another shape.
    """
    has = (settings.rotation != "none", settings.translation_prior > 0, settings.scale_prior > 0)
    given = {"angle": (angle, 1), "offset": (offset, 2), "scale": (scale, 1)}
    found: dict[str, Tensor] = {}
    for known, (name, (value, width)) in zip(has, given.items(), strict=True):
        if value is None:
            continue
        if not known:
            raise InvariantError(f"{name}: given to a model without it")
        found[name] = vector_tensor(value, number, width, name)
        if width == 1:
            found[name] = found[name][:, 0]
    return Transform(**found)
