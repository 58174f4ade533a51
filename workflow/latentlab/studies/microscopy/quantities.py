"""The metrics of the study: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.microscopy.cards.quantities import QUANTITIES as CARDS

QUANTITIES: dict[str, Quantity] = {
    "reconstruction": Quantity("MSE of held-out images", "", "lower", "reconstruction_mean_image"),
    **CARDS,
}
