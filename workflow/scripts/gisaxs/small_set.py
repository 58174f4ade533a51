"""Combine form and structure factors into the small data set: table 4.1's patterns."""

from pathlib import Path

import numpy as np

from latentlab.artifacts import create_images, create_nxdata, read_artifact, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.detector import bin_mask, bin_mean
from latentlab.studies.gisaxs.exposure import exposure
from latentlab.studies.gisaxs.factor_libraries import Libraries
from latentlab.studies.gisaxs.simulation import COLUMNS, small_set


def small(
    output: Path | str,
    form_factors: Path | str,
    structure_factors: Path | str,
    gaps: Path | str,
    crop: int,
    binning: int,
    raw_mean_square: float,
    code: str = "",
) -> None:
    """Write the splits train (106) and test (52), float32, in raw intensity.

    One factor brings <|F|^2> S to the thesis's unit: the mean square of the unbinned test patterns
    becomes `raw_mean_square`, the MSE that the thesis gives for an all-grey reconstruction.

    Parameters
    ----------
    output : artifact to write. form_factors, structure_factors, gaps : artifacts to read.
    crop : side in pixels, from alpha_f = 2theta_f = 0. binning : pixels averaged in each direction.
    raw_mean_square : see config/gisaxs.yaml.
    code : digest of the library files that determine the result; recorded.
    """
    table = small_set()
    splits = {name: table[table.split == name][COLUMNS].to_numpy() for name in ("train", "test")}
    with (
        Libraries(form_factors, structure_factors, crop) as libraries,
        read_artifact(gaps, kind="gaps", datasets={"gaps/missing": (None, None)}) as detector,
    ):
        patterns = {name: libraries.patterns(parameters) for name, parameters in splits.items()}
        axes = [
            (name, detector[f"gaps/{name}"][:crop].reshape(-1, binning).mean(axis=1), "deg")
            for name in ("alpha_f", "two_theta_f")
        ]
        gap_mask = bin_mask(detector["gaps/missing"][:crop, :crop], binning)
    factor = float(np.sqrt(raw_mean_square / np.mean(patterns["test"].astype(np.float64) ** 2)))
    binned = {name: bin_mean(images * np.float32(factor), binning) for name, images in patterns.items()}
    record = {"crop": crop, "binning": binning, "raw_mean_square": raw_mean_square}
    inputs = [form_factors, structure_factors, gaps]
    with write_artifact(
        output, kind="patterns", rule="gisaxs_small", record=record, inputs=inputs, code=code
    ) as file:
        file.attrs["side"] = crop // binning
        file.attrs["raw_per_nm6"] = factor
        file.attrs["exposure"] = float(np.mean([exposure(image, ~gap_mask) for image in binned["train"]]))
        file["gaps"] = gap_mask
        for name, images in binned.items():
            entries = ("entry", np.arange(len(images)), "")
            group = create_nxdata(
                file, name, signal="intensity", axes=[entries, *axes], default=name == "train"
            )
            create_images(group, "intensity", images.shape, units="raw intensity")[...] = images
            group["parameters"] = splits[name]
            group["parameters"].attrs["columns"] = COLUMNS


if __name__ == "__main__":
    with stage(snakemake):
        small(output=snakemake.output[0], **snakemake.input, **snakemake.params)
