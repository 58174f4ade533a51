"""Train one run's autoencoder and measure it, in one job: imports cost more than measuring."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.landcover.colourisation import evaluation as colourisation
from latentlab.studies.landcover.evaluation_file import write_evaluation
from latentlab.studies.landcover.generation import evaluation as generation
from latentlab.studies.landcover.latent_space import evaluation as latent_space
from latentlab.studies.landcover.merged import merged
from latentlab.studies.landcover.network.vae_file import save_vae
from latentlab.studies.landcover.perception import evaluation as perception
from latentlab.studies.landcover.reconstruction import evaluation as reconstruction
from latentlab.studies.landcover.run_tiles import read_run_tiles
from latentlab.studies.landcover.training.loop import train_vae
from latentlab.studies.landcover.training.pairs import Pairs
from latentlab.studies.landcover.training.timing import Timing
from latentlab.studies.landcover.training.timing_file import write_timing
from latentlab.training.checkpoint import checkpointed

# Modules with evaluate(model, tiles, record) -> (summary, arrays)
PARTS = (reconstruction, latent_space, perception, generation, colourisation)


def train(
    outputs: Mapping[str, Path | str],
    data: Path | str,
    checkpoint: Path | str,
    record: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
) -> None:
    """Write the trained network, its evaluation, and how long the training took.

    The checkpoint is removed once all is written.

    Parameters
    ----------
    outputs : files to write: the artifacts "vae" and "evaluation", and "timing", a CSV. data : the tiles.
    checkpoint : file that holds the state after an epoch.
    record, device : see `studies.landcover.training.loop.train_vae`.
    code : digest of the library files that determine the result; recorded. With record and data it identifies
        the training.
    """
    tiles = read_run_tiles(data, record["input"], record["restores"])
    pairs = [Pairs.of(split, record) for split in (tiles.train, tiles.validation)]
    timing = Timing()
    provenance = {"rule": "landcover_train", "code": code}
    with checkpointed(checkpoint, record, [data], code) as resume:
        model, history = train_vae(record, *pairs, **resume, device=device, timing=timing)
        measured = [part.evaluate(model, tiles, record) for part in PARTS]
        summary, arrays = merged([reconstruction.of_history(history, record), *measured])
        save_vae(outputs["vae"], model, record, history, inputs=[data], **provenance)
        write_timing(outputs["timing"], timing)
        write_evaluation(
            outputs["evaluation"], summary, arrays, record=record, inputs=[outputs["vae"], data], **provenance
        )


if __name__ == "__main__":
    with stage(snakemake):
        train(
            outputs=dict(snakemake.output.items()),
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            **snakemake.input,
            **snakemake.params,
        )
