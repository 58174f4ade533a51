"""Records of the GISAXS study: codecs, their data and their training."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from latentlab.codecs.shapes import CODEC_SHAPES
from latentlab.errors import ConfigError
from latentlab.pipeline.references import check_references, restrict, write_out
from latentlab.pipeline.runs import Record, declare_runs, resolve_runs, runs_of, trained_runs
from latentlab.studies.gisaxs.clustering.checks import check_clustering, clustered_runs
from latentlab.studies.gisaxs.denoising.settings import check_denoising, trained_transitions
from latentlab.studies.gisaxs.judging import baseline_of
from latentlab.studies.gisaxs.metric_names import PATTERN_METRICS, RUN_METRICS, baseline_metrics
from latentlab.studies.gisaxs.subjects import measured_subjects
from latentlab.studies.gisaxs.titles import titles

SIDE_MULTIPLE = math.lcm(*(shape.divisor for shape in CODEC_SHAPES.values()))  # pixels, for every codec

HYPERPRIORS = frozenset(CODEC_SHAPES) - {"factorized"}  # models with the latents z and y
PLAIN_DENOISER = {"denoiser_width": "complete", "denoiser_depth": 1}  # what a run without denoiser has

# The plain loop is the thesis's recipe and nothing else.
PLAIN = {"schedule": "plateau", "precision": "fp32", "quantiles": "adam"}


def resolve(
    study: Mapping[str, Any], scale: Mapping[str, Any], config: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Record]]:
    """The study's file written out, and the records of the runs that the scale trains, checked.

    Parameters
    ----------
    study, scale : content of config/gisaxs.yaml and the study's part of a scale file.
    config : content of config/config.yaml.
    sources : names of the files for messages, "study" and "scale".

    Returns
    -------
    The file, written out (`latentlab.pipeline.references.write_out`) for the scale, and "baselines", the
    `dataset` and `target` of each of the baselines that runs are judged against; records by run.

    Raises
    ------
    ConfigError : sizes that no codec accepts, a record that contradicts itself, or an unknown name.
    """
    if scale["crop"] % (scale["binning"] * SIDE_MULTIPLE):
        raise ConfigError(
            f"{sources['scale']}: gisaxs.crop: crop / binning must be a multiple of {SIDE_MULTIPLE} pixels, "
            f"found {scale['crop']} / {scale['binning']}"
        )
    source = sources["study"]
    declared, groups = declare_runs(study, source)
    records = resolve_runs(declared, source, partial(scaled, scale=scale), check_record)
    names = partial(titles, abbreviations=study.get("abbreviations", {}))
    content = write_out(study, declared, groups, source, names)
    content["figures"] = {name: _figure(entry, study) for name, entry in content["figures"].items()}
    where = f"{source}: codec_comparison.runs"
    compared = runs_of(study["codec_comparison"]["runs"], declared, groups, where)
    check_denoising(study, declared, source)
    of_transitions = [
        (f"{source}: denoising.transitions.{name}", entry[side])
        for name, entry in study["denoising"]["transitions"].items()
        for side in ("encoder", "decoder")
    ]
    frames_run = config["frames"]["run"]
    baselines = {
        baseline_of(record): {key: record[key] for key in ("dataset", "target")}
        for record in declared.values()
    }
    parts = measured_subjects(study)
    _check_names(declared, study["patterns"], {**baselines, **parts}, source)

    def metrics(subject: str) -> Iterable[str]:
        if subject in parts:
            return parts[subject]
        if subject in baselines:
            return baseline_metrics(baselines[subject]["target"])
        return PATTERN_METRICS if subject in study["patterns"] else RUN_METRICS

    check_references(
        content,
        declared,
        source,
        also_used=[
            *((where, run) for run in compared),
            *of_transitions,
            *clustered_runs(study, source),
            ("config/config.yaml: frames.run", frames_run),
        ],
        subjects=[*study["patterns"], *baselines, *parts],
        metrics=metrics,
    )
    trained = trained_runs(scale["runs"], declared, groups, f"{sources['scale']}: gisaxs.runs")
    if config["frames"]["paths"] and frames_run not in trained:
        raise ConfigError(
            f"config/config.yaml: frames.run: '{frames_run}' is not trained at this scale; add it to "
            f"gisaxs.runs in {sources['scale']}"
        )
    check_clustering(study, trained, source, sources["scale"])
    content = restrict(content, trained)
    content["baselines"] = dict(sorted(baselines.items()))
    kept = trained_transitions(study, trained)
    content["denoising"] = {
        **study["denoising"],
        "transitions": {name: study["denoising"]["transitions"][name] for name in kept},
    }
    content["codec_comparison"] = {
        **study["codec_comparison"],
        "runs": [run for run in compared if run in trained],
    }
    return content, {run: records[run] for run in trained}


def _check_names(runs: Iterable[str], patterns: Iterable[str], measured: Iterable[str], source: str) -> None:
    """Check that claims can tell runs, patterns and what else is measured apart by their names."""
    for section, names in (("runs", runs), ("patterns", patterns)):
        for name in sorted(set(names) & set(measured)):
            raise ConfigError(
                f"{source}: {section}.{name}: baselines or another part of the study have this name too; "
                "choose another"
            )


def _figure(entry: Mapping[str, Any], study: Mapping[str, Any]) -> dict[str, Any]:
    """A figure's entry; examples have the seed and photons of the defaults unless they say otherwise."""
    if entry["kind"] != "examples":
        return dict(entry)
    return {**{key: study["defaults"][key] for key in ("seed", "photons")}, **entry}


