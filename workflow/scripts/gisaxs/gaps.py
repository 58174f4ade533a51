"""Map the detector's gaps to the angular grid of the simulation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import create_nxdata, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.simulation import experiment_of, gaps_of, grid_of


def gaps(
    output: Path | str, experiment: Mapping[str, Any], detector: Mapping[str, Any], code: str = ""
) -> None:
    """Write the mask of the whole grid: bool (n_alpha_f, n_two_theta_f), True where nothing is counted.

    Parameters
    ----------
    output : artifact to write.
    experiment, detector : the sections of config/gisaxs.yaml.
    code : digest of the library files that decide the result; recorded.
    """
    grid = grid_of(experiment)
    mask = gaps_of(detector, grid, experiment_of(experiment))
    record = {"experiment": experiment, "detector": detector}
    with write_artifact(output, kind="gaps", rule="gisaxs_gaps", record=record, code=code) as file:
        group = create_nxdata(
            file,
            "gaps",
            signal="mask",
            default=True,
            axes=[
                ("alpha_f", np.degrees(grid.alpha_f_rad), "deg"),
                ("two_theta_f", np.degrees(grid.two_theta_f_rad), "deg"),
            ],
        )
        group["mask"] = mask


if __name__ == "__main__":
    with stage(snakemake):
        gaps(output=snakemake.output[0], **snakemake.input, **snakemake.params)
