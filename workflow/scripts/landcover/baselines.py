"""Measure on the test tiles what needs no training: constructed pictures, components, untrained networks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.landcover.colourisation import answers as colourisation
from latentlab.studies.landcover.evaluation_file import write_evaluation
from latentlab.studies.landcover.generation import answers as generation
from latentlab.studies.landcover.latent_space import answers as latent_space
from latentlab.studies.landcover.merged import merged
from latentlab.studies.landcover.perception import answers as perception
from latentlab.studies.landcover.reconstruction import answers as reconstruction
from latentlab.studies.landcover.run_tiles import read_run_tiles

# Modules with answers(tiles, sizes, untrained, seed) -> (summary, arrays)
PARTS = (reconstruction, latent_space, perception, generation, colourisation)


def baselines(
    output: Path | str,
    data: Path | str,
    sizes: Mapping[str, int],
    untrained: Sequence[Mapping[str, Any]],
    seed: int,
    code: str = "",
) -> None:
    """Write the answers of all parts as one artifact.

    Parameters
    ----------
    output : artifact to write. data : the tiles.
    sizes : numbers of latents by their name, "full" or the number itself: of the components.
    untrained : records of the runs whose networks are measured before any training.
    seed : of what is drawn at random.
    code : digest of the library files that determine the result; recorded.
    """
    tiles = read_run_tiles(data)
    summary, arrays = merged(part.answers(tiles, sizes, untrained, seed) for part in PARTS)
    record = {"sizes": dict(sizes), "untrained": [dict(each) for each in untrained], "seed": seed}
    write_evaluation(
        output, summary, arrays, rule="landcover_baselines", record=record, inputs=[data], code=code
    )


if __name__ == "__main__":
    with stage(snakemake):
        baselines(output=snakemake.output[0], **snakemake.input, **snakemake.params)
