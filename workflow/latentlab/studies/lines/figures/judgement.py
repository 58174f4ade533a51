"""What a run has learnt and what not: its scores beside the answers that need no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import quantity
from latentlab.studies.lines.evaluation.evaluation_file import KIND, read_group
from latentlab.studies.lines.figures.panels import number
from latentlab.studies.lines.judging import baseline_of, score_of
from latentlab.studies.lines.quantities import QUANTITIES

FROM_FRACTION = "mse_statistics_from_fraction"
LINE_SCORES = ("orientation_right", "lines_right")


class Score(NamedTuple):
    """A score in words, with its trivial answer, and whether it is better than this answer."""

    text: str
    learnt: bool


def run_verdict(inputs: Inputs, run: str, metrics: Sequence[str] = LINE_SCORES) -> str:
    """What a run has learnt, one line, and what not, another; "" if its set's baselines are not given.

    A score is learnt if it is better than its trivial answer (`studies.lines.quantities`). A share of pairs
    has to be better by two standard errors of the trivial share, as a few pairs more are chance.

    Parameters
    ----------
    metrics : scores named first, as far as the run has them (a set without lines has none of lines); then
        follow the score that the run was trained for, in statistics space also beside what the volume
        fraction alone predicts, and the shape of the correlation.

    Raises
    ------
    ArtifactError : the baselines lack a trivial answer.
    """
    path = inputs.evaluations[run]
    with read_artifact(path, kind=KIND) as file:
        record = record_of(file)
    baselines = inputs.artifacts.get(baseline_of(record))
    if baselines is None:
        return ""
    summary, answers, own = read_summary(path), read_summary(baselines), score_of(record)
    known = [name for name in metrics if name in summary]
    scores = [_score(name, summary, answers) for name in [*known, own]]
    if own == "mse_statistics":
        scores.append(_score(own, summary, answers, FROM_FRACTION, "from the volume fraction alone"))
    pairs = read_group(path, "pairs")
    shape = shape_score(pairs["original_statistics"], pairs["reconstruction_statistics"])
    return verdict([*scores, *([shape] if shape else [])])


def verdict(scores: Sequence[Score]) -> str:
    """The scores as text: those better than their trivial answers, and those that are not."""
    learnt = "; ".join(score.text for score in scores if score.learnt)
    failed = "; ".join(score.text for score in scores if not score.learnt)
    return "\n".join(
        line for line in (failed and f"Not learnt: {failed}", learnt and f"Learnt: {learnt}") if line
    )


def trivial_value(metric: str, *summaries: Mapping[str, float]) -> float:
    """The trivial answer's value of a metric: a number, or that of the metric which it names.

    The first of the summaries that has it counts.

    Raises
    ------
    ArtifactError : none of the summaries has it.
    """
    trivial = quantity(metric, QUANTITIES).trivial
    if trivial is None:
        raise ArtifactError(f"{metric}: there is no trivial answer to compare it with")
    if not isinstance(trivial, str):
        return float(trivial)
    for summary in summaries:
        if trivial in summary:
            return summary[trivial]
    raise ArtifactError(f"{metric}: its trivial answer {trivial} was not measured")


def _score(
    metric: str,
    summary: Mapping[str, float],
    answers: Mapping[str, float],
    rival: str = "",
    answer: str = "trivial answer",
) -> Score:
    """A metric beside its trivial answer, or beside the metric `rival` of the baselines, called `answer`."""
    what = quantity(metric, QUANTITIES)
    needed = trivial = answers[rival] if rival else trivial_value(metric, summary, answers)
    if what.unit.startswith("%") and what.better == "higher":
        needed += 2 * np.sqrt(trivial * (100 - trivial) / summary["pairs"])
    unit = f" {what.unit}" if what.unit else ""
    text = f"{what.title} {number(summary[metric])}{unit} ({answer} {number(trivial)})"
    return Score(text, what.beats(summary[metric], needed))


def shape_score(originals: np.ndarray, reconstructions: np.ndarray) -> Score | None:
    """How well reconstructions have the shape of the originals' correlation, whatever the volume fraction.

    The shape is the autocorrelation less its mean over lags, 1 at lag 0. Its R^2 is 0 for the mean shape of
    the originals: a model that knows no more than the volume fraction does not get above it. None where all
    originals have one shape, as a single one has.

    Parameters
    ----------
    originals, reconstructions : (n, side, side), centred autocorrelations of pairs.
    """
    of_originals, found = _shapes(originals), _shapes(reconstructions)
    centred = of_originals - of_originals.mean(axis=0)
    spread = np.square(centred).sum()
    if spread == 0:
        return None
    score = 1 - np.square(found - of_originals).sum() / spread
    varied = np.square(found - found.mean(axis=0)).sum() / spread
    text = (
        f"shape of the correlation R² {number(score)} (trivial answer 0), varying between reconstructions "
        f"{number(varied)} times as much as between originals"
    )
    return Score(text, bool(score > 0))


def variety(images: np.ndarray, others: np.ndarray) -> float:
    """Variance between `images` over that between `others`, each (n, side, side).

    Means over pixels; NaN where `others` are all the same.
    """
    variance = np.var(others, axis=0, ddof=1).mean() if len(others) > 1 else 0.0
    return float(np.var(images, axis=0, ddof=1).mean() / variance) if variance > 0 else float("nan")


def _shapes(correlations: np.ndarray) -> np.ndarray:
    """Autocorrelations (n, side, side) less their means, 1 at lag 0; all 0 for a uniform image."""
    values = np.asarray(correlations, dtype=np.float64)
    values = values - values.mean(axis=(1, 2), keepdims=True)  # over all lags: volume fraction squared
    middle = values.shape[-1] // 2
    peak = values[:, middle : middle + 1, middle : middle + 1]
    return np.divide(values, peak, out=np.zeros_like(values), where=peak > 1e-12)
