"""Images drawn from the prior, and traversals: against decoding by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.unit.studies.lines.evaluation.drawn_lines import reference_autocorrelation
from tests.unit.studies.lines.tiny_lines import LATENT, LinesStudy

from latentlab.studies.lines.evaluation.prior import DEVIATIONS, compare_prior, traversal
from latentlab.studies.lines.vae_file import TrainedVae, load_vae


@pytest.fixture(scope="module")
def trained(lines_study: LinesStudy) -> TrainedVae:
    return load_vae(lines_study.vaes["statistics"])


def test_prior_against_direct_computation(trained: TrainedVae, lines_study: LinesStudy) -> None:
    train, validation = lines_study.splits("lines-1-4")
    held_out = validation.images(0, 6)
    drawn = compare_prior(trained.model, LATENT, held_out, train.blocks, count=8, seed=5)
    latents = torch.randn(8, LATENT, generator=torch.Generator().manual_seed(5))
    assert torch.equal(drawn.images, trained.model.decode(latents))
    for images, fraction, nearest in (
        (drawn.images, drawn.fraction_samples, drawn.nearest_samples),
        (held_out, drawn.fraction_data, drawn.nearest_data),
    ):
        phase = torch.exp(-images.double().square() / (2 * 0.25**2))
        np.testing.assert_allclose(fraction, phase.mean((1, 2)).numpy(), rtol=1e-5)
        here, there = reference_autocorrelation(images), reference_autocorrelation(train.images())
        distances = (here[:, None] - there).square().mean((2, 3)).amin(1)
        np.testing.assert_allclose(nearest, distances.numpy(), rtol=1e-6, atol=1e-20)


def test_training_images_lie_in_the_training_set(trained: TrainedVae, lines_study: LinesStudy) -> None:
    train, _ = lines_study.splits("lines-1-4")
    drawn = compare_prior(trained.model, LATENT, train.images(3, 6), train.blocks, count=2, seed=0)
    assert not drawn.nearest_data.any()
    assert (drawn.nearest_samples > 0).all()


def test_the_seed_decides(trained: TrainedVae, lines_study: LinesStudy) -> None:
    train, validation = lines_study.splits("lines-1-4")
    first, same, other = (
        compare_prior(trained.model, LATENT, validation.images(0, 1), train.blocks, count=3, seed=seed).images
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_traversal_moves_one_latent_at_a_time(trained: TrainedVae) -> None:
    images = traversal(trained.model, LATENT)
    side = trained.record["side"]
    assert images.shape == (LATENT, len(DEVIATIONS), side, side)
    assert images.dtype == torch.float32
    middle = DEVIATIONS.index(0.0)
    at_zero = trained.model.decode(torch.zeros(1, LATENT))[0]
    for number in range(LATENT):
        torch.testing.assert_close(images[number, middle], at_zero)
    moved = torch.zeros(1, LATENT)
    moved[0, 2] = DEVIATIONS[-1]
    torch.testing.assert_close(images[2, -1], trained.model.decode(moved)[0])
    assert not torch.allclose(images[2, -1], images[3, -1])
