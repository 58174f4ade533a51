"""Train the network that reads the four parameters from measured patterns, and calibrate its intervals."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.separation_training import train_separated
from latentlab.studies.gisaxs.parameter_space.binned_factors import BinnedFactors
from latentlab.studies.gisaxs.parameter_space.emulator import load_emulator
from latentlab.studies.gisaxs.regression.cases import read_exact
from latentlab.studies.gisaxs.regression.regressor import KIND, Regressor, calibrate
from latentlab.training.trained_file import write_trained


def train(
    output: Path | str,
    factors: Path | str,
    space: Path | str,
    experiment: Mapping[str, Any],
    record: Mapping[str, Any],
    code: str = "",
) -> None:
    """Write the trained, calibrated regressor.

    Parameters
    ----------
    output : artifact to write. factors : of stage gisaxs_continuous. space : whose form factors the fit steps
        use. experiment : the section of config/gisaxs.yaml.
    record : see `studies.gisaxs.clustering.separation_training.train_separated`, and `budgets`, the photons
        at which it is calibrated.
    code : digest of the library files that determine the result; recorded.
    """
    patterns = read_exact(factors, "calibration")
    network, history = train_separated(
        BinnedFactors(factors), patterns.gaps, record, lambda steps: tqdm(steps, mininterval=5)
    )
    emulator = load_emulator(space, experiment)
    regressor = Regressor(network, emulator.low, emulator.high, record["budgets"])
    calibrate(regressor, emulator, patterns, record["seed"])
    for row in history:
        print({name: round(value, 4) for name, value in row.items()})
    record = {**record, "side": network.side}
    provenance = {"rule": "gisaxs_train_regression", "inputs": [factors, space], "code": code}
    write_trained(output, regressor.state_dict(), record, history, kind=KIND, **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        train(output=snakemake.output[0], **snakemake.input, **snakemake.params)
