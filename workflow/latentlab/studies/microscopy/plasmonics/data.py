"""Sets of structure and property: patches with spectra, particles with spectra, molecules on a surface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.plasmonics.molecule_set import draw_molecule_set
from latentlab.studies.microscopy.plasmonics.particle_set import draw_particle_set
from latentlab.studies.microscopy.plasmonics.pixel_set import draw_pixel_set
from latentlab.studies.microscopy.set_file import Drawn

UNITS = {"pixel": draw_pixel_set, "particle": draw_particle_set, "molecule": draw_molecule_set}


def draw(spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int) -> Drawn:
    """Draw the set of what `spec["unit"]` names: a pair for each pixel or particle, or molecules.

    Parameters
    ----------
    spec : the set's entry in config/microscopy.yaml. sizes : of the scale, by unit.
    seed : of the drawing; the two splits have scenes of their own.

    Raises
    ------
    ConfigError : there is no such unit.
    """
    if spec.get("unit") not in UNITS:
        raise ConfigError(
            f"sets: unit is '{spec.get('unit')}', expected one of {', '.join(UNITS)} for the kind plasmonics"
        )
    return UNITS[spec["unit"]](spec, sizes[spec["unit"]], seed)
