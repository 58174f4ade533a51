"""Train the restoration of measured patterns, continuing from its last checkpoint if it was interrupted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.restoration.restorer import Restorer, save_restorer
from latentlab.studies.gisaxs.restoration.training import calibrated_scales, train_restoration
from latentlab.training.checkpoint import checkpointed


def train(
    output: Path | str,
    space: Path | str,
    checkpoint: Path | str,
    record: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
    workers: int = 0,
) -> None:
    """Train a restorer and write it as an artifact; the checkpoint is removed once that is complete.

    Parameters
    ----------
    output : restorer artifact to write. space : the parameter space's artifact; held-out pairs are not used.
    checkpoint : file that holds the state after each epoch.
    record : see `studies.gisaxs.restoration.training.train_restoration`; `patterns` are drawn from the space.
    device, workers : see there.
    code : digest of the library files that determine the result; recorded.
    """
    log_patterns = training_log_patterns(space, record["patterns"], record["seed"])
    with checkpointed(checkpoint, record, [space], code) as resume:
        network, history = train_restoration(record, log_patterns, **resume, device=device, workers=workers)
        restorer = Restorer(network, *calibrated_scales(network, record, log_patterns))
        provenance = {"rule": "gisaxs_train_restorer", "inputs": [space], "code": code}
        save_restorer(output, restorer, record, history, **provenance)


def training_log_patterns(space: Path | str, n: int, seed: int) -> np.ndarray:
    """log10 of `n` training patterns of the space, float32 (n, side, side)."""
    patterns = PatternSpace(space)
    images = patterns.patterns(patterns.training_pairs(n, np.random.default_rng(seed)))
    return np.log10(np.maximum(images, np.finfo(np.float32).tiny), out=images)


if __name__ == "__main__":
    with stage(snakemake):
        train(
            output=snakemake.output[0],
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            workers=snakemake.config["workers"],
            **snakemake.input,
            **snakemake.params,
        )
