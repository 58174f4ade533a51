"""How many patterns a codec restores well enough: 50 dB and MS-SSIM 0.999 in log intensity, in a few bytes.

A mean over patterns hides those that fail, so this prints the share that reaches the goal, with its 95 %
interval (Wilson), and the 5th percentiles. Two sets: held-out pairs of the library (both factors were in
training, only their pair was not), and patterns with continuous parameters between the library's (neither
was). The rows "continuous parameters" show how far the four numbers themselves go: they are rounded to so
many bits and simulated again.

    python benchmarks/success_shares.py --patterns 600
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import yaml
from tqdm import tqdm

from latentlab.metrics import image_metrics
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.codec_comparison.codecs import learned_codecs
from latentlab.studies.gisaxs.codec_comparison.goal import GOAL
from latentlab.studies.gisaxs.parameter_space.bases import exact_patterns
from latentlab.studies.gisaxs.parameter_space.continuous import continuous_parameters, parameter_ranges
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "results" / "quick" / "gisaxs"
SEED = 30
BATCH = 64  # patterns measured at a time
PARAMETER_BITS = {3: (6, 6, 6, 6), 4: (8, 8, 8, 8)}  # of R, sigma/R, D, omega/D, by bytes


def ranges(space: PatternSpace) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest value of the four parameters in the space's library."""
    return parameter_ranges(space.form_parameters, space.structure_parameters)


def rounded(parameters: np.ndarray, space: PatternSpace, bits: tuple[int, ...]) -> np.ndarray:
    """Parameters (n, 4) as the nearest of 2^bits equidistant values of each."""
    low, high = ranges(space)
    levels = 2 ** np.array(bits) - 1
    return low + np.round((parameters - low) / (high - low) * levels) / levels * (high - low)


def fidelity(decoded: np.ndarray, truths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-PSNR in dB and log-MS-SSIM of each pattern (n, side, side)."""
    parts = []
    for start in range(0, len(truths), BATCH):
        pair = [torch.from_numpy(images[start : start + BATCH])[:, None] for images in (decoded, truths)]
        metrics = image_metrics(*pair)
        parts.append((metrics["psnr_log"].numpy(), metrics["ms_ssim_log"].numpy()))
    psnr, similarity = zip(*parts, strict=True)
    return np.concatenate(psnr), np.concatenate(similarity)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, share = 1.96, successes / n
    centre, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)


def report(name: str, decoded: np.ndarray, truths: np.ndarray) -> None:
    """Print one row."""
    psnr, similarity = fidelity(decoded, truths)
    good = int(((psnr >= GOAL.psnr_log) & (similarity >= GOAL.ms_ssim_log)).sum())
    low, high = wilson(good, len(truths))
    print(
        f"{name:42} {100 * good / len(truths):5.1f} % ({100 * low:.1f} to {100 * high:.1f})   "
        f"psnr_log {psnr.mean():5.1f} dB, 5th percentile {np.percentile(psnr, 5):5.1f}   "
        f"ms_ssim_log {similarity.mean():.4f}, 5th percentile {np.percentile(similarity, 5):.4f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the study's results")
    parser.add_argument("--patterns", type=int, default=40, help="of each of the two sets")
    parser.add_argument("--bytes", nargs="+", type=int, default=[5, 8], help="of the two-factor codecs")
    args = parser.parse_args()
    if not (args.results / "datasets" / "space.h5").exists():
        raise SystemExit(f"{args.results}: there is no datasets/space.h5; run the pipeline first: make")
    torch.set_num_threads(1)
    space = PatternSpace(args.results / "datasets" / "space.h5")
    codecs = learned_codecs(space, sorted((args.results / "two_factor").glob("*.h5"), reverse=True), False)
    study = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())
    experiment = study["experiment"]
    beam, grid = experiment_of(experiment), grid_of(experiment).crop(space.side, space.side)
    sizes = {"n_sizes": experiment["size_nodes"], "half_widths": experiment["size_half_widths"]}
    table = FormFactorTable.build(grid, beam, largest_radius(space.form_parameters, **sizes))

    def simulate(parameters: np.ndarray) -> np.ndarray:
        return exact_patterns(table, grid.q_range(beam), parameters, sizes)

    sets = {
        "held-out pairs of the library": space.parameters(space.held_out[: args.patterns]),
        "continuous parameters, off the library": continuous_parameters(*ranges(space), args.patterns, SEED),
    }
    for title, parameters in sets.items():
        truths = simulate(parameters)
        print(f"\n{title}: {len(truths)} patterns of {space.side} x {space.side} pixels")
        for name, levels in codecs.items():
            for level, codec in levels.items():
                if getattr(codec, "n_bytes", None) not in (None, *args.bytes):
                    continue
                bar = tqdm(truths, desc=f"{name}, {level}", leave=False, disable=None)
                files = [codec.encode(truth) for truth in bar]
                report(
                    f"{name}, {level}", np.stack([codec.decode(file, space.side) for file in files]), truths
                )
        for size, bits in PARAMETER_BITS.items():
            report(f"continuous parameters, {size} bytes", simulate(rounded(parameters, space, bits)), truths)


if __name__ == "__main__":
    main()
