"""Simulate the library of paracrystal structure factors."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import compression, create_nxdata, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.structure_factor_mean import StructureFactorCurve, phase_step
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of, library_pairs


def structure_factors(
    output: Path | str,
    experiment: Mapping[str, Any],
    library: str,
    singles: Sequence[Sequence[float]],
    large: int | None,
    code: str = "",
) -> None:
    """Write S and its integral over q D, one curve per omega/D, and the range of q that each pixel covers.

    That is every entry (D, omega/D) of the library at every pixel (thesis, 2.5.6 and eq. 2.30): S depends on
    q D and omega/D alone, and an entry is the mean of S over a pixel (`scattering.structure_factor_mean`).

    Parameters
    ----------
    output : artifact to write.
    experiment : the section of config/gisaxs.yaml.
    library, singles, large : which entries, see `library_pairs`.
    code : digest of the library files that determine the result; recorded.
    """
    _, pairs = library_pairs(library, singles, large)
    q_range = np.stack(grid_of(experiment).q_range(experiment_of(experiment)))
    widths = np.unique(pairs[:, 1])
    step = phase_step(widths[0])
    largest = float(q_range.max() * pairs[:, 0].max())
    curves = [StructureFactorCurve.of(width, largest, step) for width in widths]
    record = {"experiment": experiment, "library": library, "singles": singles, "large": large}
    with write_artifact(
        output, kind="structure-factors", rule="gisaxs_structure_factors", record=record, code=code
    ) as file:
        axes = [("omega_over_D", widths, ""), ("q_D", step * np.arange(len(curves[0].values)), "rad")]
        group = create_nxdata(file, "structure_factors", signal="S", axes=axes, default=True)
        for name, rows in (
            ("S", np.array([curve.values for curve in curves], dtype=np.float32)),
            ("integral", np.array([curve.integral for curve in curves])),
        ):
            group.create_dataset(name, data=rows, chunks=(1, rows.shape[1]), **compression())
        group["integral"].attrs["units"] = "rad"
        file.create_dataset("q_range", data=q_range, chunks=(1, *q_range.shape[1:]), **compression())
        file["q_range"].attrs["units"] = "1/nm"
        file["parameters"] = pairs
        file["parameters"].attrs["columns"] = ["D_nm", "omega_over_D"]


if __name__ == "__main__":
    with stage(snakemake):
        structure_factors(output=snakemake.output[0], **snakemake.input, **snakemake.params)
