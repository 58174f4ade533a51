"""The figures of the simulation: factors and their product, series over a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.factor_libraries import Libraries
from latentlab.studies.gisaxs.features import yoneda_row
from latentlab.studies.gisaxs.figures.patterns import angles_extent, factors, series
from latentlab.studies.gisaxs.shown_patterns import figure_patterns

LABELS = {"sigma_over_r": r"$\sigma$/R", "omega_over_d": r"$\omega$/D"}


def draw_factors(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Form factor, structure factor and pattern of `spec["pattern"]` over the whole simulated grid."""
    radius, sigma, distance, omega = spec["pattern"]
    with _libraries(inputs) as libraries:
        extent = angles_extent(libraries.alpha_f_deg, libraries.two_theta_f_deg)
        form = libraries.form_factor(radius, sigma)
        structure = libraries.structure_factor(distance, omega)
    return factors(form, structure, extent, spec["pattern"])


def draw_series(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Patterns that differ in one parameter, and their profiles along the Yoneda line."""
    with _libraries(inputs) as libraries:
        extent = angles_extent(libraries.alpha_f_deg, libraries.two_theta_f_deg)
        images = list(libraries.patterns(figure_patterns(spec)))
        q_y = libraries.q_parallel[yoneda_row(images[0])]  # at these angles q_x hardly adds to q_y
    titles = [f"{LABELS[spec['vary']]} = {value:g}" for value in spec["values"]]
    profiles = {"q_y": q_y, "rows": [yoneda_row(image) for image in images]}
    return series(images, titles, extent, profiles)


def _libraries(inputs: Inputs) -> Libraries:
    return Libraries(inputs.artifacts["form_factors"], inputs.artifacts["structure_factors"], crop=None)
