"""Time and memory for making the form factors, compared with BornAgain.

Run: python benchmarks/form_factors.py [--n N] [--threads T]
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import resource
import time

import numpy as np
import torch
from tqdm import tqdm

from latentlab.scattering import (
    AngularGrid,
    Experiment,
    combine,
    form_factor_parameters,
    size_averages,
    size_distribution,
    structure_factor,
)
from latentlab.scattering.form_factor_table import iter_form_factors

D_NM, OMEGA_NM = 10.0, 1.0  # of the pattern that is compared with BornAgain
R_NM, SIGMA_OVER_R = 4.0, 0.3


def benchmark_table(n: int) -> float:
    """Stream n of the 3550 form factors at 499 x 500, print the figures, return CPU-s per pattern."""
    grid, experiment = AngularGrid.isgisaxs(), Experiment()
    pairs = form_factor_parameters()
    if n < len(pairs):
        pairs = pairs[np.linspace(0, len(pairs) - 1, n).round().astype(int)]
    wall, cpu = time.perf_counter(), time.process_time()
    checksum = 0.0
    for _, images in iter_form_factors(pairs, grid, experiment, progress=tqdm):
        checksum += float(images[:, -1, -1].sum())  # forces every block to be computed
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # from KiB, on Linux
    print(
        f"{len(pairs)} form factors at {grid.shape[0]} x {grid.shape[1]}, 100 sizes each: {wall:.1f} s wall, "
        f"{cpu:.1f} CPU-s on {torch.get_num_threads()} threads, {len(pairs) / wall:.0f} patterns/s, "
        f"peak memory {peak:.2f} GiB (checksum {checksum:.6g})"
    )
    return cpu / len(pairs)


def benchmark_bornagain(rows: int, columns: int, sizes: int, table_cpu: float) -> None:
    """One LMA pattern of a few sizes on a small grid, by BornAgain and by direct quadrature here."""
    experiment = Experiment()
    top = math.radians(4.0)
    # BornAgain takes its detector's coordinates as tangents of the exit angles.
    alpha, theta = np.linspace(0.0, top, rows + 1)[1:], np.linspace(0.0, top, columns)
    radii, weights = size_distribution(R_NM, SIGMA_OVER_R, sizes)

    cpu = time.process_time()
    grid = AngularGrid(np.arctan(alpha), np.arctan(theta))
    structure = structure_factor(grid.q_parallel(experiment), D_NM, OMEGA_NM)
    ours = combine(size_averages(radii, weights, grid, experiment), structure, "LMA")
    ours_cpu = time.process_time() - cpu

    cpu = time.process_time()
    # A mixture in one paracrystal would be the decoupling approximation: one simulation a size is LMA.
    theirs = sum(
        weight * bornagain_pattern(radius, alpha, theta, experiment)
        for radius, weight in zip(radii, weights, strict=True)
        if radius > 0.0
    )
    theirs_cpu = time.process_time() - cpu

    solid_angle = np.cos(grid.alpha_f_rad)[:, None] ** 3 * np.cos(grid.two_theta_f_rad) ** 2
    ratio = theirs / (ours * solid_angle)
    error = np.abs(ratio / np.median(ratio) - 1.0)
    full = 499 * 500 / (rows * columns) * 100 / sizes
    print(
        f"One LMA pattern, {rows} x {columns} pixels, {sizes} sizes, one thread: BornAgain {theirs_cpu:.2f} "
        f"CPU-s, direct quadrature here {ours_cpu:.2f} CPU-s; difference: median {np.median(error):.1e}, "
        f"99.9 % of the pixels below {np.quantile(error, 0.999):.1e}, largest {error.max():.1e}."
    )
    print(
        f"Extrapolated linearly to 499 x 500 pixels and 100 sizes: BornAgain {theirs_cpu * full:.0f} CPU-s "
        f"per pattern, direct quadrature {ours_cpu * full:.0f}; above, {table_cpu:.4f} CPU-s per form "
        "factor, including the building of the table. (BornAgain can compute far more than hemispheres; the "
        "table uses that many size distributions share one grid.)"
    )


def bornagain_pattern(
    radius_nm: float, alpha: np.ndarray, theta: np.ndarray, experiment: Experiment
) -> np.ndarray:
    """Intensity of one radius by BornAgain at the given detector coordinates in rad, arbitrary scale."""
    import bornagain as ba

    def material(name: str, index: complex) -> ba.RefractiveMaterial:
        return ba.RefractiveMaterial(name, (0.5, 0.5, 0.5), 1.0 - index.real, index.imag)

    hemisphere = ba.SphericalSegment(radius_nm, 0.0, radius_nm)
    particle = ba.Particle(material("particle", experiment.particle_index), hemisphere)
    paracrystal = ba.RadialParacrystal(particle, D_NM, 0.0)
    paracrystal.setProbabilityDistribution(ba.Profile1DGauss(OMEGA_NM))
    vacuum = ba.Layer(ba.Vacuum())
    vacuum.deposit2D(paracrystal)
    sample = ba.Sample()
    sample.addLayer(vacuum)
    sample.addLayer(ba.Layer(material("substrate", experiment.substrate_index)))
    half_a, half_t = 0.5 * (alpha[1] - alpha[0]), 0.5 * (theta[1] - theta[0])
    detector = ba.SphericalDetector(
        len(theta), theta[0] - half_t, theta[-1] + half_t, len(alpha), alpha[0] - half_a, alpha[-1] + half_a
    )
    beam = ba.Beam(1.0, experiment.wavelength_nm, experiment.alpha_i_rad)
    simulation = ba.ScatteringSimulation(beam, sample, detector)
    # By default the particles' layer becomes a graded material, which changes intensities fivefold.
    simulation.options().setUseAvgMaterials(False)
    simulation.options().setNumberOfThreads(1)
    return np.asarray(simulation.simulate().intensities())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", type=int, default=3550, help="form factors to make (default: all 3550)")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads of the table (default: 2)")
    parser.add_argument(
        "--pixels", type=int, default=166, help="side of the grid for BornAgain (default: 166)"
    )
    parser.add_argument("--sizes", type=int, default=5, help="sizes for BornAgain (default: 5)")
    arguments = parser.parse_args()
    if not 1 <= arguments.n <= 3550 or min(arguments.threads, arguments.pixels - 1, arguments.sizes - 1) < 1:
        parser.error("--n must lie between 1 and 3550, --threads above 0, --pixels and --sizes above 1")
    torch.set_num_threads(arguments.threads)
    table_cpu = benchmark_table(arguments.n)
    if importlib.util.find_spec("bornagain") is None:
        print("BornAgain is not installed: no comparison (pip install bornagain).")
    else:
        benchmark_bornagain(arguments.pixels, arguments.pixels, arguments.sizes, table_cpu)


if __name__ == "__main__":
    main()
