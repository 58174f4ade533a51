"""Atoms are found where they are, patches are cut about them, and images without atoms are refused."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.errors import FrameError
from latentlab.studies.microscopy.atoms.columns import Columns, lattice_points, turned
from latentlab.studies.microscopy.atoms.find_atoms import Found, atom_spacing, find_atoms, match
from latentlab.studies.microscopy.atoms.image_formation import Microscope, grey, scanned
from latentlab.studies.microscopy.atoms.patches import cut_patches, grid_places, turned_vectors
from latentlab.studies.microscopy.atoms.sublattices import sublattice


def lattice(dose: float, spacing: float = 9.0, side: int = 160, seed: int = 0) -> tuple[np.ndarray, Columns]:
    """A square lattice off any grid of pixels, every other column with 0.4 of the brightness."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi)
    x, y, i, j = lattice_points(turned(spacing, angle), turned(spacing, angle + np.pi / 2), side, 10)
    x, y = (each + rng.normal(0, 0.3, len(x)) for each in (x, y))
    columns = Columns(x, y, np.where((i + j) % 2 == 0, 1.0, 0.4))
    microscope = Microscope(width=0.2 * spacing, dose=dose, background=0, drift=1, jitter=0, flyback=0)
    counts, seen = scanned(columns, side, microscope, rng)
    return grey(counts), seen


@pytest.mark.parametrize(("refine", "limit"), [("gaussian", 0.03), ("centroid", 0.12)])
def test_atoms_are_found_below_a_pixel(refine: str, limit: float) -> None:
    image, seen = lattice(dose=3000)
    found = find_atoms(image, refine=refine)
    index, error = match(found, seen.x, seen.y, 3.0)
    inner = (np.minimum(found.x, found.y) > 9) & (np.maximum(found.x, found.y) < 150)
    assert inner.sum() > 200
    assert (index[inner] >= 0).all()
    assert np.sqrt((error[inner] ** 2).sum(axis=1).mean()) < limit
    reached = set(index.tolist())
    inside = [
        n for n in range(len(seen)) if min(seen.x[n], seen.y[n]) > 9 and max(seen.x[n], seen.y[n]) < 150
    ]
    assert reached.issuperset(inside)


def test_noise_makes_no_atoms() -> None:
    image, seen = lattice(dose=20, seed=1)
    found = find_atoms(image)
    index, _ = match(found, seen.x, seen.y, 3.0)
    inner = (np.minimum(found.x, found.y) > 9) & (np.maximum(found.x, found.y) < 150)
    assert (index[inner] >= 0).mean() > 0.99


@pytest.mark.parametrize("spacing", [6.3, 9.0, 14.5])
def test_the_spacing_comes_from_the_image(spacing: float) -> None:
    image, _ = lattice(dose=500, spacing=spacing, side=200, seed=2)
    assert find_atoms(image).spacing == pytest.approx(spacing, rel=0.12)


def test_images_without_order_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(FrameError, match="no atoms were found"):
        find_atoms(rng.normal(size=(128, 128)))
    with pytest.raises(FrameError, match="the image is constant"):
        atom_spacing(np.ones((128, 128)))


def test_atoms_that_are_too_dense_are_refused() -> None:
    rows, columns = np.indices((128, 128))
    image = np.cos(2 * np.pi * rows / 3.3) + np.cos(2 * np.pi * columns / 3.3)
    with pytest.raises(FrameError, match=r"about 3\.\d px apart; expected at least 4 px"):
        atom_spacing(image)


def test_matching_is_one_to_one_and_nearest_first() -> None:
    found = Found(np.array([0.0, 1.0, 50.0]), np.zeros(3), np.ones(3), np.ones(3), 9.0)
    index, error = match(found, np.array([0.9]), np.array([0.0]), 3.0)
    np.testing.assert_array_equal(index, [-1, 0, -1])
    assert error[1] == pytest.approx((0.1, 0.0))
    assert np.isnan(error[0]).all()


def test_sublattices_are_told_by_height() -> None:
    image, seen = lattice(dose=3000)
    found = find_atoms(image)
    index, _ = match(found, seen.x, seen.y, 3.0)
    inner = (index >= 0) & (np.minimum(found.x, found.y) > 9) & (np.maximum(found.x, found.y) < 150)
    bright = sublattice(found, "bright")
    np.testing.assert_array_equal(bright[inner], seen.weight[index[inner]] > 0.7)
    np.testing.assert_array_equal(sublattice(found, "faint"), ~bright)
    assert sublattice(found, "all").all()


def test_subpixel_patches_have_the_place_in_their_middle() -> None:
    rows, columns = np.indices((60, 60))
    image = np.exp(-((columns - 30.37) ** 2 + (rows - 22.81) ** 2) / 18)
    (patch,), offset, _ = cut_patches(image, np.array([30.37]), np.array([22.81]), 21)
    across = np.arange(21) - 10
    assert (patch.sum(axis=0) @ across, patch.sum(axis=1) @ across) == pytest.approx((0, 0), abs=0.5)
    np.testing.assert_allclose(patch, patch[::-1, ::-1], atol=1e-3)
    np.testing.assert_allclose(offset, 0, atol=1e-12)


def test_integer_patches_are_copies_and_say_where_the_place_lies() -> None:
    image = np.random.default_rng(0).random((50, 50)).astype(np.float32)
    x, y = np.array([20.3, 30.0, 2.0]), np.array([25.4, 18.7, 25.0])
    patches, offset, index = cut_patches(image, x, y, 10, "integer")
    np.testing.assert_array_equal(index, [0, 1])  # the third reaches over the border
    np.testing.assert_array_equal(patches[0], image[21:31, 16:26])
    np.testing.assert_allclose(offset[0], (20.3 - 20.5, 25.4 - 25.5))
    assert np.abs(offset).max() <= 0.5


def test_turned_patches_turn_counter_clockwise() -> None:
    rows, columns = np.indices((61, 61))
    image = np.exp(-((columns - 38) ** 2 + (rows - 30) ** 2) / 8)  # to the right of the middle
    (patch,), _, _ = cut_patches(image, np.array([30.0]), np.array([30.0]), 25, turn=np.array([np.pi / 2]))
    row, column = np.unravel_index(patch.argmax(), patch.shape)
    assert (row, column) == (4, 12)  # above it
    vector = turned_vectors(np.array([[8.0, 0.0]]), np.array([np.pi / 2]))
    np.testing.assert_allclose(vector, [[0.0, -8.0]], atol=1e-12)


def test_patches_that_cannot_be_cut_are_refused() -> None:
    image, place = np.zeros((20, 20)), np.array([10.0])
    with pytest.raises(ValueError, match="larger than a patch of 30 px"):
        cut_patches(image, place, place, 30)
    with pytest.raises(ValueError, match="centring: expected one of"):
        cut_patches(image, place, place, 8, "middle")
    with pytest.raises(ValueError, match="expected centring 'subpixel'"):
        cut_patches(image, place, place, 8, "integer", np.zeros(1))


def test_a_grid_stays_inside_of_the_image() -> None:
    x, y = grid_places(64, 20, 7.5)
    _, _, index = cut_patches(np.zeros((64, 64)), x, y, 20)
    assert len(index) == len(x) == len(y) == 36
