"""Map the detector's gaps to the angular grid of the simulation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import compression, create_nxdata, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.simulation import experiment_of, gaps_of, grid_of


def gaps(
    output: Path | str, experiment: Mapping[str, Any], detector: Mapping[str, Any], code: str = ""
) -> None:
    """Write the share of each grid pixel that is not counted: float64 (n_alpha_f, n_two_theta_f), 0 to 1.

    It becomes a mask only after binning, so that the rule of `bin_mask` applies to detector pixels.

    Parameters
    ----------
    output : artifact to write.
    experiment, detector : the sections of config/gisaxs.yaml.
    code : digest of the library files that determine the result; recorded.
    """
    grid = grid_of(experiment)
    share = gaps_of(detector, grid, experiment_of(experiment))
    record = {"experiment": experiment, "detector": detector}
    with write_artifact(output, kind="gaps", rule="gisaxs_gaps", record=record, code=code) as file:
        group = create_nxdata(
            file,
            "gaps",
            signal="missing",
            default=True,
            axes=[
                ("alpha_f", np.degrees(grid.alpha_f_rad), "deg"),
                ("two_theta_f", np.degrees(grid.two_theta_f_rad), "deg"),
            ],
        )
        group.create_dataset("missing", data=share, chunks=share.shape, **compression())


if __name__ == "__main__":
    with stage(snakemake):
        gaps(output=snakemake.output[0], **snakemake.input, **snakemake.params)
