"""The space's bases against the simulator, its pairs, and what a damaged artifact says."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.unit.studies.gisaxs.tiny_space import FORMS, STRUCTURES, exact_patterns, make_space

from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace, valid_pairs


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("space") / "space.h5"


@pytest.fixture(scope="module")
def space(path) -> PatternSpace:
    return make_space(path)


def test_patterns_are_the_simulators(space):
    both = space.patterns(space.held_out), exact_patterns(space.held_out)
    made, exact = (np.log10(np.maximum(patterns, 1e-6)) for patterns in both)
    assert np.sqrt(((made - exact) ** 2).mean(axis=(1, 2))).max() < 0.005


def test_binned_patterns_are_means_of_the_full_ones(space):
    full = space.patterns(space.held_out[:3])
    means = full.reshape(3, 16, 4, 16, 4).mean(axis=(2, 4))
    means /= means.max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(space.patterns(space.held_out[:3], 16), means, rtol=1e-5)


def test_valid_pairs_keep_both_bounds_exactly():
    valid = valid_pairs(np.array([[1.1, 0.1]]), np.array([[2.2, 0.1], [2.0, 0.1], [4.4, 0.1], [4.6, 0.1]]))
    assert valid.tolist() == [[True, False, True, False]]


def test_training_pairs_are_valid_and_never_held_out(space):
    drawn = space.training_pairs(3000, np.random.default_rng(0))
    assert space.valid[drawn[:, 0], drawn[:, 1]].all()
    held_out = set(map(tuple, space.held_out.tolist()))
    assert len(held_out) == 12
    assert not held_out & set(map(tuple, drawn.tolist()))
    assert len(set(map(tuple, drawn.tolist()))) > 0.8 * (space.valid.sum() - 12)


def test_parameters_are_those_of_the_rows(space):
    form, structure = space.held_out[0]
    np.testing.assert_array_equal(space.parameters(space.held_out)[0], [*FORMS[form], *STRUCTURES[structure]])


def test_equal_inputs_give_equal_files(space, path, tmp_path):
    make_space(tmp_path / "again.h5")
    assert (tmp_path / "again.h5").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["form/mean", "structure_binned/coefficients", "held_out"])
def test_missing_dataset_is_named(space, path, tmp_path, name):
    shutil.copy(path, tmp_path / "space.h5")
    with h5py.File(tmp_path / "space.h5", "a") as file:
        del file[name]
    with pytest.raises(ArtifactError, match=f"space.h5: dataset '{name}' is missing"):
        PatternSpace(tmp_path / "space.h5")


def test_rows_outside_the_library_are_refused(space):
    with pytest.raises(ValueError, match="rows of libraries"):
        space.patterns(np.array([[0, len(STRUCTURES)]]))


def test_a_side_that_does_not_divide_is_refused(space):
    with pytest.raises(ValueError, match="divisor of the patterns' 64 px"):
        space.patterns(space.held_out[:1], 48)


def test_too_many_held_out_pairs_are_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot hold out"):
        make_space(tmp_path / "space.h5", held_out=10**6)
    assert not (tmp_path / "space.h5").exists()


def test_held_out_patterns_are_the_simulators(space: PatternSpace) -> None:
    """Not the bases': they judge what is decoded with the bases."""
    patterns = space.held_out_patterns(5)
    expected = exact_patterns(space.held_out[:5])
    np.testing.assert_allclose(patterns, expected, rtol=1e-5)
    with pytest.raises(ValueError, match="keeps 1 to 5 held-out patterns, asked for 6"):
        space.held_out_patterns(6)
