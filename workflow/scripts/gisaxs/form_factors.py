"""Simulate the library of size-averaged DWBA form factors."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.artifacts import create_images, create_nxdata, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of, library_pairs

BLOCK = 64  # images held in memory at a time, 1 MB each


def form_factors(
    output: Path | str,
    experiment: Mapping[str, Any],
    library: str,
    singles: Sequence[Sequence[float]],
    large: int | None,
    code: str = "",
    device: str = "cpu",
) -> None:
    """Write <|F|^2> in nm^6, float32, one image per (R, sigma/R), on IsGISAXS's grid (thesis, 2.5.6).

    Parameters
    ----------
    output : artifact to write.
    experiment : the section of config/gisaxs.yaml.
    library, singles, large : which entries, see `library_pairs`.
    code : digest of the library files that determine the result; recorded.
    """
    pairs, _ = library_pairs(library, singles, large)
    beam, grid = experiment_of(experiment), grid_of(experiment)
    sizes = {"n_sizes": experiment["size_nodes"], "half_widths": experiment["size_half_widths"]}
    table = FormFactorTable.build(
        grid, beam, largest_radius(pairs, **sizes), device, progress=lambda radii: tqdm(radii, desc="radii")
    )
    record = {"experiment": experiment, "library": library, "singles": singles, "large": large}
    with write_artifact(
        output, kind="form-factors", rule="gisaxs_form_factors", record=record, code=code
    ) as file:
        group = create_nxdata(
            file,
            "form_factors",
            signal="intensity",
            default=True,
            axes=[
                ("entry", np.arange(len(pairs)), ""),
                ("alpha_f", np.degrees(grid.alpha_f_rad), "deg"),
                ("two_theta_f", np.degrees(grid.two_theta_f_rad), "deg"),
            ],
        )
        images = create_images(group, "intensity", (len(pairs), *grid.shape), units="nm^6")
        for start, block in tqdm(table.iter_averages(pairs, BLOCK, **sizes), desc="averages"):
            images[start : start + len(block)] = block
        file["parameters"] = pairs
        file["parameters"].attrs["columns"] = ["R_nm", "sigma_over_R"]
        file["q_parallel"] = grid.q_parallel(beam)
        file["q_parallel"].attrs["units"] = "1/nm"


if __name__ == "__main__":
    with stage(snakemake):
        form_factors(output=snakemake.output[0], **snakemake.input, **snakemake.params)
