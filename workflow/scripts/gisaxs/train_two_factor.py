"""Train the two-factor codec, which uses that I = F S: one short code for each factor."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.codec_comparison.two_factor import save_two_factor
from latentlab.studies.gisaxs.codec_comparison.two_factor_training import train_two_factor
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace


def train(output: Path | str, space: Path | str, record: Mapping[str, Any], code: str = "") -> None:
    """Write the model that is learned on a space.

    Parameters
    ----------
    output : artifact to write. space : artifact of kind "space".
    record : see `studies.gisaxs.codec_comparison.two_factor_training.train_two_factor`.
    code : digest of the library files that determine the result; recorded.
    """
    model, errors = train_two_factor(PatternSpace(space), dict(record))
    print(f"rms error of the decoders, decades: {errors}")
    provenance = {"rule": "gisaxs_train_two_factor", "inputs": [space], "code": code}
    save_two_factor(output, model, record, errors, **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        train(output=snakemake.output[0], **snakemake.input, **snakemake.params)
