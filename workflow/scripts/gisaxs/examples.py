"""Combine form and structure factors into the example patterns, in the small data set's unit."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latentlab.artifacts import create_images, create_nxdata, read_artifact, record_of, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.detector import bin_mean
from latentlab.studies.gisaxs.factor_libraries import Libraries
from latentlab.studies.gisaxs.simulation import COLUMNS

SHARED = ("side", "raw_per_nm6", "exposure")  # attributes taken from the small set
AXES = ("alpha_f", "two_theta_f")


def examples(
    output: Path | str,
    form_factors: Path | str,
    structure_factors: Path | str,
    small: Path | str,
    examples: Sequence[Sequence[float]],
    code: str = "",
) -> None:
    """Write the split examples, float32, in raw intensity; a pattern of the small set is exactly its image.

    Two libraries give the same pattern except for float32's last digits: they average tables of other radii.

    Parameters
    ----------
    output : artifact to write. form_factors, structure_factors : libraries that hold every example.
    small : the small set, which gives unit, crop, binning, axes, gaps and exposure.
    examples : patterns (R in nm, sigma/R, D in nm, omega/D).
    code : digest of the library files that determine the result; recorded.
    """
    parameters = np.array(examples, dtype=np.float64)
    with read_artifact(small, kind="patterns") as file:
        record, gaps = record_of(file), file["gaps"][()]
        attributes = {name: file.attrs[name] for name in SHARED}
        axes = [(name, file[f"train/{name}"][()], "deg") for name in AXES]
        held = {}
        for split in ("train", "test"):
            rows = file[f"{split}/parameters"][()].round(6).tolist()
            held |= dict(zip(map(tuple, rows), file[f"{split}/intensity"][()], strict=True))
    with Libraries(form_factors, structure_factors, record["crop"]) as libraries:
        images = libraries.patterns(parameters) * np.float32(attributes["raw_per_nm6"])
    images = bin_mean(images, record["binning"])
    for entry, row in enumerate(parameters.round(6).tolist()):
        images[entry] = held.get(tuple(row), images[entry])
    record = {"examples": parameters.tolist()}
    inputs = [form_factors, structure_factors, small]
    provenance = {"rule": "gisaxs_examples", "record": record, "inputs": inputs, "code": code}
    with write_artifact(output, kind="patterns", **provenance) as file:
        file.attrs.update(attributes)
        file["gaps"] = gaps
        entries = ("entry", np.arange(len(images)), "")
        group = create_nxdata(file, "examples", signal="intensity", axes=[entries, *axes], default=True)
        create_images(group, "intensity", images.shape, units="raw intensity")[...] = images
        group["parameters"] = parameters
        group["parameters"].attrs["columns"] = COLUMNS


if __name__ == "__main__":
    with stage(snakemake):
        examples(output=snakemake.output[0], **snakemake.input, **snakemake.params)
