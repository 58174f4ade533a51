"""Stored patterns, and patterns combined from the two libraries."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs import patterns as module
from latentlab.studies.gisaxs.augmentation import AugmentedPatterns
from latentlab.studies.gisaxs.exposure import exposure
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import CombinedPatterns, StoredPatterns, open_patterns

EXPOSURE = 7.0  # of the tiny index


@pytest.fixture
def copied(tiny: Any, tmp_path: Path) -> Any:
    """Copies of the tiny artifacts, to be damaged."""
    return type(tiny)(*(Path(shutil.copy(path, tmp_path)) for path in tiny))


def combined(artifacts: Any, split: str = "train") -> CombinedPatterns:
    return CombinedPatterns(artifacts.index, artifacts.form_factors, artifacts.structure_factors, split)


@pytest.mark.parametrize(("split", "count"), [("train", 5), ("test", 3)])
def test_stored_patterns(tiny: Any, split: str, count: int) -> None:
    stored = StoredPatterns(tiny.stored, split)
    assert len(stored) == count
    assert stored.parameters.shape == (count, 4)
    assert torch.equal(stored.gaps, torch.eye(4, dtype=torch.bool))
    with h5py.File(tiny.stored) as file:
        for index in range(count):
            assert stored.clean(index).dtype == torch.float32
            np.testing.assert_array_equal(stored.clean(index).numpy(), file[f"{split}/intensity"][index])


def test_combined_pattern_is_the_direct_product(tiny: Any, tiny_pattern: Callable) -> None:
    """<|F|^2> S, binned by mean, in proportion; the rows are those of the index."""
    for split, rows in {"train": [(0, 1), (1, 2), (2, 0)], "test": [(2, 2), (1, 1)]}.items():
        patterns = combined(tiny, split)
        assert len(patterns) == len(rows)
        for index, (form, structure) in enumerate(rows):
            binned = tiny_pattern(form, structure).reshape(4, 2, 4, 2).mean(axis=(1, 3))
            darker = np.sort(binned[~patterns.gaps.numpy()])[:11]  # of 12 sensitive pixels, 95 %
            expected = binned * EXPOSURE / darker.mean()
            assert patterns.clean(index).dtype == torch.float32
            np.testing.assert_allclose(patterns.clean(index).numpy(), expected, rtol=1e-5)


def test_combined_patterns_have_one_exposure(tiny: Any) -> None:
    patterns = combined(tiny)
    for index in range(len(patterns)):
        image = patterns.clean(index).numpy()
        sensitive = ~patterns.gaps.numpy()
        assert exposure(image, sensitive) == pytest.approx(EXPOSURE, rel=1e-6)
        assert exposure(image, np.ones_like(sensitive)) != pytest.approx(EXPOSURE, rel=1e-3)


def test_combined_parameters_are_those_of_the_rows(tiny: Any) -> None:
    np.testing.assert_allclose(combined(tiny, "test").parameters, [[3, 0.3, 6, 0.3], [2, 0.2, 5, 0.2]])


def test_without_memory_for_a_cache_nothing_changes(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = combined(tiny)
    monkeypatch.setattr(module, "CACHE_BYTES", 0)
    uncached = combined(tiny)
    for index in (1, 0, 1):
        assert torch.equal(cached.clean(index), uncached.clean(index))
    assert cached.clean(1) is cached.clean(1)
    assert uncached.clean(1) is not uncached.clean(1)


def test_workers_read_what_the_parent_reads(
    tiny: Any, make_record: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the parent has the libraries open already, as after it looked for the maximum."""
    monkeypatch.setattr(module, "CACHE_BYTES", 0)
    patterns = combined(tiny)
    expected = torch.stack([patterns.clean(index) for index in range(3)])
    record = make_record(input="clean", noise=[])
    samples = AugmentedPatterns(patterns, record, IntensityTransform("raw", 1.0))
    loader = DataLoader(samples, batch_size=1, sampler=[(0, 0), (0, 1), (0, 2)], num_workers=2)
    assert torch.equal(torch.cat([target[:, 0] for _, target in loader]), expected)


def test_open_patterns_by_kind(tiny: Any) -> None:
    libraries = (tiny.form_factors, tiny.structure_factors)
    assert isinstance(open_patterns(tiny.stored, "test"), StoredPatterns)
    assert isinstance(open_patterns(tiny.index, "test", libraries), CombinedPatterns)


def test_missing_split_and_wrong_kind_are_named(tiny: Any) -> None:
    with pytest.raises(ArtifactError, match=r"stored\.h5: dataset 'validation/intensity' is missing"):
        StoredPatterns(tiny.stored, "validation")
    with pytest.raises(ArtifactError, match=r"index\.h5: dataset 'examples/parameters' is missing"):
        combined(tiny, "examples")
    with pytest.raises(ArtifactError, match=r"index\.h5: expected .* kind 'patterns', found 'pattern-index'"):
        StoredPatterns(tiny.index, "train")
    with pytest.raises(ArtifactError, match=r"stored\.h5: expected .* kind 'pattern-index'"):
        open_patterns(tiny.stored, "train", (tiny.form_factors, tiny.structure_factors))


def test_wrong_shapes_are_named(copied: Any) -> None:
    with h5py.File(copied.stored, "r+") as file:
        del file["gaps"]
        file["gaps"] = np.zeros((4, 5), dtype=bool)
    with pytest.raises(ArtifactError, match=r"dataset 'gaps' has shape \(4, 5\), expected 4 x 4"):
        StoredPatterns(copied.stored, "train")


def test_a_missing_library_is_named(copied: Any) -> None:
    copied.structure_factors.unlink()
    patterns = combined(copied)
    with pytest.raises(ArtifactError, match=r"structure_factors\.h5: there is no such file"):
        patterns.clean(0)


def test_a_split_whose_datasets_differ_in_length(copied: Any) -> None:
    with h5py.File(copied.stored, "r+") as file:
        parameters = file["train/parameters"][:-1]
        del file["train/parameters"]
        file["train/parameters"] = parameters
    with pytest.raises(ArtifactError, match=r"stored\.h5: dataset 'train/parameters'"):
        StoredPatterns(copied.stored, "train")


def test_an_index_whose_datasets_differ_in_length(copied: Any) -> None:
    with h5py.File(copied.index, "r+") as file:
        del file["train/form_factor"]
        file["train/form_factor"] = np.array([0, 1])
    with pytest.raises(ArtifactError, match=r"index\.h5: dataset 'train/form_factor'"):
        combined(copied)


def test_an_index_beyond_the_library(copied: Any) -> None:
    with h5py.File(copied.index, "r+") as file:
        file["train/form_factor"][0] = 99
    with pytest.raises(ArtifactError, match=r"index\.h5"):
        combined(copied).clean(0)


def test_a_damaged_library_is_named(copied: Any) -> None:
    with h5py.File(copied.form_factors) as file:
        chunk = file["form_factors/intensity"].id.get_chunk_info(0)
    altered = bytearray(copied.form_factors.read_bytes())
    altered[chunk.byte_offset : chunk.byte_offset + chunk.size] = bytes(chunk.size)
    copied.form_factors.write_bytes(altered)
    with pytest.raises(ArtifactError, match=r"form_factors\.h5"):
        combined(copied).clean(0)
