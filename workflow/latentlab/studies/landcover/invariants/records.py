"""Entries of `invariants:` in config/landcover.yaml, written out for a scale and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from latentlab.errors import ConfigError, InvariantError
from latentlab.invariant.settings import Settings, Training, from_record, plain
from latentlab.pipeline.names import unknown_name
from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.run_tiles import CHANNELS

FROM_TILES = ("shape", "target_shape")  # settings that follow from the tiles
OWN = {
    "trained": True,
    "labelled": 0,
}  # keys of a model that are not the instrument's, and what they are by default


def resolved(entries: Mapping[str, Any], scale: Mapping[str, Any], source: str) -> dict[str, dict[str, Any]]:
    """The entries with complete records of their models, whose epochs are multiplied by the scale's factor.

    Parameters
    ----------
    entries : content of `invariants`: by name `seeds`, `side`, `input`, `defaults` and `models`, by name the
        keys in which a model differs from the defaults: those of `latentlab.invariant.settings`, `trained`
        and `labelled`.
    scale : the study's part of a scale file. source : the study's file, for messages.

    Raises
    ------
    ConfigError : an unknown key, settings that contradict one another, or a side that tiles cannot have.
    """
    found = {}
    for name, entry in entries.items():
        where = f"{source}: invariants.{name}"
        if scale["side"] % entry["side"]:
            raise ConfigError(
                f"{where}.side: the scale's tiles have {scale['side']} px and cannot be averaged to "
                f"{entry['side']} px; expected a divisor"
            )
        shape = (CHANNELS[entry["input"]], entry["side"], entry["side"])
        models = {
            model: _record({**entry["defaults"], **changes}, shape, scale, f"{where}.models.{model}")
            for model, changes in entry["models"].items()
        }
        found[name] = {**{key: entry[key] for key in ("seeds", "side", "input")}, "models": models}
    return found


def _record(
    given: Mapping[str, Any], shape: tuple[int, ...], scale: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """The complete record of one model."""
    known = [*(each.name for kind in (Settings, Training) for each in fields(kind)), *OWN]
    known = [key for key in known if key not in FROM_TILES]
    for key in given:
        if key not in known:
            raise ConfigError(f"{where}: {unknown_name('key', key, known)}")
    own = {key: given.get(key, default) for key, default in OWN.items()}
    try:
        settings, training = from_record(given, shape=shape)
    except InvariantError as error:
        raise ConfigError(f"{where}: {error}") from None
    if settings.classes > len(CLASSES):
        raise ConfigError(f"{where}.classes: expected at most {len(CLASSES)}, found {settings.classes}")
    if settings.likelihood != "gaussian":
        raise ConfigError(
            f"{where}.likelihood: tiles are standardised; expected 'gaussian', found '{settings.likelihood}'"
        )
    if settings.condition:
        raise ConfigError(f"{where}.condition: tiles have no condition vector; expected 0")
    if own["labelled"] and not settings.classes:
        raise ConfigError(f"{where}.labelled: a model without classes cannot be told any; expected classes")
    record = {**plain(settings), **plain(training), **own}
    epochs = max(1, round(record["epochs"] * scale["invariant_epochs"]))
    return {key: value for key, value in {**record, "epochs": epochs}.items() if key not in FROM_TILES}
