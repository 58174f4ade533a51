"""The metrics of the study: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.microscopy.atoms.quantities import QUANTITIES as ATOMS
from latentlab.studies.microscopy.cards.quantities import QUANTITIES as CARDS
from latentlab.studies.microscopy.digits.quantities import QUANTITIES as DIGITS
from latentlab.studies.microscopy.plasmonics.quantities import QUANTITIES as PLASMONICS

QUANTITIES: dict[str, Quantity] = {
    "reconstruction": Quantity(
        "mean squared error of held-out images",
        better="lower",
        trivial="reconstruction_mean_image",
        lowest=0.0,
    ),
    **CARDS,
    **DIGITS,
    **ATOMS,
    **PLASMONICS,
}
