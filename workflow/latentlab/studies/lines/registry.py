"""Records of the lines study: VAEs of microstructures, their data and their training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from latentlab.errors import ConfigError
from latentlab.microstructures import prepare
from latentlab.pipeline.runs import Record, check_references, resolve_runs

SIZES = ("side", "depth", "width", "hidden", "decoder_width", "batch", "learning_rate", "epochs")
TORCHVISION_WIDTH = 64  # channels of the first stage that its weight files have
OWN = "micrographs"  # the set that is made from a user's own images


def resolve(
    study: Mapping[str, Any], scale: Mapping[str, Any], config: Mapping[str, Any], sources: Mapping[str, str]
) -> dict[str, Record]:
    """Records of every run by id, checked; see `latentlab.pipeline.runs.resolve_runs`.

    Parameters
    ----------
    study, scale : content of config/lines.yaml and the study's part of a scale file.
    config : content of config/config.yaml.
    sources : names of the files for messages, "study" and "scale".

    Raises
    ------
    ConfigError : a set that cannot be drawn at this size, a record that contradicts itself, or a reference
        to no run.
    """
    source = sources["study"]
    for name, spec in study["sets"].items():
        try:
            prepare(spec, scale["side"])
        except ConfigError as error:
            raise ConfigError(f"{source}: sets.{name}: {error}") from None
    sets = [*study["sets"], *([OWN] if config["micrographs"]["paths"] else [])]
    if same := sorted(set(study["runs"]) & set(sets)):
        raise ConfigError(f"{source}: runs.{same[0]}: a set has this name, and claims could not tell the two")
    runs = resolve_runs(study, source, partial(_scaled, scale=scale), partial(check_record, sets=sets))
    _check_sets(study, source, sets)
    # baselines are measured of the sets that are trained on
    check_references(study, source, [], subjects_beside=[record["data"] for record in runs.values()])
    return runs


def _check_sets(study: Mapping[str, Any], source: str, sets: list[str]) -> None:
    """Every set that a table or figure names is there."""
    for section in ("tables", "figures"):
        for name, content in study[section].items():
            for unknown in [each for each in content.get("sets", []) if each not in sets]:
                raise ConfigError(
                    f"{source}: {section}.{name}.sets: there is no set '{unknown}'; the sets are "
                    f"{', '.join(sets)}"
                )


def _scaled(record: Mapping[str, Any], scale: Mapping[str, Any]) -> Record:
    return {**record, **{name: scale[name] for name in SIZES}}


def check_record(record: Mapping[str, Any], where: str, sets: list[str]) -> None:
    """Refuse a set that is not there, and weights and freezing that contradict one another.

    Raises
    ------
    ConfigError : in one sentence that begins with `where`.
    """
    if record["data"] not in sets:
        hint = "; give micrographs.paths in config/config.yaml" if record["data"] == OWN else ""
        raise ConfigError(
            f"{where}.data: there is no set '{record['data']}'; the sets are {', '.join(sets)}{hint}"
        )
    if record["frozen"] and record["weights"] is None:
        raise ConfigError(
            f"{where}.frozen: a ResNet of random weights must learn; give weights, or frozen: false"
        )
    if record["weights"] is not None and record["width"] != TORCHVISION_WIDTH:
        raise ConfigError(
            f"{where}.weights: torchvision's weights are of width {TORCHVISION_WIDTH}, the scale's is "
            f"{record['width']}"
        )
