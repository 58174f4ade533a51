"""Make the tiles of the study: of drawn scenes, or of a user's images of US3D."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.landcover.data import draw
from latentlab.studies.landcover.tile_set import write_tiles


def dataset(
    output: Path | str,
    files: Sequence[Path | str],
    spec: Mapping[str, Any],
    sizes: Mapping[str, Any],
    seed: int,
    code: str = "",
) -> None:
    """Write the set.

    Parameters
    ----------
    output : artifact to write. files : the images of US3D; none for drawn scenes. Their digests are in the
        dataset extra/files, as there can be thousands.
    spec : the section `scenes` of config/landcover.yaml. sizes : of the scale: side, sites, tiles.
    seed : of scenes, splits and the choice of tiles.
    code : digest of the library files that determine the result; recorded.
    """
    tiles = draw(spec, sizes, seed, files)
    record = {"spec": dict(spec), "sizes": dict(sizes), "seed": seed}
    write_tiles(output, tiles, rule="landcover_dataset", record=record, code=code)


if __name__ == "__main__":
    with stage(snakemake):
        dataset(output=snakemake.output[0], **snakemake.input, **snakemake.params)