def scaled(record: Mapping[str, Any], scale: Mapping[str, Any]) -> Record:
    """A record with the scale's sizes; channel numbers times its width."""
    return {
        **record,
        "channels": [max(1, round(channels * scale["width"])) for channels in record["channels"]],
        "side": scale["crop"] // scale["binning"],
        "epochs": scale[_epochs_key(record)],
        "batch": scale["batch"],
        "learning_rate": scale["learning_rate"],
    }


def _epochs_key(record: Mapping[str, Any]) -> str:
    """One-cycle runs on the small set have their own number of epochs: they converge in far fewer."""
    if record["dataset"] == "small" and record["schedule"] == "one-cycle":
        return "one_cycle_epochs"
    return f"{record['dataset']}_epochs"


def check_record(record: Mapping[str, Any], where: str) -> None:
    """Refuse channels that a codec cannot have, and keys that contradict one another.

    Raises
    ------
    ConfigError : in one sentence that begins with `where`.
    """
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
        raise ConfigError(f"{where}.activation: only factorized can have another one than gdn")
    check_denoiser(record, where)
    for name, value in PLAIN.items() if record["loop"] == "plain" else ():
        if record[name] != value:
            raise ConfigError(f"{where}.{name}: the plain loop allows only {value}, found {record[name]}")
    if ("counting" in record["noise"]) != (record["photons"] is not None):
        raise ConfigError(f"{where}.photons: set it if, and only if, the noise is 'counting'")
    if record["target"] == "gaps" and record["input"] != "gaps":
        raise ConfigError(f"{where}.target: gaps in the target need the same gaps in the input: input: gaps")


def check_denoiser(record: Mapping[str, Any], where: str) -> None:
    """Refuse a denoiser of a model without hyperprior, and a width or depth of none.

    Raises
    ------
    ConfigError : in one sentence that begins with `where`.
    """
    if record["denoiser"] and record["model"] not in HYPERPRIORS:
        raise ConfigError(f"{where}.denoiser: {record['model']} has no hyperprior, so no latents z and y")
    for name, value in PLAIN_DENOISER.items() if not record["denoiser"] else ():
        if record[name] != value:
            raise ConfigError(f"{where}.{name}: a run without denoiser has {value}, found {record[name]}")
