"""When two values cannot be compared: where neither side, or a run that is named, has learnt anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.evaluation import Side
from latentlab.pipeline.claims.grammar import Term
from latentlab.pipeline.claims.spread import Measured
from latentlab.pipeline.quantities import quantity
from latentlab.pipeline.tables.number_text import number_text

NO_BETTER = "no better than the trivial answer"
WITHIN = "within the spread between seeds"  # some values inside the interval are better, not all


@dataclass(frozen=True)
class Judge:
    """Objects to comparisons between runs that would be decided by nothing.

    A comparison between runs has runs on both sides, or is a difference or a ratio of runs; one of a run with
    a number or a baseline is left as it is.

    1. Of a metric with a trivial answer: undecided if neither side is better than the trivial answer, that
       is, if not the whole interval is better. A side that is min or max is judged by the runs that decide
       its value (those whose interval reaches into the result's), and counts as better if one of them is.
    2. Of a metric of which neither direction is better (rates, sizes, epochs, losses): undecided if any run
       that is named has learnt nothing, that is, if its score is not better than its trivial answer.

    Attributes
    ----------
    measured : the values. baselines : by run, the subject whose metrics are its trivial answers.
    scores : by run, the metric that it was trained for.
    """

    measured: Measured
    baselines: Mapping[str, str]
    scores: Mapping[str, str]

    def objection(self, left: Side, right: Side) -> str:
        """Why the two sides cannot be compared; empty if they can."""
        if not (self._runs(left.named) and self._runs(right.named)):
            return ""
        named = self._runs((*left.named, *right.named))
        if any(not quantity(metric, self.measured.quantities).better for metric, _ in named):
            return self._nothing_learnt([run for _, run in named])
        return self._nothing_better(self._runs(left.decided_by), self._runs(right.decided_by))

    def _runs(self, terms: tuple[Term, ...]) -> list[Term]:
        return [term for term in terms if self.measured.is_run(term[1])]

    def _nothing_learnt(self, runs: list[str]) -> str:
        found: dict[str, list[str]] = {}
        for run in dict.fromkeys(self.measured.family(run)[0] for run in runs):
            score = self.scores[run]
            if self.trivial(score, run) is not None and not self.better_than_trivial(score, run):
                no_better = NO_BETTER if not self._at_best(score, run) else f"{WITHIN} {NO_BETTER}"
                found.setdefault(f"{no_better}, {self._answer(score, run)}", []).append(run)
        return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in found.items())

    def _nothing_better(self, *sides: list[Term]) -> str:
        judged = [
            [(metric, run) for metric, run in side if self.trivial(metric, run) is not None] for side in sides
        ]
        each = [term for side in judged for term in side]
        if not all(judged) or any(self.better_than_trivial(*term) for term in each):
            return ""
        at_best = any(self._at_best(*term) for term in each)
        no_better = f"{WITHIN} both sides are {NO_BETTER}" if at_best else f"both sides are {NO_BETTER}"
        return f"{no_better}, {'; '.join(dict.fromkeys(self._answer(*term) for term in each))}"

    def _at_best(self, metric: str, run: str) -> bool:
        """Whether the best value inside a run's interval is better than the trivial answer."""
        interval, described = self.measured.interval(metric, run), quantity(metric, self.measured.quantities)
        best = interval.high if described.better == "higher" else interval.low
        return described.beats(best, self.trivial(metric, run))

    def _answer(self, metric: str, run: str) -> str:
        """Title and value of the trivial answer."""
        described = quantity(metric, self.measured.quantities)
        name = described.trivial if isinstance(described.trivial, str) else metric
        return f"{quantity(name, self.measured.quantities).title} {number_text(self.trivial(metric, run))}"

    def better_than_trivial(self, metric: str, run: str) -> bool:
        """Whether all of a run's interval is better than the trivial answer."""
        interval, described = self.measured.interval(metric, run), quantity(metric, self.measured.quantities)
        worst = interval.low if described.better == "higher" else interval.high
        return described.beats(worst, self.trivial(metric, run))

    def trivial(self, metric: str, run: str) -> float | None:
        """The trivial answer to a metric of a run; None if there is no such answer.

        It is a number, or a metric of the run itself or of its baselines.

        Raises
        ------
        ConfigError : neither was measured.
        """
        described = quantity(metric, self.measured.quantities)
        if not described.better or described.trivial is None:
            return None
        if not isinstance(described.trivial, str):
            return float(described.trivial)
        run = self.measured.family(run)[0]
        baseline = self.baselines[run]
        for subject in (run, baseline):
            if described.trivial in (found := self.measured.metrics.get(subject, {})):
                return float(found[described.trivial])
        raise ConfigError(
            f"'{described.trivial}', the trivial answer to '{metric}', was measured neither for "
            f"'{run}' nor for '{baseline}'"
        )
