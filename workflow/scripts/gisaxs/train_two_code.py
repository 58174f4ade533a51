"""Train the codec that knows I = F S: one short code for each factor."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.models.two_code import save_two_code
from latentlab.pattern_space import PatternSpace
from latentlab.stage import stage
from latentlab.training.two_code import train_two_code


def train(
    output: Path | str, space: Path | str, record: Mapping[str, Any], code: Sequence[Path | str] = ()
) -> None:
    """Write the model that is learned on a space.

    Parameters
    ----------
    output : artifact to write. space : artifact of kind "space".
    record : see `latentlab.training.two_code.train_two_code`.
    """
    model, errors = train_two_code(PatternSpace(space), dict(record))
    print(f"rms error of the decoders, decades: {errors}")
    inputs = {"space": space}
    save_two_code(output, model, record, errors, rule="gisaxs_train_two_code", inputs=inputs)


if __name__ == "__main__":
    with stage(snakemake):
        train(
            output=snakemake.output[0],
            space=snakemake.input.space,
            code=snakemake.input.code,
            **snakemake.params,
        )
