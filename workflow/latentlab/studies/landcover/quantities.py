"""The metrics of the study: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

QUANTITIES: dict[str, Quantity] = {}
