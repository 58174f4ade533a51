"""Simulate the library of paracrystal structure factors."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import compression, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.structure_factor_library import (
    NARROW_OMEGA_OVER_D,
    pixel_width,
    structure_factor_library,
    structure_factor_nodes,
)
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of, library_pairs


def structure_factors(
    output: Path | str,
    experiment: Mapping[str, Any],
    library: str,
    singles: Sequence[Sequence[float]],
    large: int | None,
    code: str = "",
) -> None:
    """Write S of q_parallel, float32, one curve a (D, omega/D) (thesis, 2.5.6 and eq. 2.30).

    Entries with omega/D below 0.05, whose peaks are narrower than a pixel, are means over a pixel's width.

    Parameters
    ----------
    output : artifact to write.
    experiment : the section of config/gisaxs.yaml.
    library, singles, large : which entries, see `library_pairs`.
    code : digest of the library files that decide the result; recorded.
    """
    _, pairs = library_pairs(library, singles, large)
    q_parallel = grid_of(experiment).q_parallel(experiment_of(experiment))
    q_max, width = float(q_parallel.max()), pixel_width(q_parallel)
    values = structure_factor_library(pairs, q_max, width)
    record = {"experiment": experiment, "library": library, "singles": singles, "large": large}
    with write_artifact(
        output, kind="structure-factors", rule="gisaxs_structure_factors", record=record, code=code
    ) as file:
        file.attrs["q_max"] = q_max
        file.attrs["averaged_below_omega_over_D"] = NARROW_OMEGA_OVER_D
        file.attrs["averaging_width_per_nm"] = width
        file.attrs["default"] = "structure_factors"
        group = file.create_group("structure_factors")
        group.attrs.update({"NX_class": "NXdata", "signal": "S", "axes": ["entry", "q_parallel"]})
        group["entry"] = range(len(pairs))
        group["q_parallel"] = structure_factor_nodes(values.shape[1], q_max)
        group["q_parallel"].attrs["units"] = "1/nm"
        group.create_dataset("S", data=values, chunks=(1, values.shape[1]), **compression())
        file["parameters"] = pairs
        file["parameters"].attrs["columns"] = ["D_nm", "omega_over_D"]


if __name__ == "__main__":
    with stage(snakemake):
        structure_factors(output=snakemake.output[0], **snakemake.input, **snakemake.params)
