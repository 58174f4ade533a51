"""Train an autoencoder whose latent separates form and structure factor, with a head for the parameters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from latentlab.artifacts import read_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.separation import KIND
from latentlab.studies.gisaxs.clustering.separation_training import train_separated
from latentlab.studies.gisaxs.parameter_space.binned_factors import KIND as FACTORS_KIND
from latentlab.studies.gisaxs.parameter_space.binned_factors import BinnedFactors
from latentlab.training.trained_file import write_trained


def train(
    output: Path | str, factors: Path | str, rule: str, record: Mapping[str, Any], code: str = ""
) -> None:
    """Write the trained network.

    Parameters
    ----------
    output : artifact to write. factors : of stage gisaxs_continuous. rule : that asks for it.
    record : see `studies.gisaxs.clustering.separation_training.train_separated`.
    code : digest of the library files that determine the result; recorded.
    """
    with read_artifact(factors, kind=FACTORS_KIND, datasets={"gaps": (None, None)}) as file:
        gaps = torch.from_numpy(file["gaps"][()])
    model, history = train_separated(
        BinnedFactors(factors), gaps, record, lambda steps: tqdm(steps, mininterval=5)
    )
    for row in history:
        print({name: round(value, 4) for name, value in row.items()})
    record = {**record, "side": model.side}
    provenance = {"kind": KIND, "rule": rule, "inputs": [factors], "code": code}
    write_trained(output, model.state_dict(), record, history, **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        train(output=snakemake.output[0], **snakemake.input, **snakemake.params)
