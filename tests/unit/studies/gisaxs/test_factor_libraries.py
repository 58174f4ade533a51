"""The two libraries opened together: rows found by parameters, factors cropped, products."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from tests.unit.studies.gisaxs.tiny_space import CROP, experiment, script

from latentlab.artifacts import write_artifact
from latentlab.errors import ArtifactError
from latentlab.scattering import structure_factor_mean
from latentlab.studies.gisaxs.factor_libraries import Libraries, rows_of
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of


def test_axes_are_cropped_together(tiny: Any) -> None:
    with Libraries(tiny.form_factors, tiny.structure_factors, crop=8) as libraries:
        assert libraries.q_parallel.shape == (8, 8)
        assert len(libraries.alpha_f_deg) == len(libraries.two_theta_f_deg) == 8
        assert libraries.form_factor_at(0).shape == libraries.structure_factor_at(0).shape == (8, 8)
    with Libraries(tiny.form_factors, tiny.structure_factors, crop=None) as libraries:
        assert libraries.q_parallel.shape == libraries.form_factor_at(0).shape == (10, 12)
        assert (len(libraries.alpha_f_deg), len(libraries.two_theta_f_deg)) == (10, 12)


def test_pattern_is_the_direct_product(tiny: Any, tiny_pattern: Callable) -> None:
    parameters = np.array([[1.0, 0.1, 6.0, 0.3], [3.0, 0.3, 4.0, 0.1], [2.0, 0.2, 5.0, 0.2]])
    rows = [(0, 2), (2, 0), (1, 1)]
    with Libraries(tiny.form_factors, tiny.structure_factors, crop=8) as libraries:
        images = libraries.patterns(parameters)
    assert images.dtype == np.float32
    for image, (form, structure) in zip(images, rows, strict=True):
        np.testing.assert_allclose(image, tiny_pattern(form, structure), rtol=1e-5)


def test_factors_by_parameters(tiny: Any) -> None:
    with Libraries(tiny.form_factors, tiny.structure_factors, crop=8) as libraries:
        np.testing.assert_array_equal(libraries.form_factor(2.0, 0.2), libraries.form_factor_at(1))
        np.testing.assert_array_equal(libraries.structure_factor(6.0, 0.3), libraries.structure_factor_at(2))
        np.testing.assert_allclose(libraries.structure_factor(4.0, 0.1), 1.0, rtol=1e-6)
        np.testing.assert_allclose(
            libraries.structure_factor(6.0, 0.3), 1 + 2 * libraries.q_parallel, rtol=1e-5
        )


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Form factors of 1 on the tiny space's grid, and structure factors as the pipeline makes them."""
    paths = tuple(tmp_path_factory.mktemp("simulated") / name for name in ("form.h5", "structure.h5"))
    grid = grid_of(experiment())
    with write_artifact(paths[0], kind="form-factors", rule="test", record={}) as file:
        file["form_factors/intensity"] = np.ones((1, *grid.shape), dtype=np.float32)
        file["form_factors/alpha_f"] = np.degrees(grid.alpha_f_rad)
        file["form_factors/two_theta_f"] = np.degrees(grid.two_theta_f_rad)
        file["q_parallel"] = grid.q_parallel(experiment_of(experiment()))
        file["parameters"] = [(1.0, 0.1)]
    singles = [(1.0, 0.1, D, width) for D, width in ((10.0, 0.01), (7.3, 0.01), (10.0, 0.3), (15.0, 0.05))]
    script("structure_factors").structure_factors(paths[1], experiment(), "singles", singles, None)
    return paths


@pytest.mark.parametrize(("D", "width"), [(10.0, 0.01), (7.3, 0.01), (10.0, 0.3), (15.0, 0.05)])
def test_every_structure_factor_is_the_mean_over_each_pixel(
    simulated: tuple[Path, Path], D: float, width: float
) -> None:
    """One definition for narrow and for broad peaks, and the same as without a library."""
    q_range = grid_of(experiment()).q_range(experiment_of(experiment()))
    expected = structure_factor_mean(*q_range, D, width * D)
    with Libraries(*simulated, crop=None) as libraries:
        np.testing.assert_allclose(libraries.structure_factor(D, width), expected, rtol=1e-3)
        cut = libraries.structure_factor(D, width)[:40, :40]
    with Libraries(*simulated, crop=40) as libraries:
        np.testing.assert_array_equal(libraries.structure_factor(D, width), cut)
    assert CROP > 40


