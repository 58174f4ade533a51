"""The run registry: declared once by id, resolved to flat records and checked before any job starts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from latentlab.claims import subjects
from latentlab.codec_shapes import CODEC_SHAPES
from latentlab.errors import ConfigError

RUN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def resolve_runs(
    study: Mapping[str, Any], scale: Mapping[str, Any], source: str
) -> dict[str, dict[str, Any]]:
    """Flat records of every run of a study at a scale: defaults, then the run's own keys, then sizes.

    Parameters
    ----------
    study : content of a study's file (config/gisaxs.yaml), valid against its schema.
    scale : the study's part of a scale file (config/scales/*.yaml).
    source : name of the study's file, for messages.

    Returns
    -------
    By run id, all that decides a training's result and nothing else; channel numbers already scaled.

    Raises
    ------
    ConfigError : a key that `defaults` lacks, counting noise without photons (or the reverse), or two
        ids with equal records.
    """
    declared: dict[str, dict[str, Any]] = {}
    records: dict[str, dict[str, Any]] = {}
    for run, own in study["runs"].items():
        where = f"{source}: runs.{run}"
        if not (isinstance(run, str) and RUN_ID.fullmatch(run)):
            raise ConfigError(f"{where}: an id is made of lower-case letters, digits and single hyphens")
        unknown = sorted(set(own) - set(study["defaults"]))
        if unknown:
            raise ConfigError(
                f"{where}.{unknown[0]}: unknown key, expected one of {', '.join(study['defaults'])}"
            )
        declared[run] = {**study["defaults"], **own}
        records[run] = _scaled(declared[run], scale)
        _check_record(records[run], where)
    _check_distinct(declared, source)  # a small scale may round two widths to one
    return records


def _scaled(record: dict[str, Any], scale: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **record,
        "channels": [max(1, round(channels * scale["width"])) for channels in record["channels"]],
        "side": scale["crop"] // scale["binning"],
        "epochs": scale[_epochs_key(record)],
        "batch": scale["batch"],
        "learning_rate": scale["learning_rate"],
    }


def _epochs_key(record: Mapping[str, Any]) -> str:
    """One-cycle runs on the small set get epochs of their own: they converge in far fewer."""
    if record["dataset"] == "small" and record["schedule"] == "one-cycle":
        return "one_cycle_epochs"
    return f"{record['dataset']}_epochs"


# The plain loop is the thesis's recipe and nothing else.
PLAIN = {"schedule": "plateau", "precision": "fp32", "quantiles": "adam"}


def _check_record(record: Mapping[str, Any], where: str) -> None:
    shape = CODEC_SHAPES[record["model"]]
    widths = len(shape.channels)
    if len(record["channels"]) != widths:
        raise ConfigError(
            f"{where}.channels: {record['model']} takes {widths} of them, found {record['channels']}"
        )
    if min(record["channels"]) < shape.least_channels:
        raise ConfigError(
            f"{where}.channels: {record['model']} needs {shape.least_channels} or more, the "
            f"scale's width leaves {record['channels']}"
        )
    if record["activation"] != "gdn" and record["model"] != "factorized":
        raise ConfigError(f"{where}.activation: only factorized has another one than gdn")
    for name, value in PLAIN.items() if record["loop"] == "plain" else ():
        if record[name] != value:
            raise ConfigError(f"{where}.{name}: the plain loop has {value} alone, found {record[name]}")
    if ("counting" in record["noise"]) != (record["photons"] is not None):
        raise ConfigError(f"{where}.photons: give it with the noise 'counting', and only then")
    if record["target"] == "gaps" and record["input"] != "gaps":
        raise ConfigError(f"{where}.target: gaps in the target need the same gaps in the input, input: gaps")


def _check_distinct(records: Mapping[str, Mapping[str, Any]], source: str) -> None:
    seen: dict[str, str] = {}
    for run, record in records.items():
        key = json.dumps(record, sort_keys=True)
        if key in seen:
            raise ConfigError(
                f"{source}: runs.{run}: the same record as runs.{seen[key]}; use one id for both"
            )
        seen[key] = run


def check_references(study: Mapping[str, Any], source: str, also_used: Mapping[str, str]) -> None:
    """Every table, figure and claim names runs that exist, and every run is named by something.

    Parameters
    ----------
    also_used : runs that something outside the study's file names, as {where it is named: run}.

    Raises
    ------
    ConfigError : naming the key that refers to no run, or the run that nothing refers to.
    """
    named: list[tuple[str, str]] = []
    for table, content in study["tables"].items():
        named += [(f"{source}: tables.{table}.rows", run) for run in content.get("rows", {})]
        named += [(f"{source}: tables.{table}.run", content["run"])] if "run" in content else []
    for figure, content in study["figures"].items():
        named += [(f"{source}: figures.{figure}.runs", run) for run in content.get("runs", [])]
        named += [(f"{source}: figures.{figure}.run", content["run"])] if "run" in content else []
    named += [(f"{source}: contest.runs", run) for run in study["contest"]["runs"]]
    for claim, content in study["claims"].items():
        where = f"{source}: claims.{claim}.when"
        named += [(where, name) for name in subjects(content["when"], where) if name not in study["patterns"]]
    named += list(also_used.items())
    for where, run in named:
        if run not in study["runs"]:
            raise ConfigError(f"{where}: there is no run '{run}'; the runs are {', '.join(study['runs'])}")
    unused = sorted(set(study["runs"]) - {run for _, run in named})
    if unused:
        raise ConfigError(f"{source}: runs.{unused[0]}: no table, figure or claim refers to this run")
