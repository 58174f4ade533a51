"""Train one run's VAE, continuing from its last checkpoint if it was interrupted."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.lines.sets import MicrostructureSet, PackedImages
from latentlab.studies.lines.training.loop import train_vae
from latentlab.studies.lines.vae_file import save_vae
from latentlab.training.checkpoint import checkpointed


def train(
    output: Path | str,
    data: Path | str,
    weights: Sequence[Path | str],
    checkpoint: Path | str,
    record: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
    workers: int = 0,
) -> None:
    """Train a VAE and write it as an artifact; the checkpoint is removed once that is complete.

    Parameters
    ----------
    output : VAE artifact to write. data : the set. weights : the ResNet's weight file, or none.
    checkpoint : file that holds the state after each epoch.
    record, device, workers : see `studies.lines.training.loop.train_vae`.
    code : digest of the library files that determine the result; recorded. With record and data it identifies
        the training.
    """
    inputs = [data, *weights]
    images = [PackedImages(MicrostructureSet(data, split)) for split in ("train", "validation")]
    with checkpointed(checkpoint, record, inputs, code) as resume:
        module = train_vae(record, *images, **resume, device=device, workers=workers)
        provenance = {"rule": "lines_train", "inputs": inputs, "code": code}
        save_vae(output, module.vae, record, module.history, **provenance)


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
