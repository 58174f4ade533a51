"""Draw a set of microstructures, or cut one from a user's own micrographs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_artifact
from latentlab.microstructures import Microstructures, generate
from latentlab.microstructures.micrographs import LEAST_TILES
from latentlab.pipeline.stage import stage
from latentlab.studies.lines.own_set import own_set
from latentlab.studies.lines.set_file import DRAWN, KIND, write_details, write_split
from latentlab.studies.lines.shares import training_images

Draw = Callable[[int, int], Microstructures]  # (first, count)


def dataset(
    output: Path | str,
    micrographs: Sequence[Path | str],
    spec: Mapping[str, Any],
    number: int,
    side: int,
    seed: int,
    least: int = LEAST_TILES,
    code: str = "",
) -> None:
    """Write a set, split 70 / 30 into training and validation.

    Parameters
    ----------
    output : artifact to write.
    micrographs : a user's own images; none for a drawn set.
    spec : what to draw (`latentlab.microstructures`), or the options of micrographs (`own_set`).
    number : images to draw; of micrographs as many as they hold. side : px. seed : of the drawing.
    least : tiles that micrographs have to hold.
    code : digest of the library files that determine the result; recorded.
    """
    attributes, details = {}, DRAWN
    if micrographs:
        tiles, attributes, details = own_set(micrographs, side, least, **spec)
        number, draw = len(tiles), partial(_part, tiles)
    else:
        draw = partial(_drawn, spec, side, seed)
    training = training_images(number)
    record = {"spec": dict(spec), "count": number, "side": side, "seed": seed}
    provenance = {"rule": "lines_dataset", "record": record, "inputs": micrographs, "code": code}
    with write_artifact(output, kind=KIND, **provenance) as file:
        file.attrs.update({"side": side, **attributes})
        write_details(file, details)
        for split, start, count in (("train", 0, training), ("validation", training, number - training)):
            write_split(file, split, count, side, partial(_from, draw, start), details)


def _from(draw: Draw, start: int, first: int, count: int) -> Microstructures:
    return draw(start + first, count)


def _drawn(spec: Mapping[str, Any], side: int, seed: int, first: int, count: int) -> Microstructures:
    return generate(spec, count=count, side=side, seed=seed, first=first)


def _part(tiles: Microstructures, first: int, count: int) -> Microstructures:
    rows = slice(first, first + count)
    return Microstructures(tiles.images[rows], {name: values[rows] for name, values in tiles.labels.items()})


if __name__ == "__main__":
    with stage(snakemake):
        dataset(output=snakemake.output[0], **snakemake.input, **snakemake.params)
