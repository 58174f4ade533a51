"""What a measured value is called, its unit, which direction is better, and what it is judged against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Quantity:
    """How a metric is shown and judged.

    Attributes
    ----------
    title : in words. unit : "" for a number without unit.
    better : "higher" or "lower"; "" where neither direction is better by itself, as for a rate.
    trivial : what is known without learning: a metric of the run's baselines, or a number; None if there is
        no such answer. A run that is not better has learnt nothing.
    scatter : how trainings with different seeds differ, "relative" (by a factor) or "absolute".
    whole : shown without decimals: bytes, counts, epochs, also as means.
    of : for a count in per cent, the run's metric that says of how many; "" for what is no count.
    lowest, highest : the values that are possible; None if there is no limit.
    """

    title: str
    unit: str = ""
    better: Literal["higher", "lower", ""] = ""
    trivial: str | float | None = None
    scatter: Literal["relative", "absolute"] = "relative"
    whole: bool = False
    of: str = ""
    lowest: float | None = None
    highest: float | None = None

    @property
    def heading(self) -> str:
        """Title and unit, for a column."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def score(self) -> bool:
        """Whether 1 is the best value, as of a similarity or an accuracy."""
        return self.better == "higher" and not self.unit

    def beats(self, value: float, other: float) -> bool:
        """Whether `value` is better than `other`; False where neither direction is better."""
        return value > other if self.better == "higher" else self.better == "lower" and value < other


def quantity(name: str, quantities: Mapping[str, Quantity]) -> Quantity:
    """The quantity of a metric; one that is not described is shown under its own name."""
    return quantities.get(name, Quantity(name.replace("_", " ")))
