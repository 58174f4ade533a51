"""Measure what is known about a data set's test patterns without a trained codec."""

from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.baselines import fit_answers, measure_baselines
from latentlab.studies.gisaxs.patterns import open_patterns


def baselines(
    output: Path | str,
    data: Path | str,
    libraries: Sequence[Path | str],
    target: str,
    code: str = "",
) -> None:
    """Write the metrics of trivial answers to the test patterns, and the training patterns' mean images.

    Parameters
    ----------
    output : artifact to write. data : the data set, and the `libraries` that it indexes, if it does.
    target : "clean", or "gaps" for patterns with intensity 0 in the detector's gaps.
    code : digest of the library files that determine the result; recorded.
    """
    train, test = (open_patterns(data, split, tuple(libraries) or None) for split in ("train", "test"))
    answers = fit_answers(train, target)
    summary = measure_baselines(answers, test, target, lambda batches: tqdm(batches, desc="test"))
    with write_artifact(
        output,
        kind="pattern-baselines",
        rule="gisaxs_baselines",
        record={"target": target},
        inputs=[data, *libraries],
        code=code,
        summary=summary,
    ) as file:
        for name, image in (("mean_image", answers.mean), ("log_mean_image", answers.log_mean)):
            file[name] = image
            file[name].attrs["units"] = "raw intensity"


if __name__ == "__main__":
    with stage(snakemake):
        baselines(output=snakemake.output[0], **snakemake.input, **snakemake.params)
