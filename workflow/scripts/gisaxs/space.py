"""Store the whole parameter space as two principal bases, with the pairs that are held out for tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.artifacts import compression, create_images, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.scattering.parameters import form_factor_parameters, structure_factor_parameters
from latentlab.studies.gisaxs.parameter_space.bases import (
    Nodes,
    all_of,
    exact_patterns,
    form_factor_bases,
    held_out_pairs,
    log_totals,
    pixel_width,
    structure_factor_bases,
)
from latentlab.studies.gisaxs.parameter_space.pattern_space import KIND, LEAST_OMEGA_OVER_D, valid_pairs
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

N_NODES = 8192
FORM_COMPONENTS, STRUCTURE_COMPONENTS, BINNED_COMPONENTS = 160, 128, 128
BINNING = 4  # 256 px to the fit's 64


def space(
    output: Path | str,
    experiment: Mapping[str, Any],
    crop: int,
    held_out: int,
    shown: int,
    form_parameters: np.ndarray | None = None,
    structure_parameters: np.ndarray | None = None,
    code: str = "",
) -> None:
    """Write the space artifact, from the simulator directly; no image of the libraries is stored.

    Parameters
    ----------
    output : artifact to write. experiment : the section of config/gisaxs.yaml.
    crop : side in pixels, from alpha_f = 2theta_f = 0; a multiple of 4. held_out : number of test pairs.
    shown : of these, how many patterns are kept as images, from the simulator itself.
    form_parameters, structure_parameters : library entries, by default all of table 2.5.
    code : digest of the library files that determine the result; recorded.
    """
    forms = form_factor_parameters() if form_parameters is None else form_parameters
    structures = structure_factor_parameters() if structure_parameters is None else structure_parameters
    structures = structures[structures[:, 1] > LEAST_OMEGA_OVER_D - 1e-9]
    beam, grid = experiment_of(experiment), grid_of(experiment).crop(crop, crop)
    sizes = {"n_sizes": experiment["size_nodes"], "half_widths": experiment["size_half_widths"]}
    table = FormFactorTable.build(
        grid, beam, largest_radius(forms, **sizes), progress=lambda radii: tqdm(radii, desc="radii")
    )
    form, form_binned, form_means = form_factor_bases(
        table, forms, FORM_COMPONENTS, BINNED_COMPONENTS, BINNING, sizes
    )
    valid = valid_pairs(forms, structures)
    tested = held_out_pairs(valid, held_out)
    truths = exact_patterns(
        table,
        grid.q_range(beam),
        np.column_stack([forms[tested[:shown, 0]], structures[tested[:shown, 1]]]),
        sizes,
    )
    del table
    nodes = Nodes.of(grid.q_parallel(beam), N_NODES)
    structure, structure_binned, structure_means = structure_factor_bases(
        nodes, pixel_width(*grid.q_range(beam)), structures, STRUCTURE_COMPONENTS, BINNED_COMPONENTS, BINNING
    )
    record = {"experiment": experiment, "crop": crop, "held_out": held_out, "shown": shown}
    with write_artifact(output, kind=KIND, rule="gisaxs_space", record=record, code=code) as file:
        file.attrs["side"], file.attrs["fit_side"] = crop, crop // BINNING
        bases = {"form": form, "structure": structure}
        bases |= {"form_binned": form_binned, "structure_binned": structure_binned}
        for name, values in all_of(bases):
            file.create_dataset(name, data=values, chunks=True, **compression())
            file[name].attrs["units"] = "decades"
        for name, pairs, columns in (
            ("form", forms, ["R_nm", "sigma_over_R"]),
            ("structure", structures, ["D_nm", "omega_over_D"]),
        ):
            file[f"{name}/parameters"] = pairs
            file[f"{name}/parameters"].attrs["columns"] = columns
        file["structure/q"] = nodes.q
        file["structure/q"].attrs["units"] = "1/nm"
        file.create_dataset("structure/node", data=nodes.left, chunks=True, **compression())
        file.create_dataset("structure/node_weight", data=nodes.weight, chunks=True, **compression())
        totals = log_totals(form_means, structure_means, valid)
        file.create_dataset("log_totals", data=totals, chunks=True, **compression())
        file["held_out"] = tested
        create_images(file, "held_out_patterns", truths.shape, units="")[...] = truths


if __name__ == "__main__":
    with stage(snakemake):
        space(output=snakemake.output[0], **snakemake.input, **snakemake.params)
