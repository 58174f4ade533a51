"""The metrics of the study: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.landcover.colourisation import quantities as colourisation
from latentlab.studies.landcover.generation import quantities as generation
from latentlab.studies.landcover.invariants import quantities as invariants
from latentlab.studies.landcover.latent_space import quantities as latent_space
from latentlab.studies.landcover.perception import quantities as perception
from latentlab.studies.landcover.reconstruction import quantities as reconstruction

QUANTITIES: dict[str, Quantity] = {
    **reconstruction.QUANTITIES,
    **latent_space.QUANTITIES,
    **perception.QUANTITIES,
    **generation.QUANTITIES,
    **colourisation.QUANTITIES,
    **invariants.QUANTITIES,
}
