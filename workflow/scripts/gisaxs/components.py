"""Save principal components of the small set's log patterns: what is clustered without a codec."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.clustering.latents import (
    SPLITS,
    LatentSet,
    averaged,
    components_of,
    write_latents,
)
from latentlab.studies.gisaxs.patterns import open_patterns

CLEAN = {"input": "clean", "target": "clean", "noise": [], "photons": None, "seed": 0}


def components(
    output: Path | str,
    small: Path | str,
    number: int,
    side: int | None,
    measured: Mapping[str, Any] | None,
    code: str = "",
) -> None:
    """Write the components, fitted to the training split.

    Parameters
    ----------
    output : artifact to write. small : the small set. number : of components.
    side : px that patterns are averaged to first, without the gaps; None for patterns as they are.
    measured : the record of a run whose gaps and noise the patterns get; None for clean patterns.
    code : digest of the library files that determine the result; recorded.
    """
    record = {name: (measured or CLEAN)[name] for name in CLEAN}
    sets = [open_patterns(small, split) for split in SPLITS]
    images = np.concatenate([evaluation_batch(patterns, record)[0][:, 0].numpy() for patterns in sets])
    if side is not None:
        images = averaged(images, sets[0].gaps.numpy(), side)
    test = np.repeat([False, True], [len(patterns) for patterns in sets])
    found = LatentSet(
        components_of(images, ~test, number), np.concatenate([patterns.parameters for patterns in sets]), test
    )
    record |= {"components": number, "side": side}
    write_latents(output, found, rule="gisaxs_components", record=record, inputs=[small], code=code)


if __name__ == "__main__":
    with stage(snakemake):
        components(output=snakemake.output[0], **snakemake.input, **snakemake.params)
