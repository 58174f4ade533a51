"""Train invariant and joint models beside a plain one on tiles, and measure how they sort land cover."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.landcover.evaluation_file import write_evaluation
from latentlab.studies.landcover.invariants.evaluation import evaluate
from latentlab.studies.landcover.run_tiles import read_run_tiles
from latentlab.training.device import training_device


def invariant(
    output: Path | str,
    data: Path | str,
    settings: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
) -> None:
    """Write the metrics of all models and rivals, and the arrays of their figure.

    Parameters
    ----------
    output : artifact to write. data : the tiles.
    settings : seeds, side, input, and records of models by name, see `invariants.records.resolved`.
    code : digest of the library files that determine the result; recorded.
    device : see `training.device.training_device`.
    """
    tiles = read_run_tiles(data, settings["input"])
    summary, arrays = evaluate(settings, tiles.train, tiles.test, str(training_device(device)))
    provenance = {"rule": "landcover_invariant", "record": settings, "code": code}
    write_evaluation(output, summary, arrays, **provenance, inputs=[data])


if __name__ == "__main__":
    with stage(snakemake):
        invariant(
            output=snakemake.output[0],
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            **snakemake.input,
            **snakemake.params,
        )
