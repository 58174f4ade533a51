"""Records of the lines study: VAEs of microstructures, their data and their training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from latentlab.errors import ConfigError
from latentlab.microstructures import prepare
from latentlab.pipeline.names import unknown_name
from latentlab.pipeline.references import check_references, restrict, write_out
from latentlab.pipeline.runs import Record, declare_runs, resolve_runs, trained_runs
from latentlab.studies.lines.metric_names import run_metrics, set_metrics
from latentlab.studies.lines.own_runs import OWN, own_runs, with_own_outputs
from latentlab.studies.lines.titles import titles

SIZES = ("side", "depth", "width", "hidden", "decoder_width", "batch", "learning_rate", "epochs")
TORCHVISION_WIDTH = 64  # channels of the first stage that its weight files have


def resolve(
    study: Mapping[str, Any], scale: Mapping[str, Any], config: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Record]]:
    """The study's file written out, and the records of the runs that the scale trains, checked.

    Parameters
    ----------
    study, scale : content of config/lines.yaml and the study's part of a scale file.
    config : content of config/config.yaml.
    sources : names of the files for messages, "study" and "scale".

    Returns
    -------
    The file, written out (`latentlab.pipeline.references.write_out`) for the scale, with the tables and
    figures of runs on micrographs (`with_own_outputs`), and "trained_sets", the sets that any run is
    trained on; records by run. Runs on micrographs are trained at every scale.

    Raises
    ------
    ConfigError : a set that cannot be drawn at this size, a record that contradicts itself, or an
        unknown name.
    """
    source = sources["study"]
    labels = {
        name: _labels(spec, scale["side"], f"{source}: sets.{name}") for name, spec in study["sets"].items()
    }
    if config["micrographs"]["paths"]:
        labels[OWN] = {"volume_fraction"}
    declared, groups = declare_runs(study, source)
    if same := sorted(set(declared) & set(labels)):
        raise ConfigError(f"{source}: runs.{same[0]}: a set has this name too; claims need different names")
    check = partial(check_record, sets=list(labels))
    records = resolve_runs(declared, source, partial(_scaled, scale=scale), check)
    study = with_own_outputs(study, declared, groups, source)
    content = write_out(study, declared, groups, source, partial(titles, defaults=study["defaults"]))
    _check_sets(content, source, list(labels))
    # baselines are measured on the sets that runs are trained on
    baselines = {record["data"] for record in declared.values()}

    def metrics(subject: str) -> set[str]:
        if subject in baselines:
            return set_metrics(labels[subject])
        data = declared[subject]["data"]
        return run_metrics(labels[data], _line_counts(study["sets"].get(data, {})))

    check_references(content, declared, source, subjects=sorted(baselines), metrics=metrics)
    chosen = trained_runs(scale["runs"], declared, groups, f"{sources['scale']}: lines.runs")
    trained = [run for run in declared if run in {*chosen, *own_runs(declared)}]
    content["trained_sets"] = sorted(baselines)
    return restrict(content, trained), {run: records[run] for run in trained}


def _labels(spec: Mapping[str, Any], side: int, where: str) -> set[str]:
    """Labels that are one number an image; ConfigError if the set cannot be drawn."""
    try:
        fields = prepare(spec, side).fields
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None
    return {"volume_fraction", *(name for name, (_, shape, _) in fields.items() if not shape)}


def _line_counts(spec: Mapping[str, Any]) -> range:
    """The numbers of lines of a set; none for a set without lines."""
    if spec.get("kind") not in ("lines", "diagonals"):
        return range(0)
    low, high = spec["count"] if isinstance(spec["count"], list) else (spec["count"], spec["count"])
    return range(low, high + 1)


def _check_sets(study: Mapping[str, Any], source: str, sets: list[str]) -> None:
    """Check that every set that a table or figure names exists."""
    for section in ("tables", "figures"):
        for name, content in study[section].items():
            for unknown in [each for each in content.get("sets", []) if each not in sets]:
                raise ConfigError(f"{source}: {section}.{name}.sets: {unknown_name('set', unknown, sets)}")


def _scaled(record: Mapping[str, Any], scale: Mapping[str, Any]) -> Record:
    return {**record, **{name: scale[name] for name in SIZES}}


def check_record(record: Mapping[str, Any], where: str, sets: list[str]) -> None:
    """Refuse an unknown set, and weights and freezing that contradict one another.

    Raises
    ------
    ConfigError : in one sentence that begins with `where`.
    """
    if record["data"] not in sets:
        hint = "; give micrographs.paths in config/config.yaml" if record["data"] == OWN else ""
        raise ConfigError(f"{where}.data: {unknown_name('set', record['data'], sets)}{hint}")
    if record["frozen"] and record["weights"] is None:
        raise ConfigError(
            f"{where}.frozen: a ResNet of random weights must be trained; give weights, or frozen: false"
        )
    if record["weights"] is not None and record["width"] != TORCHVISION_WIDTH:
        raise ConfigError(
            f"{where}.weights: torchvision's weights are of width {TORCHVISION_WIDTH}, the scale's is "
            f"{record['width']}"
        )
