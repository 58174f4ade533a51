"""Nearest images of a set, against brute force in float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines, reference_autocorrelation

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.image_sets import image_slices, image_vectors
from latentlab.studies.lines.evaluation.neighbours import nearest


def brute_force(queries: torch.Tensor, others: torch.Tensor, space: str) -> torch.Tensor:
    """MSE per pixel of all pairs."""
    if space == "statistics":
        queries, others = reference_autocorrelation(queries), reference_autocorrelation(others)
    return (queries.double()[:, None] - others.double()[None]).square().mean((2, 3))


def grey(images: torch.Tensor, seed: int, noise: float = 0.1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return (images + noise * torch.randn(images.shape, generator=generator)).clamp(0, 1)


@pytest.mark.parametrize("space", ["images", "statistics"])
@pytest.mark.parametrize("block", [1, 13, 100])
def test_nearest_is_brute_forces(space: str, block: int) -> None:
    queries, others = grey(drawn_lines(9, 32, seed=1).images, seed=1), drawn_lines(70, 32, seed=2).images
    index, mse = nearest(queries, others.split(30), space, block=block)
    expected = brute_force(queries, others, space)
    np.testing.assert_array_equal(index, expected.argmin(1).numpy())
    np.testing.assert_allclose(mse, expected.amin(1).numpy(), rtol=1e-9)
    assert index.dtype == np.int64
    assert len(set(index)) > 3


@given(seed=st.integers(0, 1000), noise=st.floats(0, 0.5), block=st.integers(1, 40))
@settings(max_examples=15, deadline=None)
def test_any_images_in_any_blocks(seed: int, noise: float, block: int) -> None:
    rng = np.random.default_rng([seed])
    others = torch.from_numpy(rng.integers(0, 2, (30, 5, 5)).astype(np.uint8))
    queries = grey(others[rng.integers(0, 30, 6)], seed, noise)
    for space in ("images", "statistics"):
        _, mse = nearest(queries, [others], space, block)
        expected = brute_force(queries, others, space).amin(1).numpy()
        np.testing.assert_allclose(mse, expected, rtol=1e-9, atol=1e-20)


def test_of_equal_distances_the_first_wins_and_copies_have_none() -> None:
    others = drawn_lines(20, 32, seed=3).images
    repeated = torch.cat([others, others.flip(0), others])
    queries = others[[4, 17, 0]]
    for block in (7, 60):
        index, mse = nearest(queries, [repeated], "images", block)
        first = [int((repeated == query).all(2).all(1).nonzero()[0]) for query in queries]
        assert index.tolist() == first
        assert mse.tolist() == [0.0, 0.0, 0.0]
    black = torch.zeros(1, 32, 32)
    fewest = others.double().mean((1, 2))
    index, _ = nearest(black, lambda: iter(repeated.split(11)), "images")
    assert index.tolist() == [int(fewest.argmin())]


def test_statistics_do_not_see_shifts() -> None:
    others = drawn_lines(25, 32, seed=4).images
    queries = others.roll((5, 11), dims=(1, 2))
    index, mse = nearest(queries, [others, others], "statistics")
    expected = brute_force(queries, others, "statistics")
    first = (expected < 1e-20).int().argmax(1)
    np.testing.assert_array_equal(index, first.numpy())
    assert mse.tolist() == [0.0] * 25
    assert (nearest(queries, [others], "images").mse > 0).all()


def test_small_differences_survive_float32() -> None:
    """Neighbours that differ in the tenth digit of the squared norms: float32 alone cannot tell them."""
    base = torch.full((1, 64, 64), 0.5)
    others = base.repeat(50, 1, 1)
    others[:, 0, 0] += torch.linspace(1e-3, 2e-3, 50).flip(0)
    others[31, 0, 0] = 0.5 + 0.9e-3
    far = torch.zeros(3, 64, 64)  # moves the mean, about which distances are taken
    index, mse = nearest(torch.cat([base, far]), [others], "images")
    assert index[0] == 31
    assert mse[0] == pytest.approx(0.9e-3**2 / 64**2, rel=1e-4)


def test_vectors_have_the_mean_squared_error_as_distance() -> None:
    a, b = grey(drawn_lines(2, 33, seed=5).images, seed=2).double()
    for space in ("images", "statistics"):
        vectors = image_vectors(torch.stack([a, b]), space, torch.float64)
        distance = float((vectors[0] - vectors[1]).square().sum())
        assert distance == pytest.approx(float(brute_force(a[None], b[None], space)), rel=1e-10)
    with pytest.raises(ValueError, match='"images" or "statistics" for the space, found \'pixels\''):
        image_vectors(a[None], "pixels")


def test_slices_are_cut_but_in_order() -> None:
    images = drawn_lines(10, 16, seed=6).images
    slices = list(image_slices([images[:7], images[7:]], 16, 3))
    assert [len(part) for part in slices] == [3, 3, 1, 3]
    torch.testing.assert_close(torch.cat(slices), images)
    with pytest.raises(ValueError, match="at least 1 image a slice"):
        next(image_slices([images], 16, 0))


def test_bad_sets_and_queries_are_refused() -> None:
    images = drawn_lines(2, 16, seed=7).images
    with pytest.raises(ArtifactError, match="to compare with is empty"):
        nearest(images, [])
    with pytest.raises(ArtifactError, match="expected images 16 pixels wide, found 8"):
        nearest(images, [images[:, :8, :8]])
    with pytest.raises(ArtifactError, match="there are no queries"):
        nearest(images[:0], [images])
    with pytest.raises(ArtifactError, match="the images hold pixels that are not finite"):
        nearest(images, [torch.full((1, 16, 16), float("nan"))])
    with pytest.raises(ValueError, match=r"uint8 or float, found torch\.int64"):
        nearest(images.long(), [images])
