"""Draw the figures of the simulation: factors and their product, series over a parameter."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.factor_libraries import Libraries
from latentlab.studies.gisaxs.features import yoneda_row
from latentlab.studies.gisaxs.figures.patterns import angles_extent, factors, series
from latentlab.studies.gisaxs.shown_patterns import figure_patterns

LABELS = {"sigma_over_r": r"$\sigma$/R", "omega_over_d": r"$\omega$/D"}


def figure_physics(
    outputs: Sequence[Path | str],
    form_factors: Path | str,
    structure_factors: Path | str,
    spec: Mapping[str, Any],
    code: Sequence[Path | str] = (),
) -> None:
    """Draw a figure of kind "factors" or "series" at the whole simulated grid.

    Parameters
    ----------
    outputs : files to write. form_factors, structure_factors : the libraries.
    spec : the figure's entry in config/gisaxs.yaml.
    """
    with Libraries(form_factors, structure_factors, crop=None) as libraries:
        extent = angles_extent(libraries.alpha_f_deg, libraries.two_theta_f_deg)
        if spec["kind"] == "factors":
            radius, sigma, distance, omega = spec["pattern"]
            form = libraries.form_factor(radius, sigma)
            structure = libraries.structure_factor(distance, omega)
            save_figure(factors(form, structure, extent, spec["pattern"]), outputs)
            return
        images = list(libraries.patterns(figure_patterns(spec)))
        q_y = libraries.q_parallel[yoneda_row(images[0])]  # at these angles q_x hardly adds to q_y
    titles = [f"{LABELS[spec['vary']]} = {value:g}" for value in spec["values"]]
    profiles = {"q_y": q_y, "rows": [yoneda_row(image) for image in images]}
    save_figure(series(images, titles, extent, profiles), outputs)


if __name__ == "__main__":
    with stage(snakemake):
        figure_physics(outputs=list(snakemake.output), **snakemake.input, **snakemake.params)
