"""Embed the latents of several runs in two dimensions, in one job: imports and compiling cost most of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.landcover.evaluation_file import write_evaluation
from latentlab.studies.landcover.latent_space.embedding import embed as embed_latents
from latentlab.studies.landcover.tile_set import read_tiles


def embed(
    output: Path | str,
    evaluations: Sequence[Path | str],
    data: Path | str,
    runs: Sequence[str],
    settings: Mapping[str, Any],
    seed: int,
    code: str = "",
) -> None:
    """Write layouts of the test tiles' latents, and how much of the latents is left in them.

    Parameters
    ----------
    output : artifact to write. evaluations : of `runs`, in their order. data : the tiles.
    settings : see `studies.landcover.latent_space.embedding.embed`. seed : of the methods.
    code : digest of the library files that determine the result; recorded.
    """
    by_run = dict(zip(runs, evaluations, strict=True))
    summary, arrays = embed_latents(by_run, read_tiles(data, "test"), settings, seed)
    record = {"runs": list(runs), "settings": dict(settings), "seed": seed}
    provenance = {"rule": "landcover_embed", "record": record, "code": code}
    write_evaluation(output, summary, arrays, **provenance, inputs=[data, *evaluations])


if __name__ == "__main__":
    with stage(snakemake):
        embed(output=snakemake.output[0], **snakemake.input, **snakemake.params)
