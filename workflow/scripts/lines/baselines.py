"""Measure a set's baselines: trivial answers, principal components of the statistics, phase retrieval."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.lines.evaluation.baselines import baselines as measure
from latentlab.studies.lines.evaluation.evaluation_file import BASELINES, write_groups
from latentlab.studies.lines.sets import MicrostructureSet


def baselines(
    output: Path | str,
    data: Path | str,
    sizes: Mapping[str, Any],
    latent: int,
    seed: int,
    code: str = "",
) -> None:
    """Write the metrics of a set's baselines, and the arrays behind their figures.

    Parameters
    ----------
    output : artifact to write. data : the set.
    sizes, latent, seed : see `studies.lines.evaluation.baselines.baselines`.
    code : digest of the library files that determine the result; recorded.
    """
    splits = MicrostructureSet(data, "train"), MicrostructureSet(data, "validation")
    summary, groups = measure(*splits, sizes, latent, seed)
    record = {"sizes": dict(sizes), "latent": latent, "seed": seed}
    provenance = {"rule": "lines_baselines", "record": record, "inputs": [data], "code": code}
    with write_artifact(output, kind=BASELINES, **provenance, summary=summary) as file:
        write_groups(file, groups)


if __name__ == "__main__":
    with stage(snakemake):
        baselines(output=snakemake.output[0], **snakemake.input, **snakemake.params)
