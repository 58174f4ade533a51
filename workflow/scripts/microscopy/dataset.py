"""Draw one set of images with known factors."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.pipeline.study_functions import study_function
from latentlab.studies.microscopy.set_file import write_set


def dataset(
    output: Path | str,
    files: Sequence[Path | str],
    function: str,
    spec: Mapping[str, Any],
    sizes: Mapping[str, Any],
    seed: int,
    code: str = "",
) -> None:
    """Write a set.

    Parameters
    ----------
    output : artifact to write. files : a user's own files that the set is made from; none for a drawn set.
    function : what draws it, "part.module.function". spec : the set's entry in config/microscopy.yaml.
    sizes : of the scale. seed : of the drawing.
    code : digest of the library files that determine the result; recorded.
    """
    given = {"files": list(files)} if files else {}
    drawn = study_function("microscopy", function)(spec, sizes, seed, **given)
    record = {"spec": dict(spec), "sizes": dict(sizes), "seed": seed}
    write_set(output, drawn, rule="microscopy_dataset", record=record, inputs=files, code=code)


if __name__ == "__main__":
    with stage(snakemake):
        dataset(output=snakemake.output[0], **snakemake.input, **snakemake.params)
