"""Save the latents of a codec behind its denoiser, of all patterns of the small set (thesis, 4.2.1)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.clustering.codec_latents import codec_latents
from latentlab.studies.gisaxs.clustering.latents import SPLITS, LatentSet, write_latents
from latentlab.studies.gisaxs.compression.codec_file import load_codec
from latentlab.studies.gisaxs.patterns import open_patterns


def latents(
    output: Path | str, small: Path | str, codec: Path | str, names: Sequence[str], code: str = ""
) -> None:
    """Write the latents of the fixed noisy copy that evaluations use, gaps and noise as in the codec's
    training.

    Parameters
    ----------
    output : artifact to write. small : the small set. codec : the trained codec.
    names : of the latents, "z_hat", "y_hat" or both.
    code : digest of the library files that determine the result; recorded.
    """
    trained = load_codec(codec)
    vectors, parameters = [], []
    for split in SPLITS:
        patterns = open_patterns(small, split)
        measured, _ = evaluation_batch(patterns, trained.record)
        vectors.append(codec_latents(trained.model, trained.transform.forward(measured), names))
        parameters.append(patterns.parameters)
    test = np.repeat([False, True], [len(part) for part in parameters])
    with read_artifact(codec, kind="codec") as file:
        record = {"run": record_of(file), "latents": list(names)}
    provenance = {"rule": "gisaxs_latents", "record": record, "inputs": [small, codec], "code": code}
    write_latents(output, LatentSet(np.concatenate(vectors), np.concatenate(parameters), test), **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        latents(output=snakemake.output[0], **snakemake.input, **snakemake.params)
