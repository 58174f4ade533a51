"""GISAXS of hemispheres on a substrate: optics, form and structure factors, patterns, photon counts.

The simulator of the thesis (Schaefer, sec. 2.5.4 to 2.5.6), checked against BornAgain. Lengths are in nm,
wave vectors in 1/nm, angles in degrees or radians as the names say. The fast table of form factors needs
torch and is imported from `latentlab.scattering.form_factor_table`.
"""

from latentlab.scattering.counting import poisson_counts
from latentlab.scattering.form_factor import (
    SizeAverages,
    dwba_amplitude,
    hemisphere_amplitude,
    size_averages,
    size_distribution,
)
from latentlab.scattering.grid import AngularGrid
from latentlab.scattering.optics import Experiment, fresnel_reflection, refractive_index
from latentlab.scattering.parameters import (
    form_factor_index,
    form_factor_parameters,
    large_patterns,
    small_patterns,
    structure_factor_index,
    structure_factor_parameters,
)
from latentlab.scattering.pattern import combine, gisaxs_pattern
from latentlab.scattering.structure_factor import structure_factor
from latentlab.scattering.structure_factor_mean import StructureFactorCurve, structure_factor_mean

__all__ = [
    "AngularGrid",
    "Experiment",
    "SizeAverages",
    "StructureFactorCurve",
    "combine",
    "dwba_amplitude",
    "form_factor_index",
    "form_factor_parameters",
    "fresnel_reflection",
    "gisaxs_pattern",
    "hemisphere_amplitude",
    "large_patterns",
    "poisson_counts",
    "refractive_index",
    "size_averages",
    "size_distribution",
    "small_patterns",
    "structure_factor",
    "structure_factor_index",
    "structure_factor_mean",
    "structure_factor_parameters",
]
