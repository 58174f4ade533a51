"""What the table of claims needs to know of a study's runs and metrics, and no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from latentlab.pipeline.claims.grammar import terms
from latentlab.pipeline.claims.judge import Judge
from latentlab.pipeline.claims.spread import Measured
from latentlab.pipeline.document_values import document_values
from latentlab.pipeline.quantities import Quantity, quantity
from latentlab.pipeline.runs import Record


class Judging(Protocol):
    """A study's `judging` module.

    ALIKE : keys in which two runs must agree for the seeds of one to stand for those of the other.
    baseline_of : the subject whose metrics are a run's trivial answers. score_of : the metric that it was
    trained for.
    """

    ALIKE: Sequence[str]
    baseline_of: Callable[[Record], str]
    score_of: Callable[[Record], str]


def claims_inputs(
    content: Mapping[str, Any],
    records: Mapping[str, Record],
    quantities: Mapping[str, Quantity],
    judging: Judging,
    documents: Path,
) -> dict[str, Any]:
    """The parameters of the rule `claims` that come from the study: plain values, those that claims need.

    Parameters
    ----------
    content : the study's file, expanded. records : of the trained runs. quantities : of the study.
    documents : config/documents/<study>.
    """
    named = {
        metric
        for name, claim in content["claims"].items()
        for metric, _ in terms(claim["when"], f"claims.{name}.when", content["groups"])
    }
    scores = {run: judging.score_of(record) for run, record in records.items()}
    judged = named | set(scores.values())
    described = {metric: quantity(metric, quantities) for metric in judged}
    answers = {each.trivial for each in described.values() if isinstance(each.trivial, str)}
    described |= {metric: quantity(metric, quantities) for metric in answers - judged}
    values = document_values(content["tables"], documents)
    return {
        "claims": content["claims"],
        "groups": content["groups"],
        "seeds": content["seeds"],
        "alike": {run: json.dumps([record[key] for key in judging.ALIKE]) for run, record in records.items()},
        "baselines": {run: judging.baseline_of(record) for run, record in records.items()},
        "scores": scores,
        "quantities": {metric: asdict(described[metric]) for metric in sorted(described)},
        "document": {
            run: {metric: value for metric, value in metrics.items() if metric in named}
            for run, metrics in values.items()
        },
    }


def judge_of(
    metrics: Mapping[str, Mapping[str, float]],
    *,
    seeds: Mapping[str, Sequence[str]],
    alike: Mapping[str, str],
    baselines: Mapping[str, str],
    scores: Mapping[str, str],
    quantities: Mapping[str, Mapping[str, Any]],
) -> Judge:
    """The judge of the measured values; `metrics` by subject, the others of `claims_inputs`."""
    described = {metric: Quantity(**entry) for metric, entry in quantities.items()}
    return Judge(Measured(metrics, alike, seeds, described), baselines, scores)
