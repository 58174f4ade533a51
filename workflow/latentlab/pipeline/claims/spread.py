"""What a measured value stands for: one training is one of many that differ in their seed alone."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.intervals import MISSING, Interval
from latentlab.pipeline.quantities import Quantity, quantity

DEVIATIONS = 2.0  # standard deviations, or standard errors, on either side


@dataclass(frozen=True)
class Measured:
    """Measured values as intervals.

    Attributes
    ----------
    metrics : by subject: runs, and what else is measured (patterns, baselines).
    alike : for each run a text that is equal for runs whose seeds scatter alike.
    seeds : for each run with several seeds, its runs, the one with its name first. Those that were not
        measured do not count.
    quantities : of the metrics.
    """

    metrics: Mapping[str, Mapping[str, float]]
    alike: Mapping[str, str]
    seeds: Mapping[str, Sequence[str]]
    quantities: Mapping[str, Quantity]

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        """The measured seeds of each run that has several, by the name of each of them."""
        families: dict[str, list[str]] = {}
        for members in self.seeds.values():
            trained = [run for run in members if run in self.metrics]
            families |= dict.fromkeys(members, trained)
        return families

    def family(self, subject: str) -> list[str]:
        """The measured runs that a subject stands for: all seeds of a run, or what it names alone."""
        return self._families.get(subject, [subject] if subject in self.metrics else [])

    def is_run(self, subject: str) -> bool:
        """Whether a subject is a training, whose values differ with its seed."""
        return subject in self.alike or subject in self._families

    def values(self, metric: str, subject: str) -> list[float]:
        """A metric of each run that a subject stands for.

        Raises
        ------
        ConfigError : it was not measured.
        """
        if not self.family(subject):
            raise ConfigError(f"nothing was measured for '{subject}'")
        for run in self.family(subject):
            if metric not in self.metrics[run]:
                known = ", ".join(sorted(self.metrics[run]))
                raise ConfigError(f"'{run}' has no metric '{metric}', only {known}")
        return [float(self.metrics[run][metric]) for run in self.family(subject)]

    def interval(self, metric: str, subject: str) -> Interval:
        """What a metric of a subject stands for; its middle is the mean over seeds.

        The range of the values of a run with several seeds; for a run with a single seed its value and
        `DEVIATIONS` standard deviations (see `deviation`), added or as a factor; for anything else its value,
        or, where the metrics <metric>_low and <metric>_high were measured too, the interval between them.
        A count of n in per cent is widened by `DEVIATIONS` standard errors at both ends (Wilson's interval,
        which has a width at 0 and 100 too).

        Raises
        ------
        ConfigError : it was not measured.
        """
        values = self.values(metric, subject)
        if any(math.isnan(value) for value in values):
            return MISSING
        low, high, middle = min(values), max(values), math.fsum(values) / len(values)
        described = quantity(metric, self.quantities)
        if self.is_run(subject) and len(values) == 1:
            low, high = _around(middle, self.deviation(metric, subject), described)
        if not self.is_run(subject):
            found = self.metrics[subject]
            low = min(low, float(found.get(f"{metric}_low", low)))
            high = max(high, float(found.get(f"{metric}_high", high)))
        if described.of and self.is_run(subject):
            number = min(self.values(described.of, subject))
            low, high = wilson(max(low, 0.0), number)[0], wilson(min(high, 100.0), number)[1]
        # a mean of equal values may be rounded to one beyond them
        return Interval(low, high, min(max(middle, low), high))

    def deviation(self, metric: str, run: str) -> float:
        """Standard deviation over seeds, for a run with a single seed; of the logarithm if it is relative.

        It is pooled over the runs with several seeds that are alike; if there are none, over all runs with
        several seeds; 0 if there are none either. Runs without the metric, and for a relative one those in
        which it is 0 or changes its sign, do not count.
        """
        relative = quantity(metric, self.quantities).scatter == "relative"
        own = self.alike[self.family(run)[0]]  # a seed that was not trained is stood for by one that was
        families = [_samples(self.metrics, runs, metric, relative) for runs in self._with_seeds()]
        alike = [
            _samples(self.metrics, runs, metric, relative)
            for runs in self._with_seeds()
            if self.alike[runs[0]] == own
        ]
        for samples in ([each for each in alike if each], [each for each in families if each]):
            if samples:
                return pooled_deviation(samples)
        return 0.0

    def _with_seeds(self) -> list[list[str]]:
        """The measured runs of each run with several measured seeds."""
        families = [[run for run in members if run in self.metrics] for members in self.seeds.values()]
        return [runs for runs in families if len(runs) > 1]

    @property
    def has_seeds(self) -> bool:
        """Whether any run was trained with several seeds."""
        return bool(self._with_seeds())


def _around(value: float, deviation: float, described: Quantity) -> tuple[float, float]:
    """`DEVIATIONS` standard deviations on either side of a value, within the limits of its quantity."""
    if described.scatter == "absolute":
        ends = [value + sign * DEVIATIONS * deviation for sign in (-1, 1)]
    else:
        ends = sorted(value * math.exp(sign * DEVIATIONS * deviation) for sign in (-1, 1))
    low, high = (
        limit if limit is not None and beyond(end, limit) else end
        for end, limit, beyond in zip(
            ends, (described.lowest, described.highest), (operator.lt, operator.gt), strict=True
        )
    )
    return min(low, value), max(high, value)


def _samples(
    metrics: Mapping[str, Mapping[str, float]], runs: Sequence[str], metric: str, relative: bool
) -> list[float]:
    """The metric of each run, its logarithm if relative; none where that is impossible."""
    values = [float(metrics[run].get(metric, math.nan)) for run in runs]
    if not all(math.isfinite(value) for value in values):
        return []
    if not relative:
        return values
    if any(value * values[0] <= 0 for value in values):
        return []
    return [math.log(abs(value)) for value in values]


def pooled_deviation(samples: Iterable[Sequence[float]]) -> float:
    """Standard deviation of several samples of two or more, each about its own mean."""
    samples = list(samples)
    means = [math.fsum(sample) / len(sample) for sample in samples]
    squares = chain.from_iterable(
        ((value - mean) ** 2 for value in sample) for sample, mean in zip(samples, means, strict=True)
    )
    return math.sqrt(math.fsum(squares) / sum(len(sample) - 1 for sample in samples))


def wilson(per_cent: float, number: float) -> tuple[float, float]:
    """Wilson's interval of a share, in per cent, that was counted in `number` independent cases.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209, with `DEVIATIONS` standard errors.
    """
    share, square = per_cent / 100, DEVIATIONS**2
    centre = share + square / (2 * number)
    half = DEVIATIONS * math.sqrt(share * (1 - share) / number + square / (4 * number**2))
    scale = 100 / (1 + square / number)
    return max(0.0, (centre - half) * scale), min(100.0, (centre + half) * scale)
