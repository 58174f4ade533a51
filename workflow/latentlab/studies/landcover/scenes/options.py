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
        unknown = [name for name in self.seasons if name not in SEASONS]
        _check(bool(self.seasons) and not unknown, "seasons", f"some of {', '.join(SEASONS)}", self.seasons)
        for name, low, high in (("solar_hour", 7, 17), ("haze", 0, 0.5), ("cloud_cover", 0, 1)):
            value = getattr(self, name)
            good = len(value) == 2 and low <= value[0] <= value[1] <= high
            _check(good, name, f"two numbers, low and high, within {low:g} to {high:g}", value)
        _check(0 <= self.cloud_probability <= 1, "cloud_probability", "0 to 1", self.cloud_probability)
        _check(self.signal_to_noise >= 10, "signal_to_noise", "10 or more", self.signal_to_noise)


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
