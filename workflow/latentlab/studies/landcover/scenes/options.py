"""What can be set of the scenes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from latentlab.errors import ConfigError
from latentlab.studies.landcover.scenes.seasons import SEASONS

KEY = "landcover.yaml, key 'scenes"


@dataclass(frozen=True)
class SceneOptions:
    """Settings of the views of sites; key `scenes:` of landcover.yaml.

    Attributes
    ----------
    seasons : drawn from, some of `seasons.SEASONS`. solar_hour : first and last, 12 when the sun is in the
        south.
    haze : least and largest aerosol optical depth at 1000 nm. cloud_probability : of a view with clouds.
    cloud_cover : least and largest share of such a view. signal_to_noise : of a surface of reflectance 0.3.
    """

    seasons: tuple[str, ...] = SEASONS
    solar_hour: tuple[float, float] = (9.5, 12.0)
    haze: tuple[float, float] = (0.02, 0.14)
    cloud_probability: float = 0.12
    cloud_cover: tuple[float, float] = (0.02, 0.15)
    signal_to_noise: float = 120.0

    def __post_init__(self) -> None:
        known = all(name in SEASONS for name in self.seasons)
        _check(len(self.seasons) > 0 and known, "seasons", f"some of {', '.join(SEASONS)}", self.seasons)
        for name, low, high in (("solar_hour", 7, 17), ("haze", 0, 0.5), ("cloud_cover", 0, 1)):
            value = getattr(self, name)
            good = isinstance(value, tuple) and len(value) == 2 and all(map(_number, value))
            good = good and low <= value[0] <= value[1] <= high
            _check(good, name, f"two numbers, low and high, within {low:g} to {high:g}", value)
        share, ratio = self.cloud_probability, self.signal_to_noise
        _check(_number(share) and 0 <= share <= 1, "cloud_probability", "0 to 1", share)
        _check(_number(ratio) and ratio >= 10, "signal_to_noise", "10 or more", ratio)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check(good: bool, name: str, expected: str, value: Any) -> None:
    if not good:
        raise ConfigError(f"{KEY}.{name}' is {value!r}; expected {expected}")


def scene_options(spec: Mapping[str, Any] | None = None) -> SceneOptions:
    """Options from a mapping; what it does not name keeps its default.

    Raises
    ------
    ConfigError : an unknown key, or a value outside its range.
    """
    known = {each.name for each in fields(SceneOptions)}
    for name in spec or {}:
        _check(name in known, name, f"no such key, but {', '.join(sorted(known))}", (spec or {})[name])
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in (spec or {}).items()
    }
    return SceneOptions(**values)
