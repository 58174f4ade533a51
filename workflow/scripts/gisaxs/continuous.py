"""Simulate patterns with continuous parameters: a test set, and factors that networks are trained on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.artifacts import compression, create_images, create_nxdata, read_artifact, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.detector import bin_mask, bin_mean
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.parameter_space.bases import Nodes, exact_patterns, pixel_width
from latentlab.studies.gisaxs.parameter_space.binned_factors import KIND, form_factors, structure_factors
from latentlab.studies.gisaxs.parameter_space.continuous import continuous_parameters, parameter_ranges
from latentlab.studies.gisaxs.simulation import COLUMNS, experiment_of, grid_of

N_NODES = 8192
BLOCK = 32  # exact patterns computed at a time


def continuous(
    outputs: Mapping[str, Path | str],
    gaps: Path | str,
    experiment: Mapping[str, Any],
    crop: int,
    side: int,
    sizes: Mapping[str, int],
    seed: int,
    code: str = "",
) -> None:
    """Write the two artifacts.

    `test`, kind "patterns": split "test", exact patterns of crop x crop pixels, maximum 1.
    `factors`, kind "binned-factors": form and structure factors over side x side bins for training, and exact
    patterns over the same bins, maximum 1: splits "evaluation" (which begins with the patterns of `test`) and
    "calibration".

    Parameters
    ----------
    outputs : "test" and "factors", artifacts to write. gaps : of the detector.
    experiment : the section of config/gisaxs.yaml. crop : side in pixels, from alpha_f = 2theta_f = 0.
    side : of the binned patterns; divides `crop`.
    sizes : numbers of `test`, `evaluation`, `calibration` patterns, of `forms` and of `structures`.
    seed : of the parameters. code : digest of the library files that determine the result; recorded.
    """
    beam, grid = experiment_of(experiment), grid_of(experiment).crop(crop, crop)
    nodes = {"n_sizes": experiment["size_nodes"], "half_widths": experiment["size_half_widths"]}
    low, high = parameter_ranges()
    reach = largest_radius(high[None, :2], **nodes)
    table = FormFactorTable.build(grid, beam, reach, progress=lambda radii: tqdm(radii, desc="radii"))
    parameters = {
        name: continuous_parameters(low, high, sizes[name], seed + number)
        for number, name in enumerate(("evaluation", "calibration"))
    }
    shown, binned = [], {}
    for name, drawn in parameters.items():
        parts = []
        for start in tqdm(range(0, len(drawn), BLOCK), desc=name):
            images = exact_patterns(table, grid.q_range(beam), drawn[start : start + BLOCK], nodes)
            if name == "evaluation" and start < sizes["test"]:
                shown.append(images[: sizes["test"] - start])
            means = bin_mean(images, crop // side)
            parts.append(means / means.max(axis=(1, 2), keepdims=True))
        binned[name] = np.concatenate(parts)
    rng = np.random.default_rng([seed, 2])
    drawn_factors = {
        "form": rng.uniform(low[:2], high[:2], (sizes["forms"], 2)),
        "structure": rng.uniform(low[2:], high[2:], (sizes["structures"], 2)),
    }
    stored = {"form": form_factors(table, drawn_factors["form"], crop // side, nodes)}
    del table
    curve_nodes = Nodes.of(grid.q_parallel(beam), N_NODES)
    width = pixel_width(*grid.q_range(beam))
    stored["structure"] = structure_factors(curve_nodes, width, drawn_factors["structure"], crop // side)

    record = {"experiment": experiment, "crop": crop, "side": side, "sizes": dict(sizes), "seed": seed}
    provenance = {"rule": "gisaxs_continuous", "record": record, "inputs": [gaps], "code": code}
    with read_artifact(gaps, kind="gaps", datasets={"gaps/missing": (None, None)}) as detector:
        axes = [(name, detector[f"gaps/{name}"][:crop], "deg") for name in ("alpha_f", "two_theta_f")]
        missing = detector["gaps/missing"][:crop, :crop]
    with write_artifact(outputs["test"], kind="patterns", **provenance) as file:
        file.attrs["side"] = crop
        file["gaps"] = bin_mask(missing, 1)
        images = np.concatenate(shown)
        entries = ("entry", np.arange(len(images)), "")
        group = create_nxdata(file, "test", signal="intensity", axes=[entries, *axes], default=True)
        create_images(group, "intensity", images.shape, units="relative to the maximum")[...] = images
        group["parameters"] = parameters["evaluation"][: len(images)]
        group["parameters"].attrs["columns"] = COLUMNS
    with write_artifact(outputs["factors"], kind=KIND, **provenance) as file:
        file.attrs["side"] = side
        file["gaps"] = bin_mask(missing, crop // side)
        for name, factor in stored.items():
            file[f"{name}/parameters"] = factor.parameters
            for part in ("log_mean", "first"):
                values = getattr(factor, part).numpy()
                chunks = (min(256, len(values)), values.shape[1])
                file.create_dataset(f"{name}/{part}", data=values, chunks=chunks, **compression())
        for name, images in binned.items():
            create_images(
                file, f"{name}/intensity", images.shape, units="relative to the maximum", together=32
            )[...] = images
            file[f"{name}/parameters"] = parameters[name]
            file[f"{name}/parameters"].attrs["columns"] = COLUMNS


if __name__ == "__main__":
    with stage(snakemake):
        continuous(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
