"""What the section `clustering` of config/gisaxs.yaml must agree with, beyond its schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name
from latentlab.studies.gisaxs.clustering.metric_names import THESIS

RUN_KEYS = ("run", "measured_as")  # of an input
PAPER = "table-4-19"  # the method of the thesis's own clusters


def clustered_runs(study: Mapping[str, Any], source: str) -> Iterator[tuple[str, str]]:
    """The runs that the clustering uses, as (where it is named, run); `source` is the study's file."""
    for name, entry in study["clustering"]["inputs"].items():
        for key in RUN_KEYS:
            if key in entry:
                yield f"{source}: clustering.inputs.{name}.{key}", entry[key]


def check_clustering(study: Mapping[str, Any], trained: Iterable[str], source: str, scale: str) -> None:
    """Check the names in the section, and in the tables and figures that show clusters.

    Parameters
    ----------
    study : content of config/gisaxs.yaml. trained : runs that the scale trains.
    source, scale : names of the two files, for messages.

    Raises
    ------
    ConfigError : an input or method that does not exist, or a method that is not used on an input that shows
        it, or a run that the scale does not train.
    """
    section, trained = study["clustering"], list(trained)
    inputs, methods = section["inputs"], section["methods"]
    for where, run in clustered_runs(study, source):
        if run not in trained:
            raise ConfigError(
                f"{where}: '{run}' is not trained at this scale; add it to gisaxs.runs in {scale}"
            )
    named = [
        *((f"methods.{method}.inputs", name) for method, how in methods.items() for name in how["inputs"]),
        *(("classification.inputs", name) for name in section["classification"]["inputs"]),
    ]
    for where, name in named:
        if name not in inputs:
            raise ConfigError(f"{source}: clustering.{where}: {unknown_name('input', name, inputs)}")
    for place in ("tables", "figures"):
        for entry_name, entry in study[place].items():
            _check_shown(
                entry.get("clusters", {}), inputs, methods, f"{source}: {place}.{entry_name}.clusters"
            )


def _check_shown(
    shown: Mapping[str, list[str]], inputs: Mapping[str, Any], methods: Mapping[str, Any], where: str
) -> None:
    for name, chosen in shown.items():
        if name not in (*inputs, THESIS):
            raise ConfigError(f"{where}: {unknown_name('input', name, [*inputs, THESIS])}")
        of_input = [method for method, how in methods.items() if name in how["inputs"]] or [PAPER]
        for method in chosen:
            if method not in of_input:
                raise ConfigError(f"{where}.{name}: {unknown_name('method of this input', method, of_input)}")
