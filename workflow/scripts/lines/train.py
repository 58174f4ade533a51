"""Train one run's VAE, continuing from its last checkpoint if it was interrupted."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.lines.sets import MicrostructureSet, PackedImages
from latentlab.studies.lines.training.loop import train_vae
from latentlab.studies.lines.vae_file import save_vae
from latentlab.training.checkpoint import fingerprint


def train(
    output: Path | str,
    data: Path | str,
    weights: Sequence[Path | str],
    code: Sequence[Path | str],
    checkpoint: Path | str,
    record: Mapping[str, Any],
    device: str = "auto",
    workers: int = 0,
) -> None:
    """Train a VAE and write it as an artifact; the checkpoint is removed once that is whole.

    Parameters
    ----------
    output : VAE artifact to write. data : the set. weights : the ResNet's weight file, or none.
    code : the modules that decide the result; with record and data they identify the training.
    checkpoint : file that holds the state after each epoch.
    record, device, workers : see `studies.lines.training.loop.train_vae`.
    """
    inputs = [data, *weights, *code]
    module = train_vae(
        record,
        PackedImages(MicrostructureSet(data, "train")),
        PackedImages(MicrostructureSet(data, "validation")),
        checkpoint=Path(checkpoint),
        stamp=fingerprint(record, inputs),
        device=device,
        workers=workers,
    )
    save_vae(
        output,
        module.vae,
        record,
        module.history,
        rule="lines_train",
        inputs={Path(path).name: path for path in inputs},
    )
    Path(checkpoint).unlink(missing_ok=True)


if __name__ == "__main__":
    with stage(snakemake):
        train(
            output=snakemake.output[0],
            data=snakemake.input.data,
            weights=snakemake.input.weights,
            code=snakemake.input.code,
            # from the config, not params: where a training runs does not decide what it gives
            device=snakemake.config["device"],
            workers=snakemake.config["workers"],
            **snakemake.params,
        )
