"""The two libraries opened together: rows found by parameters, factors cropped, products."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.factor_libraries import Libraries, rows_of


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
