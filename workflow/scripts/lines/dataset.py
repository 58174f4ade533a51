"""Draw a set of microstructures, or cut one from a user's own micrographs."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_artifact
from latentlab.errors import ConfigError
from latentlab.microstructures import Microstructures, generate
from latentlab.microstructures.micrographs import micrograph_tiles
from latentlab.pipeline.stage import stage
from latentlab.studies.lines.set_file import KIND, write_split

TRAINING_SHARE = 0.7  # document's public code: 70 / 30


def dataset(
    output: Path | str,
    micrographs: Sequence[Path | str],
    spec: Mapping[str, Any],
    number: int,
    side: int,
    seed: int,
    code: str = "",
) -> None:
    """Write a set, split 70 / 30 into training and validation.

    Parameters
    ----------
    output : artifact to write.
    micrographs : a user's own images; none for a drawn set.
    spec : what to draw (`latentlab.microstructures`), or "threshold" and "invert" of micrographs.
    number : images to draw; of micrographs as many as they hold. side : px. seed : of the drawing.
    code : digest of the library files that determine the result; recorded.
    """
    if micrographs:
        tiles = micrograph_tiles(micrographs, side, **spec)
        if len(tiles) < 4:
            raise ConfigError(
                f"micrographs.paths: {len(micrographs)} image(s) hold {len(tiles)} tile(s) of {side} x "
                f"{side} pixels, expected 4 or more"
            )
        number, draw = len(tiles), partial(_part, tiles)
    else:
        draw = partial(_drawn, spec, side, seed)
    training = round(TRAINING_SHARE * number)
    record = {"spec": dict(spec), "count": number, "side": side, "seed": seed}
    provenance = {"rule": "lines_dataset", "record": record, "inputs": micrographs, "code": code}
    with write_artifact(output, kind=KIND, **provenance) as file:
        file.attrs["side"] = side
        write_split(file, "train", training, side, draw)
        write_split(file, "validation", number - training, side, lambda first, n: draw(training + first, n))


def _drawn(spec: Mapping[str, Any], side: int, seed: int, first: int, count: int) -> Microstructures:
    return generate(spec, count=count, side=side, seed=seed, first=first)


def _part(tiles: Microstructures, first: int, count: int) -> Microstructures:
    rows = slice(first, first + count)
    return Microstructures(tiles.images[rows], {name: values[rows] for name, values in tiles.labels.items()})


if __name__ == "__main__":
    with stage(snakemake):
        dataset(output=snakemake.output[0], **snakemake.input, **snakemake.params)
