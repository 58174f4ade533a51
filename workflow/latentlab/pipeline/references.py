"""What tables, figures and claims refer to: groups expanded, names checked, the runs of a scale selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.grammar import terms
from latentlab.pipeline.names import unknown_name
from latentlab.pipeline.report.overview_terms import measured_term
from latentlab.pipeline.runs import Groups, Record, runs_of

SECTIONS = ("tables", "figures")
Entry = dict[str, Any]  # of a table or figure


def write_out(
    study: Mapping[str, Any],
    declared: Mapping[str, Record],
    groups: Groups,
    source: str,
    titles: Callable[[Mapping[str, Record]], dict[str, str]] | None = None,
) -> dict[str, Any]:
    """A study's file with the groups and column sets of its tables and figures expanded.

    `runs` may be {run: what a figure calls it}, which becomes `labels`.
    `rows` becomes {run: cells that find its row in the document's table}. `match` gives, by the document's
    column, the key of the run's record that the column shows ("channels.0" is the first of a list), and
    `abbreviations` the document's word for a value; a run whose settings the document does not have is shown
    without the document's values. Each row brings the runs that differ from it in their seed alone. A table
    with rows has the source "runs". `seeds` is added: the runs of each run with several seeds.

    `titles`, if given, makes titles of rows from the records of all runs that a table names; such a table has
    them as "titles", by run.

    Raises
    ------
    ConfigError : a run, group, column set or key that does not exist.
    """
    seeds = {run: groups[run] for run, entry in study["runs"].items() if "seeds" in entry}
    content = {**study, "groups": groups, "seeds": seeds}
    for section in SECTIONS:
        content[section] = {
            name: _written_out(entry, study, declared, groups, f"{source}: {section}.{name}")
            for name, entry in study[section].items()
        }
    for entry in content["tables"].values() if titles is not None else ():
        if runs := runs_named(entry):
            entry["titles"] = titles({run: declared[run] for run in runs})
    return content


def _written_out(
    entry: Mapping[str, Any],
    study: Mapping[str, Any],
    declared: Mapping[str, Record],
    groups: Groups,
    where: str,
) -> Entry:
    entry = dict(entry)
    if "rows" in entry:
        rows = entry["rows"]
        if not isinstance(rows, Mapping):
            rows = {run: {} for run in runs_of(rows, declared, groups, f"{where}.rows")}
        else:
            rows = {run: dict(rows[run]) for run in runs_of(list(rows), declared, groups, f"{where}.rows")}
        for column, key in entry.get("match", {}).items():
            for run in rows:
                value = _value(declared[run], key, f"{where}.match.{column}")
                rows[run][column] = study.get("abbreviations", {}).get(value, value)
        with_seeds: dict[str, dict[str, Any]] = {}
        for run in rows:
            for member in _seeds(run, declared):
                with_seeds.setdefault(member, dict(rows.get(member, rows[run])))
        entry |= {"rows": with_seeds, "source": entry.get("source", "runs")}
    if "run" in entry:
        runs_of([entry["run"]], declared, {}, f"{where}.run")
    if "runs" in entry:
        if isinstance(entry["runs"], Mapping):
            entry |= {"labels": dict(entry["runs"]), "runs": list(entry["runs"])}
        entry["runs"] = runs_of(entry["runs"], declared, groups, f"{where}.runs")
    if "groups" in entry:
        entry["groups"] = {
            name: runs_of(runs, declared, groups, f"{where}.groups.{name}")
            for name, runs in entry["groups"].items()
        }
    for key in ("columns", "ours"):
        if isinstance(entry.get(key), str):
            sets = study.get("columns", {})
            if entry[key] not in sets:
                raise ConfigError(f"{where}.{key}: {unknown_name('set of columns', entry[key], sets)}")
            entry[key] = list(sets[entry[key]])
    return entry


def _seeds(run: str, declared: Mapping[str, Record]) -> list[str]:
    """A run, and those whose records differ from its own in the seed alone."""
    own = {**declared[run], "seed": None}
    return [
        run,
        *(name for name, record in declared.items() if name != run and {**record, "seed": None} == own),
    ]


def _value(record: Record, key: str, where: str) -> Any:
    """The value of a record under "key", or "key.number" for an entry of a list."""
    name, _, number = key.partition(".")
    if name not in record:
        raise ConfigError(f"{where}: {unknown_name('key', name, record)}")
    value = record[name]
    if number and isinstance(value, list) and number.isdecimal() and int(number) < len(value):
        return value[int(number)]
    if number or isinstance(value, list):
        raise ConfigError(f"{where}: '{key}' is not one value; a run has '{name}: {value}'")
    return value


def runs_named(entry: Mapping[str, Any]) -> list[str]:
    """The runs that a table or figure shows, groups expanded, each once, in its order."""
    named = [*entry.get("rows", {}), *entry.get("runs", []), *([entry["run"]] if "run" in entry else [])]
    named += [run for runs in entry.get("groups", {}).values() for run in runs]
    return list(dict.fromkeys(named))


def check_references(
    content: Mapping[str, Any],
    runs: Iterable[str],
    source: str,
    *,
    also_used: Iterable[tuple[str, str]] = (),
    subjects: Iterable[str] = (),
    metrics: Callable[[str], Iterable[str]] | None = None,
) -> None:
    """Check that claims and overview name measured values, columns are metrics, and each run is used.

    Parameters
    ----------
    content : a study's file, expanded.
    also_used : runs named elsewhere than in tables, figures and claims, as (where it is named, run).
    subjects : what claims may name besides runs.
    metrics : names of the metrics in the artifact of a run or subject; None: metrics are not
        checked.

    Raises
    ------
    ConfigError : a key refers to an unknown name, or nothing refers to a run; names that key or run.
    """
    runs = list(runs)
    used: set[str] = set()
    for section in SECTIONS:
        for name, entry in content[section].items():
            named = runs_named(entry)
            used |= set(named)
            for key in ("columns", "ours"):
                _check_columns(entry.get(key, []), named, metrics, f"{source}: {section}.{name}.{key}")
    known = [*runs, *subjects]
    named_values = [
        (where, *term)
        for claim, entry in content["claims"].items()
        for where in [f"{source}: claims.{claim}.when"]
        for term in terms(entry["when"], where, content["groups"])
    ]
    for where, metric, subject in [*named_values, *_overview_values(content, f"{source}: overview")]:
        if subject not in known:
            raise ConfigError(f"{where}: {unknown_name('run', subject, known)}")
        if metrics is not None and metric not in (carried := set(metrics(subject))):
            raise ConfigError(f"{where}: {unknown_name(f'metric of {subject}', metric, sorted(carried))}")
        # a claim about one seed is about all of them
        used.update([subject], *(runs for runs in content["seeds"].values() if subject in runs))
    for where, run in also_used:
        if run not in runs:
            raise ConfigError(f"{where}: {unknown_name('run', run, runs)}")
        used.add(run)
    unused = sorted(set(runs) - used)
    if unused:
        raise ConfigError(f"{source}: runs.{unused[0]}: no table, figure or claim refers to this run")


def _overview_values(content: Mapping[str, Any], source: str) -> list[tuple[str, str, str]]:
    """The values that the overview names, as (where, metric, subject); its other names are checked."""
    overview = content.get("overview")
    if overview is None:
        return []
    if overview["figure"] not in content["figures"]:
        known = unknown_name("figure", overview["figure"], content["figures"])
        raise ConfigError(f"{source}.figure: {known}")
    values = []
    for place, row in enumerate(overview["rows"]):
        where = f"{source}.rows.{place}"
        if "claim" in row and row["claim"] not in content["claims"]:
            raise ConfigError(f"{where}.claim: {unknown_name('claim', row['claim'], content['claims'])}")
        for key in ("ours", "trivial"):
            if isinstance(row.get(key), str):
                values.append((f"{where}.{key}", *measured_term(row[key], f"{where}.{key}")))
    return values


def _check_columns(
    columns: Iterable[str], runs: list[str], metrics: Callable[[str], Iterable[str]] | None, where: str
) -> None:
    for run in runs if metrics is not None else []:
        carried = set(metrics(run))
        for name in columns:
            if name not in carried:
                raise ConfigError(f"{where}: {unknown_name(f'metric of {run}', name, sorted(carried))}")


def restrict(content: Mapping[str, Any], trained: Iterable[str]) -> dict[str, Any]:
    """The tables and figures that a scale makes: rows of runs that it does not train are left out.

    A table or figure is left out if none of its runs is trained; one that shows no runs is kept.
    """
    kept = set(trained)
    restricted = dict(content)
    for section in SECTIONS:
        entries = {name: _restricted(entry, kept) for name, entry in content[section].items()}
        restricted[section] = {
            name: entry
            for name, entry in entries.items()
            if runs_named(entry) or not runs_named(content[section][name])
        }
    return restricted


def _restricted(entry: Entry, kept: set[str]) -> Entry:
    entry = dict(entry)
    if "rows" in entry:
        entry["rows"] = {run: cells for run, cells in entry["rows"].items() if run in kept}
    if "titles" in entry:
        entry["titles"] = {run: title for run, title in entry["titles"].items() if run in kept}
    if "runs" in entry:
        entry["runs"] = [run for run in entry["runs"] if run in kept]
    if "groups" in entry:
        groups = {name: [run for run in runs if run in kept] for name, runs in entry["groups"].items()}
        entry["groups"] = {name: runs for name, runs in groups.items() if runs}
    if "run" in entry and entry["run"] not in kept:
        del entry["run"]
    return entry
