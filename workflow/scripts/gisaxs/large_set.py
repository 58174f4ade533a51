"""Index the thesis's second, larger data set over the two libraries; no image is stored."""

from pathlib import Path

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.factor_libraries import rows_of
from latentlab.studies.gisaxs.simulation import COLUMNS, large_set


def large(
    output: Path | str,
    form_factors: Path | str,
    structure_factors: Path | str,
    small: Path | str,
    crop: int,
    binning: int,
    large: int | None,
    code: str = "",
) -> None:
    """Write, for each pattern of the splits train and test, its parameters and its rows in the libraries.

    Parameters
    ----------
    output : artifact to write. form_factors, structure_factors : the libraries.
    small : the small set, whose gaps and exposure this set takes over.
    crop, binning : how a pattern is cut out and averaged when read. large : patterns used, None for all.
    code : digest of the library files that determine the result; recorded.
    """
    table = large_set(large)
    with read_artifact(small, kind="patterns") as file:
        gaps, exposure = file["gaps"][()], file.attrs["exposure"]
    with read_artifact(form_factors, kind="form-factors", datasets={"parameters": (None, 2)}) as file:
        form = rows_of(file["parameters"][()], table[COLUMNS[:2]].to_numpy(), form_factors)
    with read_artifact(
        structure_factors, kind="structure-factors", datasets={"parameters": (None, 2)}
    ) as file:
        structure = rows_of(file["parameters"][()], table[COLUMNS[2:]].to_numpy(), structure_factors)
    record = {"crop": crop, "binning": binning, "large": large}
    inputs = [form_factors, structure_factors, small]
    with write_artifact(
        output, kind="pattern-index", rule="gisaxs_large", record=record, inputs=inputs, code=code
    ) as file:
        file.attrs.update({"crop": crop, "binning": binning, "exposure": exposure})
        file["gaps"] = gaps
        for name in ("train", "test"):
            chosen = (table.split == name).to_numpy()
            group = file.create_group(name)
            group["parameters"] = table.loc[chosen, COLUMNS].to_numpy()
            group["parameters"].attrs["columns"] = COLUMNS
            group["form_factor"] = form[chosen]
            group["structure_factor"] = structure[chosen]


if __name__ == "__main__":
    with stage(snakemake):
        large(output=snakemake.output[0], **snakemake.input, **snakemake.params)
