"""How well measured patterns are restored: the network and every method beside it, over hundreds of patterns.

The evaluation of the pipeline (stage gisaxs_evaluate_restoration) on as many patterns as are asked for, with
parameters between the library's, simulated afresh with a seed that no stage uses. Prints medians with 95 %
intervals (bootstrap over patterns), 5th and 95th percentiles, in how many patterns the network has the
smaller error, and which share of the errors its deviation covers. With --bornagain also on patterns of
another simulator, from the tests' folder.

    python benchmarks/restoration.py --patterns 300 --budgets 1e4 1e6
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import yaml
from tqdm import tqdm

from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.parameter_space.bases import exact_patterns
from latentlab.studies.gisaxs.parameter_space.continuous import continuous_parameters, parameter_ranges
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace, bin_mean
from latentlab.studies.gisaxs.restoration.evaluated import Evaluation
from latentlab.studies.gisaxs.restoration.evaluation import evaluate
from latentlab.studies.gisaxs.restoration.exact_patterns import mean_pattern, specular_row
from latentlab.studies.gisaxs.restoration.methods import FAST, FIT, MEAN, METHODS, MULTI_SCALE, NETWORK
from latentlab.studies.gisaxs.restoration.model_answers import FittedPattern, MeanImage, MultiScale
from latentlab.studies.gisaxs.restoration.references import frame_references
from latentlab.studies.gisaxs.restoration.restorer import load_restorer
from latentlab.studies.gisaxs.restoration.score_names import COVERAGES, SCORES
from latentlab.studies.gisaxs.restoration.summary import finite_median_interval
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "results" / "quick" / "gisaxs"
BORNAGAIN = ROOT / "tests" / "data" / "bornagain"
SEED = 31


def simulated(space: PatternSpace, settings: dict, n: int) -> np.ndarray:
    """`n` patterns with continuous parameters, float32 (n, side, side), relative to their maximum."""
    beam, grid = experiment_of(settings), grid_of(settings).crop(space.side, space.side)
    sizes = {"n_sizes": settings["size_nodes"], "half_widths": settings["size_half_widths"]}
    limits = parameter_ranges(space.form_parameters, space.structure_parameters)
    parameters = continuous_parameters(*limits, n, SEED)
    table = FormFactorTable.build(grid, beam, largest_radius(parameters[:, :2], **sizes))
    return exact_patterns(table, grid.q_range(beam), parameters, sizes)


def report(evaluation: Evaluation) -> None:
    """Print every score of every method at every budget."""
    network = evaluation.methods.index(NETWORK)
    for place, photons in enumerate(evaluation.budgets):
        for score in SCORES:
            print(f"\n{score}, {photons:g} photons: median [95 % interval], 5th and 95th percentile, wins")
            values = evaluation.values[score][:, place]
            sign = -1 if "correlation" in score else 1
            for row, method in enumerate(evaluation.methods):
                found = values[row][np.isfinite(values[row])]
                if not len(found):
                    continue
                middle, low, high = finite_median_interval(found)
                tails = np.percentile(found, [5, 95])
                both = np.isfinite(values[row]) & np.isfinite(values[network])
                wins = int((sign * values[network] < sign * values[row])[both].sum())
                comparison = "" if row == network else f"network better in {wins} of {int(both.sum())}"
                print(
                    f"  {METHODS[method]:52} {middle:8.4f} [{low:.4f}, {high:.4f}]  {tails[0]:8.4f} "
                    f"{tails[1]:8.4f}  {comparison}"
                )
        for score in COVERAGES:
            middle, low, high = finite_median_interval(evaluation.values[score][0, place])
            print(f"{score}, {photons:g} photons: {middle:.3f} [{low:.3f}, {high:.3f}]", flush=True)


def main() -> None:
    """Evaluate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--patterns", type=int, default=300)
    parser.add_argument(
        "--slow", type=int, default=0, help="of the patterns, for the methods that take seconds"
    )
    parser.add_argument("--budgets", type=float, nargs="+", default=[1e3, 1e4, 1e5, 1e6, 1e7])
    parser.add_argument("--side", type=int, default=128, help="px; means over bins are taken to it")
    parser.add_argument("--bornagain", action="store_true", help="the patterns of the tests' folder instead")
    parser.add_argument("--space", type=Path, default=RESULTS / "datasets" / "space.h5")
    parser.add_argument("--restorer", type=Path, default=RESULTS / "restoration" / "restorer.h5")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    study = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())
    settings, space = study["restoration"], PatternSpace(arguments.space)
    if arguments.bornagain:
        patterns, beam_row = bornagain_patterns()
        known = {**frame_references(0.0, beam_row), MULTI_SCALE: MultiScale()}
    else:
        beam_row = specular_row(study["experiment"], space.side, arguments.side)
        images = torch.from_numpy(simulated(space, study["experiment"], arguments.patterns))
        patterns = bin_mean(images, arguments.side).numpy()
        mean = mean_pattern(space, settings["mean_of"], arguments.side, settings["seed"])
        extra = {MULTI_SCALE: MultiScale(), FIT: FittedPattern(space, beam_row), MEAN: MeanImage(mean)}
        known = {**frame_references(0.0, beam_row), **extra}
    methods = {name: method for name, method in known.items() if arguments.slow or name in FAST}
    found = evaluate(
        load_restorer(arguments.restorer),
        methods,
        patterns,
        arguments.budgets,
        settings,
        beam_row=beam_row,
        slow_patterns=arguments.slow,
        progress=lambda numbers: tqdm(numbers, desc="patterns"),
    )
    report(found)


def bornagain_patterns() -> tuple[np.ndarray, float]:
    """Patterns of BornAgain, float32 (n, h, w), and the row of their specular beam."""
    images = []
    for path in sorted(BORNAGAIN.glob("*.npz")):
        with np.load(path) as reference:
            images.append(reference["I"].astype(np.float32))
            angles = reference["alpha_f_deg"]
    return np.stack(images), float(np.interp(0.4, angles, np.arange(len(angles))))


if __name__ == "__main__":
    main()
