"""Compare the regression network, the same with fit steps, and the fit to the library."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.separation import load_separated
from latentlab.studies.gisaxs.parameter_space.emulator import load_emulator
from latentlab.studies.gisaxs.parameter_space.fit import ParameterFit
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.regression.calibration import LEVELS
from latentlab.studies.gisaxs.regression.cases import counted, read_exact
from latentlab.studies.gisaxs.regression.evaluation import Results, summary_of
from latentlab.studies.gisaxs.regression.library_fit import fit_with_gaps
from latentlab.studies.gisaxs.regression.regressor import Regressor, load_regressor
from latentlab.studies.gisaxs.simulation import COLUMNS

KIND = "regression-evaluation"


def evaluate(
    output: Path | str,
    regressor: Path | str,
    separation: Path | str,
    factors: Path | str,
    space: Path | str,
    experiment: Mapping[str, Any],
    budgets: list[float],
    fitted: int,
    seed: int,
    code: str = "",
) -> None:
    """Write the answers to the evaluation patterns of stage gisaxs_continuous, counted at each budget.

    `answers/<method>` (b, m, 4); `intervals/<method>` (b, 2, n, 4), the ends of the 68 % intervals; and
    `ratios/<method>` (b, n, 4), errors over half the width of these intervals, in the coordinates.

    Parameters
    ----------
    output : artifact to write. regressor : trained network with calibration. separation : the autoencoder
        that saw no parameter. factors : the patterns. space : the library.
    experiment : the section of config/gisaxs.yaml.
    budgets : photons expected in a pattern. fitted : how many of the patterns are fitted to the library.
    seed : of counts and gaps. code : digest of the library files that determine the result; recorded.
    """
    network, emulator = load_regressor(regressor), load_emulator(space, experiment)
    without_labels = Regressor(load_separated(separation), emulator.low, emulator.high, budgets)
    fit = ParameterFit(PatternSpace(space))
    patterns = read_exact(factors, "evaluation")
    middle = np.median(read_exact(factors, "calibration").parameters, axis=0)
    answers: dict[str, list[np.ndarray]] = {}
    kept: dict[str, list[np.ndarray]] = {}
    covered: dict[tuple[str, int], list[np.ndarray]] = {}
    for photons in budgets:
        counts, gaps = counted(patterns, photons, seed)
        first = network.estimate(counts, gaps)
        estimates = [first, network.refined(first, emulator, counts, gaps)]
        found = {estimate.method: estimate.parameters for estimate in estimates}
        found["latents"] = without_labels.estimate(counts, gaps).parameters
        found["fit"] = fit_with_gaps(fit, emulator, counts[:fitted], gaps[:fitted])
        found["median"] = np.tile(middle, (len(patterns.parameters), 1))
        for name, values in found.items():
            answers.setdefault(name, []).append(values)
        for estimate in estimates:
            ratios = network.ratios(estimate, patterns.parameters)
            for level in LEVELS:
                hits = np.abs(ratios) <= network.factors(estimate, level)
                covered.setdefault((estimate.method, round(100 * level)), []).append(hits)
            kept.setdefault(f"intervals/{estimate.method}", []).append(
                np.stack(network.interval(estimate, LEVELS[0]))
            )
            kept.setdefault(f"ratios/{estimate.method}", []).append(
                ratios / network.factors(estimate, LEVELS[0])
            )
    results = Results(
        patterns.parameters,
        budgets,
        {name: np.stack(values) for name, values in answers.items()},
        {key: np.stack(values) for key, values in covered.items()},
    )
    record = {"budgets": budgets, "fitted": fitted, "seed": seed}
    inputs = [regressor, separation, factors, space]
    provenance = {"rule": "gisaxs_evaluate_regression", "record": record, "inputs": inputs, "code": code}
    with write_artifact(output, kind=KIND, **provenance, summary=summary_of(results)) as file:
        file["truth"], file["photons"] = results.truth, np.array(budgets)
        file["truth"].attrs["columns"] = COLUMNS
        for name, values in results.answers.items():
            file[f"answers/{name}"] = values
        for name, parts in kept.items():
            file[name] = np.stack(parts)


if __name__ == "__main__":
    with stage(snakemake):
        evaluate(output=snakemake.output[0], **snakemake.input, **snakemake.params)
