"""Measure what is known about the noisy test patterns without training a network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from latentlab.artifacts import write_artifact
from latentlab.metrics import image_metrics
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.denoising.references import reference_images
from latentlab.studies.gisaxs.denoising.restored_file import means_with_intervals
from latentlab.studies.gisaxs.patterns import StoredPatterns


def references(output: Path | str, data: Path | str, record: Mapping[str, Any], code: str = "") -> None:
    """Write the metrics of each reference, <metric>_<reference>, with intervals.

    Parameters
    ----------
    output : artifact to write. data : the small set.
    record : "input", "target", "noise", "photons", "seed", as of a run: the same noisy test patterns.
    code : digest of the library files that determine the result; recorded.
    """
    known, test = (StoredPatterns(data, split) for split in ("train", "test"))
    measured, target = evaluation_batch(test, record)
    metrics = {}
    for name, images in reference_images(
        measured[:, 0].numpy(), known.images.numpy(), test.gaps.numpy()
    ).items():
        found = image_metrics(torch.from_numpy(images)[:, None], target, test.gaps)
        metrics |= {f"{metric}_{name}": values for metric, values in found.items()}
    with write_artifact(
        output,
        kind="denoising-references",
        rule="gisaxs_denoising_references",
        record=record,
        inputs=[data],
        code=code,
        summary=means_with_intervals(metrics),
    ):
        pass


if __name__ == "__main__":
    with stage(snakemake):
        references(output=snakemake.output[0], **snakemake.input, **snakemake.params)
