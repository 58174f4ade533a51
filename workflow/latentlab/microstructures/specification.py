"""Reading the specification of a microstructure set: its keys and ranges, scaled to the image."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from latentlab.errors import ConfigError

REFERENCE_SIDE = 224  # px: lengths in specifications are those of an image of this side


class Specification:
    """A specification whose keys are checked once and whose values are read by type.

    Raises
    ------
    ConfigError : from every method, in one sentence that names the kind and the key.
    """

    def __init__(
        self, spec: Mapping[str, Any], required: Collection[str], optional: Collection[str] = ()
    ) -> None:
        self._spec = spec
        known = {"kind", *required, *optional}
        for key in spec:
            if key not in known:
                raise self.error(key, f"there is no such key; expected {', '.join(sorted(known))}")
        for key in required:
            self._value(key)

    def __contains__(self, key: str) -> bool:
        return key in self._spec

    def error(self, key: str, problem: str) -> ConfigError:
        """The exception that says what is wrong with `key`."""
        return ConfigError(f"microstructures of kind '{self._spec.get('kind')}': {key}: {problem}")

    def _value(self, key: str) -> Any:
        if key not in self._spec:
            raise self.error(key, "is missing")
        return self._spec[key]

    def interval(self, key: str, least: float, most: float = math.inf) -> tuple[float, float]:
        """Bounds [low, high] within [least, most]; a single number gives both."""
        value = self._value(key)
        pair = [value, value] if _is_number(value) else value
        is_pair = isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2
        if not (is_pair and all(_is_number(bound) for bound in pair)):
            raise self.error(key, f"expected one number or two, [low, high], found {value!r}")
        low, high = pair
        if low > high:
            raise self.error(key, f"the range is reversed, found {value!r}")
        if low < least or high > most:
            raise self.error(key, f"expected values from {least:g} to {most:g}, found {value!r}")
        return low, high

    def whole_interval(self, key: str, least: int, most: int) -> tuple[int, int]:
        """`interval` of whole numbers."""
        low, high = self.interval(key, least, most)
        if low != int(low) or high != int(high):
            raise self.error(key, f"expected whole numbers, found {self._spec[key]!r}")
        return int(low), int(high)

    def number(self, key: str, least: float, most: float = math.inf) -> float:
        """One number within [least, most]."""
        value = self._value(key)
        if not _is_number(value) or not least <= value <= most:
            raise self.error(key, f"expected a number from {least:g} to {most:g}, found {value!r}")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """One whole number within [least, most]."""
        value = self.number(key, least, most)
        if value != int(value):
            raise self.error(key, f"expected a whole number, found {value!r}")
        return int(value)

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of different names from `allowed`."""
        value = self._value(key)
        if isinstance(value, str) or not isinstance(value, Sequence) or not value:
            raise self.error(key, f"expected a list of names out of {', '.join(allowed)}, found {value!r}")
        for name in value:
            if name not in allowed:
                raise self.error(key, f"there is no '{name}'; expected names out of {', '.join(allowed)}")
        if len(set(value)) < len(value):
            raise self.error(key, f"a name occurs twice in {value!r}")
        return tuple(name for name in allowed if name in value)


def scaled_interval(bounds: tuple[float, float], side: int, least: int) -> tuple[int, int]:
    """Bounds in px of the reference image as whole px of an image of `side` px, at least `least`.

    Halves are rounded outwards, so that the middle of the range is kept.
    """
    low, high = (bound * side / REFERENCE_SIDE for bound in bounds)
    return max(least, math.ceil(low - 0.5)), max(least, math.floor(high + 0.5))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
