"""Records of the microscopy study: models of one family, their sets and their training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from latentlab.errors import ConfigError, InvariantError
from latentlab.invariant.settings import from_record
from latentlab.pipeline.names import unknown_name
from latentlab.pipeline.references import check_references, restrict, write_out
from latentlab.pipeline.runs import Record, declare_runs, resolve_runs, trained_runs
from latentlab.studies.microscopy.atoms.own_runs import own_runs, with_own_images
from latentlab.studies.microscopy.metric_names import RUNS, SETS
from latentlab.studies.microscopy.parts import PARTS
from latentlab.studies.microscopy.records import KEYS
from latentlab.studies.microscopy.subjects import PARTS as SUBJECTS
from latentlab.studies.microscopy.titles import titles


def resolve(
    study: Mapping[str, Any], scale: Mapping[str, Any], config: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Record]]:
    """The study's file written out, and the records of the runs that the scale trains, checked.

    Parameters
    ----------
    study, scale : content of config/microscopy.yaml and the study's part of a scale file.
    config : content of config/config.yaml.
    sources : names of the files for messages, "study" and "scale".

    Returns
    -------
    The file, written out (`latentlab.pipeline.references.write_out`) for the scale, with the set, run, table
    and figure of a user's own images if there are any; records by run.

    Raises
    ------
    ConfigError : a record that contradicts itself, or an unknown name.
    """
    source = sources["study"]
    study = with_own_images(study, config["atoms"], source)
    sets = study["sets"]
    if missing := [key for key in KEYS if key not in study["defaults"]]:
        raise ConfigError(
            f"{source}: defaults.{missing[0]}: there is no such key; every key of a run has one"
        )
    declared, groups = declare_runs(study, source)
    measured = {name: SETS[PARTS[spec["kind"]]](spec) for name, spec in sets.items()}
    measured |= {subject: set(metrics) for part in SUBJECTS for subject, metrics in part(study).items()}
    if same := sorted(set(declared) & set(measured)):
        raise ConfigError(
            f"{source}: runs.{same[0]}: a set or a stage has this name too; claims need different names"
        )
    check = partial(check_record, sets=sets)
    records = resolve_runs(declared, source, partial(scaled, scale=scale), check)
    content = write_out(study, declared, groups, source, partial(titles, defaults=study["defaults"]))
    _check_sets(content, source, list(sets))

    def metrics(subject: str) -> set[str]:
        if subject in measured:
            return measured[subject]
        spec = sets[declared[subject]["data"]]
        return RUNS[PARTS[spec["kind"]]](spec, declared[subject])

    repeated = [(f"{source}: digits.{name}.run", entry["run"]) for name, entry in content["digits"].items()]
    check_references(
        content, declared, source, also_used=repeated, subjects=sorted(measured), metrics=metrics
    )
    content |= _stages(content, records, scale)
    chosen = trained_runs(scale["runs"], declared, groups, f"{sources['scale']}: microscopy.runs")
    trained = [run for run in declared if run in {*chosen, *own_runs(declared)}]
    return restrict(content, trained), {run: records[run] for run in trained}


def _stages(
    content: Mapping[str, Any], records: Mapping[str, Record], scale: Mapping[str, Any]
) -> dict[str, Any]:
    """The parts' own stages with the scale's epochs, and the record of the run that a stage repeats."""

    def at_scale(entry: Mapping[str, Any]) -> Record:
        return scaled(entry, scale) if "epochs" in entry else dict(entry)

    digits = {
        name: {**at_scale(entry), "record": records[entry["run"]]}
        for name, entry in content["digits"].items()
    }
    duals = {name: at_scale(entry) for name, entry in content["plasmonics"]["duals"].items()}
    return {"digits": digits, "plasmonics": {"duals": duals}}


def _check_sets(study: Mapping[str, Any], source: str, sets: list[str]) -> None:
    """Check that every set that a table, a figure or a dual VAE names exists."""
    for name, entry in study["plasmonics"]["duals"].items():
        if entry["data"] not in sets:
            where = f"{source}: plasmonics.duals.{name}.data"
            raise ConfigError(f"{where}: {unknown_name('set', entry['data'], sets)}")
    for section in ("tables", "figures"):
        for name, content in study[section].items():
            for unknown in [each for each in content.get("sets", []) if each not in sets]:
                raise ConfigError(f"{source}: {section}.{name}.sets: {unknown_name('set', unknown, sets)}")


def scaled(record: Mapping[str, Any], scale: Mapping[str, Any]) -> Record:
    """A record with the scale's number of epochs: its own times a factor, at least one."""
    return {**record, "epochs": max(1, round(record["epochs"] * scale["epochs"]))}


def check_record(record: Mapping[str, Any], where: str, sets: Mapping[str, Any]) -> None:
    """Refuse an unknown set, and settings that contradict one another.

    Raises
    ------
    ConfigError : in one sentence that begins with `where`.
    """
    if record["data"] not in sets:
        raise ConfigError(f"{where}.data: {unknown_name('set', record['data'], sets)}")
    try:
        from_record(record, shape=(1, 32, 32), target_shape=None, condition=int(record["condition"]))
    except InvariantError as error:
        raise ConfigError(f"{where}: {error}") from None
