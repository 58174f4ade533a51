"""Every pixel against patterns computed with BornAgain."""

import json
from pathlib import Path

import numpy as np
import pytest

from latentlab.scattering import AngularGrid, Experiment, combine, size_averages, structure_factor

FOLDER = Path(__file__).parents[2] / "data" / "bornagain"
FILES = sorted(FOLDER.glob("*.npz"))


def test_the_references_are_there() -> None:
    assert len(FILES) == 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_pixel(path: Path) -> None:
    with np.load(path) as reference:
        parameters = json.loads(str(reference["params"]))
        experiment = Experiment(wavelength_nm=parameters["lambda_nm"], alpha_i_deg=parameters["alpha_i_deg"])
        grid = AngularGrid.from_degrees(reference["alpha_f_deg"], reference["two_theta_f_deg"])
        averages = size_averages(reference["radii_nm"], reference["weights"], grid, experiment)
        expected = reference["I"].astype(float)
    mode, D = parameters["mode"], parameters["D_nm"]
    structure: np.ndarray | float = 1.0
    if mode != "FF":
        structure = structure_factor(grid.q_parallel(experiment), D, parameters["omega_over_D"] * D)
    found = combine(averages, structure, None if mode == "FF" else mode)
    # The reference is scaled to its maximum: one factor is free.
    np.testing.assert_allclose(found * np.median(expected / found), expected, rtol=2e-4)
