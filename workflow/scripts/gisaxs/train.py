"""Train one run's codec, continuing from its last checkpoint if it was interrupted."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.compression.codec_file import save_codec
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns, open_patterns
from latentlab.training.checkpoint import fingerprint

MAXIMUM_SAMPLE = 1000  # patterns that the log scale's maximum is taken from, where there are more


def train(
    output: Path | str,
    data: Path | str,
    libraries: Sequence[Path | str],
    code: Sequence[Path | str],
    checkpoint: Path | str,
    record: Mapping[str, Any],
    device: str = "auto",
    workers: int = 0,
) -> None:
    """Train a codec and write it as an artifact; the checkpoint is removed once that is whole.

    Parameters
    ----------
    output : codec artifact to write.
    data : data-set artifact; `libraries` are the form and structure factors that it indexes, or none.
    code : the modules that decide the result; with record and data they identify the training.
    checkpoint : file that holds the state after each epoch.
    record, device, workers : see `studies.gisaxs.compression.lightning_loop.train_codec`.
    """
    pair = tuple(libraries) or None
    patterns = open_patterns(data, "train", pair)
    transform = IntensityTransform(record["intensity"], maximum_intensity(patterns))
    inputs = [data, *libraries, *code]
    module = loop_of(record)(
        record,
        patterns,
        open_patterns(data, "test", pair),
        transform,
        checkpoint=Path(checkpoint),
        stamp=fingerprint(record, inputs),
        device=device,
        workers=workers,
    )
    save_codec(
        output,
        module.codec,
        transform,
        record,
        module.history,
        rule="gisaxs_train",
        inputs={Path(path).name: path for path in inputs},
    )
    Path(checkpoint).unlink(missing_ok=True)


def loop_of(record: Mapping[str, Any]) -> Callable[..., Any]:
    """The training loop that a record asks for; only that one is imported, as Lightning takes seconds."""
    if record["loop"] == "plain":
        from latentlab.studies.gisaxs.compression.plain_loop import train_codec_plainly

        return train_codec_plainly
    from latentlab.studies.gisaxs.compression.lightning_loop import train_codec

    return train_codec


def maximum_intensity(patterns: Patterns) -> float:
    """Largest raw intensity of the training set, or of an even sample of 1000 of it."""
    step = max(1, len(patterns) // MAXIMUM_SAMPLE)
    return float(torch.stack([patterns.clean(i).max() for i in range(0, len(patterns), step)]).max())


if __name__ == "__main__":
    with stage(snakemake):
        train(
            output=snakemake.output[0],
            data=snakemake.input.data,
            libraries=snakemake.input.libraries,
            code=snakemake.input.code,
            # from the config, not params: where a training runs does not decide what it gives
            device=snakemake.config["device"],
            workers=snakemake.config["workers"],
            **snakemake.params,
        )
