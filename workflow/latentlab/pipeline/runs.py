"""The run registry: declared once by id, resolved to flat records and checked before any job starts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.claims import subjects

RUN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Record = dict[str, Any]


def resolve_runs(
    study: Mapping[str, Any],
    source: str,
    scaled: Callable[[Record], Record],
    check: Callable[[Record, str], None],
) -> dict[str, Record]:
    """Flat records of every run of a study at a scale: defaults, then the run's own keys, then sizes.

    Parameters
    ----------
    study : content of a study's file (config/<study>.yaml), valid against its schema.
    source : name of the study's file, for messages.
    scaled : adds a scale's sizes to a record; each study has its own, see `latentlab.studies`.
    check : refuses a scaled record that contradicts itself; its second argument names the run.

    Returns
    -------
    By run id, all that decides a training's result and nothing else.

    Raises
    ------
    ConfigError : a key that `defaults` lacks, what `check` refuses, or two ids with equal records.
    """
    declared: dict[str, Record] = {}
    records: dict[str, Record] = {}
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
        records[run] = scaled(declared[run])
        check(records[run], where)
    _check_distinct(declared, source)  # a small scale may round two widths to one
    return records


def _check_distinct(records: Mapping[str, Mapping[str, Any]], source: str) -> None:
    seen: dict[str, str] = {}
    for run, record in records.items():
        key = json.dumps(record, sort_keys=True)
        if key in seen:
            raise ConfigError(
                f"{source}: runs.{run}: the same record as runs.{seen[key]}; use one id for both"
            )
        seen[key] = run


def check_references(
    study: Mapping[str, Any],
    source: str,
    also_used: Iterable[tuple[str, str]],
    subjects_beside: Iterable[str],
) -> None:
    """Every table, figure and claim names runs that exist, and every run is named by something.

    Parameters
    ----------
    also_used : runs that something else than tables, figures and claims names, as (where it is named, run).
    subjects_beside : what claims may speak of that is no run.

    Raises
    ------
    ConfigError : naming the key that refers to no run, or the run that nothing refers to.
    """
    named: list[tuple[str, str]] = []
    known = set(subjects_beside)
    for section in ("tables", "figures"):
        for name, content in study[section].items():
            where = f"{source}: {section}.{name}"
            for key in ("rows", "runs"):
                named += [(f"{where}.{key}", run) for run in content.get(key, [])]
            for group, runs in content.get("groups", {}).items():
                named += [(f"{where}.groups.{group}", run) for run in runs]
            named += [(f"{where}.run", content["run"])] if "run" in content else []
    for claim, content in study["claims"].items():
        where = f"{source}: claims.{claim}.when"
        named += [(where, name) for name in subjects(content["when"], where) if name not in known]
    named += also_used
    for where, run in named:
        if run not in study["runs"]:
            raise ConfigError(f"{where}: there is no run '{run}'; the runs are {', '.join(study['runs'])}")
    unused = sorted(set(study["runs"]) - {run for _, run in named})
    if unused:
        raise ConfigError(f"{source}: runs.{unused[0]}: no table, figure or claim refers to this run")