def test_a_curve_that_is_not_there(simulated: tuple[Path, Path], tmp_path: Path) -> None:
    other = Path(shutil.copy(simulated[1], tmp_path))
    with h5py.File(other, "r+") as file:
        file["structure_factors/omega_over_D"][0] = 0.02
    with (
        Libraries(simulated[0], other, crop=None) as libraries,
        pytest.raises(ArtifactError, match=r"structure\.h5: there is no curve for omega/D = 0\.01"),
    ):
        libraries.structure_factor(10.0, 0.01)


def test_structure_factors_for_other_pixels(tiny: Any, simulated: tuple[Path, Path]) -> None:
    with (
        pytest.raises(ArtifactError, match=r"'q_range' is for pixels \(64, 64\), expected \(10, 12\)"),
        Libraries(tiny.form_factors, simulated[1], crop=8),
    ):
        pass


def test_an_entry_that_is_not_there(tiny: Any) -> None:
    with Libraries(tiny.form_factors, tiny.structure_factors, crop=8) as libraries:
        with pytest.raises(
            ArtifactError, match=r"form_factors\.h5: dataset 'parameters' holds no entry \(1\.0, 0\.2\)"
        ):
            libraries.form_factor(1.0, 0.2)
        with pytest.raises(
            ArtifactError, match=r"structure_factors\.h5: dataset 'parameters' holds no entry"
        ):
            libraries.structure_factor(4.0, 0.2)


def test_rows_of_pairs() -> None:
    parameters = np.array([[0.5, 0.01], [0.5, 0.02], [0.6, 0.01]])
    rows = rows_of(parameters, np.array([[0.6, 0.01], [0.5, 0.02], [0.6, 0.01]]), "x.h5")
    assert rows.dtype == np.int64
    assert rows.tolist() == [2, 1, 2]
    assert rows_of(parameters, [(0.1 + 0.2 + 0.3, 0.01)], "x.h5").tolist() == [2]  # 0.6000000000000001
    with pytest.raises(ArtifactError, match=r"^x\.h5: .* \(0\.7, 0\.01\)"):
        rows_of(parameters, [(0.5, 0.01), (0.7, 0.01)], "x.h5")


def test_wrong_and_missing_files(tiny: Any, tmp_path: Path) -> None:
    with (
        pytest.raises(ArtifactError, match=r"structure_factors\.h5: expected .* kind 'form-factors'"),
        Libraries(tiny.structure_factors, tiny.form_factors, crop=8),
    ):
        pass
    with (
        pytest.raises(ArtifactError, match=r"absent\.h5: there is no such file"),
        Libraries(tmp_path / "absent.h5", tiny.structure_factors, crop=8),
    ):
        pass


def test_libraries_of_two_grids(tiny: Any, tmp_path: Path) -> None:
    """A form-factor library whose pixels reach beyond the structure factors' largest q."""
    other = Path(shutil.copy(tiny.form_factors, tmp_path))
    with h5py.File(other, "r+") as file:
        file["q_parallel"][...] = file["q_parallel"][()] + 5.0
    with (
        pytest.raises(ArtifactError, match=r"form_factors\.h5"),
        Libraries(other, tiny.structure_factors, crop=8),
    ):
        pass


def test_images_and_q_of_two_shapes(tiny: Any, tmp_path: Path) -> None:
    other = Path(shutil.copy(tiny.form_factors, tmp_path))
    with h5py.File(other, "r+") as file:
        q = file["q_parallel"][:6, :6]
        del file["q_parallel"]
        file["q_parallel"] = q
    with (
        pytest.raises(ArtifactError, match=r"form_factors\.h5: dataset 'q_parallel'"),
        Libraries(other, tiny.structure_factors, crop=8),
    ):
        pass


def test_a_crop_larger_than_the_grid(tiny: Any) -> None:
    with (
        pytest.raises(ArtifactError, match=r"form_factors\.h5"),
        Libraries(tiny.form_factors, tiny.structure_factors, crop=11),
    ):
        pass
