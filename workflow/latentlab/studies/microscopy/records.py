"""What a run's record holds: a model's settings, its training, and how it meets its set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from latentlab.invariant.settings import Settings, Training

FROM_SET = ("shape", "target_shape", "condition")  # follow from the set's images
SETTINGS = tuple(each.name for each in fields(Settings) if each.name not in FROM_SET)
TRAINING = tuple(each.name for each in fields(Training))
OWN = ("data", "restores", "condition", "labelled", "seed")


def settings_of(record: Mapping[str, Any], **sizes: Any) -> Settings:
    """A model's settings from a record and the sizes of its set (`FROM_SET`).

    Raises
    ------
    ConfigError : the settings contradict one another.
    """
    return Settings(**{name: _value(record[name]) for name in SETTINGS}, **sizes)


def training_of(record: Mapping[str, Any]) -> Training:
    """A run's training from its record.

    Raises
    ------
    ConfigError : a value that cannot be.
    """
    return Training(**{name: _value(record[name]) for name in TRAINING})


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
