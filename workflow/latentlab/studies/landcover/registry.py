"""Records of the landcover study: architectures, latent sizes, losses and their training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name
from latentlab.pipeline.references import check_references, restrict, write_out
from latentlab.pipeline.runs import Record, declare_runs, resolve_runs, trained_runs
from latentlab.studies.landcover.invariants.records import resolved
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.metric_names import run_metrics, subjects
from latentlab.studies.landcover.run_tiles import CHANNELS
from latentlab.studies.landcover.titles import titles

FULL = "full"  # the latent size of a scale
SIZES = ("side", "batch", "epochs", "learning_rate", "cool_down")  # that a scale gives


def resolve(
    study: Mapping[str, Any], scale: Mapping[str, Any], config: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Record]]:
    """The study's file written out, and the records of the runs that the scale trains, checked.

    Parameters
    ----------
    study, scale : content of config/landcover.yaml and the study's part of a scale file.
    config : content of config/config.yaml.
    sources : names of the files for messages, "study" and "scale".

    Returns
    -------
    The file, written out (`latentlab.pipeline.references.write_out`) for the scale; records by run.

    Raises
    ------
    ConfigError : a record that contradicts itself, or an unknown name.
    """
    source = sources["study"]
    declared, groups = declare_runs(study, source)
    check = partial(check_record, architectures=study["architectures"], side=scale["side"])
    records = resolve_runs(declared, source, partial(scaled, scale=scale), check)
    records = {run: with_layers(record, study["architectures"]) for run, record in records.items()}
    content = write_out(study, declared, groups, source, partial(titles, study=study))
    chosen = trained_runs(scale["runs"], declared, groups, f"{sources['scale']}: landcover.runs")
    content["latent_labels"] = list(dict.fromkeys(str(declared[run]["latent"]) for run in declared))
    content["latent_sizes"] = {str(declared[run]["latent"]): records[run]["latent"] for run in chosen}
    content["invariants"] = resolved(study["invariants"], scale, source)
    measured = subjects(content)
    if same := sorted(set(declared) & set(measured)):
        raise ConfigError(f"{source}: runs.{same[0]}: a stage has this name too; claims need different names")

    def metrics(subject: str) -> set[str]:
        return measured[subject] if subject in measured else run_metrics(records[subject])

    embedded = [
        (f"{source}: embeddings.{name}.runs", run)
        for name, entry in content["embeddings"].items()
        for run in entry["runs"]
    ]
    check_references(
        content, declared, source, also_used=embedded, subjects=sorted(measured), metrics=metrics
    )
    _check_subjects(content, source, [*measured, TILES])
    content["embeddings"] = {
        name: {**entry, "runs": kept, "iterations": scale["tsne_iterations"]}
        for name, entry in content["embeddings"].items()
        if (kept := [run for run in entry["runs"] if run in chosen])
    }
    return restrict(content, chosen), {run: records[run] for run in chosen}


def scaled(record: Mapping[str, Any], scale: Mapping[str, Any]) -> Record:
    """A record with the scale's sizes; a latent of "full" becomes the scale's."""
    latent = scale["latent"] if record["latent"] == FULL else record["latent"]
    return {**record, **{name: scale[name] for name in SIZES}, "latent": latent}


def with_layers(record: Mapping[str, Any], architectures: Mapping[str, Any]) -> Record:
    """A record with the layers of its architecture, so that a changed layer trains its runs again."""
    entry = architectures[record["architecture"]]
    return {**record, "layers": {part: entry[part] for part in ("encoder", "decoder")}}


def check_record(record: Mapping[str, Any], where: str, architectures: Mapping[str, Any], side: int) -> None:
    """Refuse an unknown architecture, one that cannot draw what is restored, and tiles that it cannot halve.

    Raises
    ------
    ConfigError : in one sentence that begins with `where`.
    """
    name = record["architecture"]
    if name not in architectures:
        raise ConfigError(f"{where}.architecture: {unknown_name('architecture', name, architectures)}")
    halvings = sum(
        1
        for kind, *numbers in architectures[name]["encoder"]
        if kind in ("max", "average") or numbers[1] == 2
    )
    if side % 2**halvings:
        raise ConfigError(
            f"{where}.architecture: '{name}' halves a tile {halvings} times, and the scale's side is "
            f"{side} px; expected a multiple of {2**halvings}"
        )
    if CHANNELS[record["input"]] > CHANNELS[record["restores"]]:
        raise ConfigError(
            f"{where}.restores: a network that is given {record['input']} restores it or more, "
            f"found {record['restores']}"
        )


def _check_subjects(content: Mapping[str, Any], source: str, known: list[str]) -> None:
    """Check that every stage that a table or figure names exists."""
    for section in ("tables", "figures"):
        for name, entry in content[section].items():
            for unknown in [each for each in entry.get("subjects", []) if each not in known]:
                raise ConfigError(
                    f"{source}: {section}.{name}.subjects: {unknown_name('stage', unknown, known)}"
                )
