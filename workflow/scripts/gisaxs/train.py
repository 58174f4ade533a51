"""Train one run's codec, continuing from its last checkpoint if it was interrupted."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.compression.codec_file import save_codec
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns, open_patterns
from latentlab.training.checkpoint import checkpointed

MAXIMUM_SAMPLE = 1000  # patterns that the log scale's maximum is taken from, where there are more


def train(
    output: Path | str,
    data: Path | str,
    libraries: Sequence[Path | str],
    checkpoint: Path | str,
    record: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
    workers: int = 0,
) -> None:
    """Train a codec and write it as an artifact; the checkpoint is removed once that is complete.

    Parameters
    ----------
    output : codec artifact to write.
    data : data-set artifact; `libraries` are the form and structure factors that it indexes, or none.
    checkpoint : file that holds the state after each epoch.
    record, device, workers : see `studies.gisaxs.compression.lightning_loop.train_codec`.
    code : digest of the library files that determine the result; recorded. With record and data it identifies
        the training.
    """
    pair = tuple(libraries) or None
    patterns = open_patterns(data, "train", pair)
    transform = IntensityTransform(record["intensity"], maximum_intensity(patterns))
    inputs = [data, *libraries]
    test = open_patterns(data, "test", pair)
    with checkpointed(checkpoint, record, inputs, code) as resume:
        module = loop_of(record)(record, patterns, test, transform, **resume, device=device, workers=workers)
        provenance = {"rule": "gisaxs_train", "inputs": inputs, "code": code}
        save_codec(output, module.codec, transform, record, module.history, **provenance)


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
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            workers=snakemake.config["workers"],
            **snakemake.input,
            **snakemake.params,
        )
