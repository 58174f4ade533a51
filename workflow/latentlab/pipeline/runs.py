"""The run registry: declared once by id, resolved to flat records and checked before any job starts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name

RUN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Record = dict[str, Any]
Groups = dict[str, list[str]]  # runs by the group's name


def declare_runs(study: Mapping[str, Any], source: str) -> tuple[dict[str, Record], Groups]:
    """All keys of every run, and all groups: those of `groups`, each family, each run with several seeds.

    A run's own keys override those of its family, which override those of `defaults`. With
    `seeds: [42, 43]` a run `a` stands for the runs `a` (the first seed) and `a-seed-43`.

    Parameters
    ----------
    study : content of a study's file (config/<study>.yaml), checked against its schema.
    source : name of the study's file, for messages.

    Returns
    -------
    Records by run id, without a scale's sizes, in the file's order; runs by group.

    Raises
    ------
    ConfigError : a wrong id, a key that `defaults` lacks, an unknown family, a run that repeats its family's
        value, two groups with one name, two ids with equal records.
    """
    defaults, families = study["defaults"], study.get("families", {})
    for family, keys in families.items():
        _check_keys(keys, defaults, f"{source}: families.{family}")
    declared: dict[str, Record] = {}
    groups: Groups = {family: [] for family in families}
    for run, entry in study["runs"].items():
        where = f"{source}: runs.{run}"
        if not (isinstance(run, str) and RUN_ID.fullmatch(run)):
            raise ConfigError(f"{where}: an id is made of lower-case letters, digits and single hyphens")
        own = {key: value for key, value in entry.items() if key not in ("family", "seeds")}
        _check_keys(own, defaults, where)
        shared = _family_of(entry, families, own, where)
        members = _with_seeds(run, entry.get("seeds"), {**defaults, **shared, **own}, own, where)
        for member, record in members.items():
            if member in declared:
                raise ConfigError(f"{where}: there are two runs '{member}'")
            declared[member] = record
        if "family" in entry:
            groups[entry["family"]] += members
        if "seeds" in entry:
            _add_group(groups, run, list(members), where)
    for name, entries in study.get("groups", {}).items():
        where = f"{source}: groups.{name}"
        _add_group(groups, name, runs_of(entries, declared, groups, where), where)
    _check_distinct(declared, source)
    return declared, groups


def resolve_runs(
    declared: Mapping[str, Record],
    source: str,
    scaled: Callable[[Record], Record],
    check: Callable[[Record, str], None],
) -> dict[str, Record]:
    """Flat records of runs at a scale, by run id: all that determines a training's result, and nothing else.

    Parameters
    ----------
    declared : records without sizes, of `declare_runs`.
    scaled : adds a scale's sizes to a record; each study has its own.
    check : raises ConfigError for a scaled record that contradicts itself; its second argument names the run.

    Raises
    ------
    ConfigError : raised by `check`.
    """
    records = {run: scaled(record) for run, record in declared.items()}
    for run, record in records.items():
        check(record, f"{source}: runs.{run}")
    return records


def runs_of(
    entries: str | list[str], runs: Mapping[str, Any], groups: Mapping[str, list[str]], where: str
) -> list[str]:
    """Run ids of a list that may name groups as "@name"; a single string stands for a list of one.

    Raises
    ------
    ConfigError : there is no such run or group.
    """
    named: list[str] = []
    for entry in [entries] if isinstance(entries, str) else entries:
        if entry.startswith("@"):
            if entry[1:] not in groups:
                raise ConfigError(f"{where}: {unknown_name('group', entry[1:], groups)}")
            named += groups[entry[1:]]
        elif entry in runs:
            named.append(entry)
        else:
            raise ConfigError(f"{where}: {unknown_name('run', entry, runs)}")
    return list(dict.fromkeys(named))


def trained_runs(
    chosen: str | list[str], declared: Mapping[str, Record], groups: Groups, where: str
) -> list[str]:
    """The runs that a scale trains, in the study's order: "all" of them, or ids and "@group" names.

    Raises
    ------
    ConfigError : there is no such run or group.
    """
    wanted = list(declared) if chosen == "all" else runs_of(chosen, declared, groups, where)
    return [run for run in declared if run in wanted]


def _check_keys(keys: Mapping[str, Any], defaults: Mapping[str, Any], where: str) -> None:
    for key in keys:
        if key not in defaults:
            raise ConfigError(f"{where}.{key}: unknown key, expected one of {', '.join(defaults)}")


def _family_of(
    entry: Mapping[str, Any], families: Mapping[str, Record], own: Mapping[str, Any], where: str
) -> Mapping[str, Any]:
    """The keys of a run's family; empty without a family."""
    if "family" not in entry:
        return {}
    name = entry["family"]
    if name not in families:
        raise ConfigError(f"{where}.family: {unknown_name('family', name, families)}")
    for key, value in own.items():
        if key in families[name] and families[name][key] == value:
            raise ConfigError(f"{where}.{key}: its family '{name}' has this value already; leave it out")
    return families[name]


def _with_seeds(
    run: str, seeds: list[int] | None, record: Record, own: Mapping[str, Any], where: str
) -> dict[str, Record]:
    """A run, or one run per seed: the first under the run's own id."""
    if seeds is None:
        return {run: record}
    if "seed" in own:
        raise ConfigError(f"{where}: give seed or seeds, not both")
    ids = [run, *(f"{run}-seed-{seed}" for seed in seeds[1:])]
    return {name: {**record, "seed": seed} for name, seed in zip(ids, seeds, strict=True)}


def _add_group(groups: Groups, name: str, runs: list[str], where: str) -> None:
    if name in groups:
        raise ConfigError(
            f"{where}: there is another group '{name}' (families and runs with seeds are groups)"
        )
    groups[name] = runs


def _check_distinct(records: Mapping[str, Mapping[str, Any]], source: str) -> None:
    seen: dict[str, str] = {}
    for run, record in records.items():
        key = json.dumps(record, sort_keys=True)
        if key in seen:
            raise ConfigError(
                f"{source}: runs.{run}: the same record as runs.{seen[key]}; use one id for both"
            )
        seen[key] = run
