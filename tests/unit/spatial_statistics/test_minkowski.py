"""Minkowski functionals: known shapes, components and holes by labelling, and expectations."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from latentlab.spatial_statistics import area, euler_number, perimeter

CORNERS = np.ones((3, 3), dtype=int)


def components_less_holes(image: np.ndarray, connectivity: int) -> int:
    """By labelling the phase, and the background of the padded image in the other connectivity."""
    structures = (None, CORNERS) if connectivity == 4 else (CORNERS, None)
    _, components = ndimage.label(image, structures[0])
    _, background = ndimage.label(np.pad(1 - image, 1, constant_values=1), structures[1])
    return components - (background - 1)


def test_shapes_by_hand() -> None:
    images = torch.zeros(4, 6, 7)
    images[0, 1:4, 2:6] = 1.0  # a rectangle of 3 x 4
    images[1, 0:5, 0:5] = 1.0
    images[1, 2, 2] = 0.0  # a square with a hole, at the border
    images[2, 1, 1] = images[2, 2, 2] = 1.0  # two pixels that touch at a corner
    images[3] = 1.0
    assert area(images).tolist() == [12.0, 24.0, 2.0, 42.0]
    assert perimeter(images).tolist() == [14.0, 24.0, 8.0, 26.0]
    assert euler_number(images, 4).tolist() == [1.0, 0.0, 2.0, 1.0]
    assert euler_number(images, 8).tolist() == [1.0, 0.0, 1.0, 1.0]
    assert perimeter(images, periodic=True).tolist() == [14.0, 24.0, 8.0, 0.0]


def test_the_torus() -> None:
    images = torch.zeros(3, 5, 6)
    images[0] = 1.0  # 1 component - 2 loops + 1
    images[1, 2] = 1.0  # a band around: a component and a loop
    images[2, 4, 5] = images[2, 0, 0] = images[2, 4, 0] = 1.0  # one piece across the corner
    for connectivity in (4, 8):
        assert euler_number(images, connectivity, periodic=True).tolist() == [0.0, 0.0, 1.0]
    assert perimeter(images, periodic=True).tolist() == [0.0, 12.0, 8.0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 9999), rectangles=st.integers(0, 6))
def test_euler_numbers_are_components_less_holes(seed: int, rectangles: int) -> None:
    rng = np.random.default_rng(seed)
    image = np.zeros((14, 17), dtype=int)
    for _ in range(rectangles):  # some with a hole, some across others
        top, left = rng.integers(0, 9), rng.integers(0, 11)
        height, width = rng.integers(1, 7, 2)
        image[top : top + height, left : left + width] = 1
        if rng.random() < 0.5:
            image[top + 1 : top + height - 1, left + 1 : left + width - 1] = 0
    noise = (rng.random((14, 17)) < 0.5).astype(int)
    for phase, connectivity in itertools.product((image, noise), (4, 8)):
        chi = euler_number(torch.from_numpy(phase).double(), connectivity)
        assert float(chi) == components_less_holes(phase, connectivity)
    edges = np.abs(np.diff(np.pad(noise, 1), axis=0)).sum() + np.abs(np.diff(np.pad(noise, 1), axis=1)).sum()
    assert float(perimeter(torch.from_numpy(noise).double())) == edges


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 9999), shift=st.tuples(st.integers(0, 5), st.integers(0, 6)))
def test_periodic_functionals_do_not_see_shifts_and_hold_duality(seed: int, shift: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(2, 6, 7, generator=generator, dtype=torch.float64)
    moved = torch.roll(x, shift, (-2, -1))
    torch.testing.assert_close(perimeter(moved, periodic=True), perimeter(x, periodic=True))
    torch.testing.assert_close(perimeter(1 - x, periodic=True), perimeter(x, periodic=True))
    for connectivity in (4, 8):
        chi = euler_number(x, connectivity, periodic=True)
        torch.testing.assert_close(euler_number(moved, connectivity, periodic=True), chi)
        # on a torus the two phases, in opposite connectivities, have opposite Euler numbers
        torch.testing.assert_close(euler_number(1 - x, 12 - connectivity, periodic=True), -chi)


@pytest.mark.parametrize("periodic", [True, False])
def test_soft_phases_give_expectations(periodic: bool) -> None:
    """Over all 2^6 images of 2 x 3 pixels, each weighted by its probability."""
    p = torch.rand(2, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    images = torch.tensor(list(itertools.product((0.0, 1.0), repeat=6)), dtype=torch.float64).reshape(
        -1, 2, 3
    )
    weights = (images * p + (1 - images) * (1 - p)).prod(-1).prod(-1)
    for function in (
        area,
        lambda x: perimeter(x, periodic),
        lambda x: euler_number(x, 4, periodic),
        lambda x: euler_number(x, 8, periodic),
    ):
        torch.testing.assert_close(function(p), (weights * function(images)).sum())


@pytest.mark.parametrize("periodic", [True, False])
def test_gradients(periodic: bool) -> None:
    x = torch.rand(1, 3, 3, dtype=torch.float64, requires_grad=True)
    for function in (
        area,
        lambda x: perimeter(x, periodic),
        lambda x: euler_number(x, 4, periodic),
        lambda x: euler_number(x, 8, periodic),
    ):
        assert torch.autograd.gradcheck(function, (x,))


def test_what_minkowski_refuses() -> None:
    x = torch.ones(2, 1, 4)
    with pytest.raises(ValueError, match="connectivity must be 4 or 8, got 6"):
        euler_number(x, 6)
    with pytest.raises(ValueError, match=r"image needs at least 2 px per side, got shape \(2, 1, 4\)"):
        perimeter(x, periodic=True)
    with pytest.raises(ValueError, match=r"expected a tensor of floats, got torch.int64"):
        area(x.long())
