"""Errors over a set: against direct sums in float64, and what the trivial answers are."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines, reference_autocorrelation

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.reconstruction_errors import constant_errors, mean_image, set_errors

SIDE = 32
IMAGES = drawn_lines(150, SIDE, seed=6).images  # more than is transformed at a time
OTHERS = drawn_lines(40, SIDE, seed=7).images


def paled(images: torch.Tensor) -> torch.Tensor:
    return 0.1 + 0.7 * images.float().roll(1, dims=2)


def direct(images: torch.Tensor, answers: torch.Tensor) -> dict[str, np.ndarray]:
    pixels = (images.double() - answers.double()).square().mean((1, 2))
    lags = reference_autocorrelation(images) - reference_autocorrelation(answers)
    return {"images": pixels.numpy(), "statistics": lags.square().mean((1, 2)).numpy()}


def test_errors_are_the_direct_means() -> None:
    errors = set_errors(paled, [IMAGES], SIDE)
    expected = direct(IMAGES, paled(IMAGES))
    assert set(errors) == {"images", "statistics"}
    for space, values in errors.items():
        assert values.dtype == np.float64
        np.testing.assert_allclose(values, expected[space], rtol=1e-4)


def test_a_function_that_gives_the_blocks_does_as_well() -> None:
    errors = [set_errors(paled, blocks, SIDE) for blocks in ([IMAGES], lambda: iter([IMAGES]))]
    for space in errors[0]:
        assert np.array_equal(errors[0][space], errors[1][space])


@settings(deadline=None, max_examples=8)
@given(st.lists(st.integers(1, 149), max_size=4, unique=True))
def test_how_the_set_is_cut_does_not_matter(places: list[int]) -> None:
    blocks = list(torch.tensor_split(IMAGES, sorted(places)))
    np.testing.assert_allclose(
        set_errors(paled, blocks, SIDE)["statistics"],
        set_errors(paled, [IMAGES], SIDE)["statistics"],
        rtol=1e-5,
    )


def test_a_shifted_image_has_an_error_in_data_space_alone() -> None:
    errors = set_errors(lambda images: images.roll((5, 9), dims=(1, 2)), [IMAGES], SIDE)
    assert (errors["images"] > 0.01).all()
    assert errors["statistics"].max() < 1e-12
    same = set_errors(lambda images: images, [IMAGES], SIDE)
    assert not same["images"].any()
    assert not same["statistics"].any()


def test_mean_image_is_the_mean() -> None:
    mean = mean_image([IMAGES[:100], IMAGES[100:]], SIDE)
    assert mean.dtype == torch.float32
    torch.testing.assert_close(mean, IMAGES.double().mean(0).float())


def test_constant_errors_are_those_to_the_training_means() -> None:
    errors = constant_errors([IMAGES], [OTHERS], SIDE)
    correlations = reference_autocorrelation(OTHERS) - reference_autocorrelation(IMAGES).mean(0)
    expected = {
        "images": (OTHERS.double() - IMAGES.double().mean(0)).square().mean((1, 2)),
        "statistics": correlations.square().mean((1, 2)),
    }
    for space, values in errors.items():
        np.testing.assert_allclose(values, expected[space].numpy(), rtol=1e-4)


def test_no_constant_is_better_than_the_mean() -> None:
    means = constant_errors([IMAGES], [IMAGES], SIDE)
    still = mean_image([IMAGES], SIDE)
    for shift in (-0.1, 0.02, 0.1):
        other = set_errors(lambda x, by=shift: (still + by).expand(len(x), -1, -1), [IMAGES], SIDE)
        assert other["images"].mean() > means["images"].mean()
        assert other["statistics"].mean() > means["statistics"].mean()


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([], "the set of images to compare with is empty"),
        ([IMAGES[:, :16, :16]], "expected images 32 pixels wide"),
    ],
)
def test_bad_sets(blocks: list[torch.Tensor], message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        set_errors(paled, blocks, SIDE)
    with pytest.raises(ArtifactError, match=message):
        constant_errors(blocks, [IMAGES], SIDE)
    with pytest.raises(ArtifactError, match=message):
        constant_errors([IMAGES], blocks, SIDE)
    with pytest.raises(ArtifactError, match=message):
        mean_image(blocks, SIDE)
