"""Images from autocorrelations alone: lines come back, up to what an autocorrelation does not tell."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.alignment import align
from latentlab.studies.lines.evaluation.line_counts import count_lines
from latentlab.studies.lines.evaluation.orientation import orientation
from latentlab.studies.lines.evaluation.phase_retrieval import retrieve_images
from latentlab.studies.lines.line_statistics import line_autocorrelation


def test_lines_come_back() -> None:
    drawn = drawn_lines(16, 64, seed=11)
    found, residual = retrieve_images(line_autocorrelation(drawn.images), seed=1)
    assert found.dtype == torch.uint8
    assert residual.max() < 1e-6  # all solved, with this seed
    truth = count_lines(drawn.images, periodic=True)
    np.testing.assert_array_equal(count_lines(found, periodic=True), truth)
    np.testing.assert_array_equal(orientation(found).numpy(), drawn.orientations)
    assert align(found, drawn.images).mse.max() == 0.0


def test_the_residual_is_that_of_the_images_given() -> None:
    given_ = line_autocorrelation(drawn_lines(4, 32, seed=12).images).double()
    found, residual = retrieve_images(given_, seed=2, iterations=5, restarts=1)
    difference = (line_autocorrelation(found.double()) - given_).square().mean((1, 2))
    torch.testing.assert_close(residual, difference / given_.var((1, 2), correction=0))
    assert residual.max() > 1e-3  # five iterations do not solve it


def test_more_starts_are_never_worse() -> None:
    given_ = line_autocorrelation(drawn_lines(6, 32, seed=13).images)
    residuals = [retrieve_images(given_, seed=3, iterations=10, restarts=n).residual for n in (1, 2, 4)]
    assert bool((residuals[1] <= residuals[0]).all())
    assert bool((residuals[2] <= residuals[1]).all())
    assert bool((residuals[2] < residuals[0]).any())


def test_the_seed_decides() -> None:
    given_ = line_autocorrelation(drawn_lines(3, 32, seed=14).images)
    first, again, other = (retrieve_images(given_, seed=seed).images for seed in (4, 4, 5))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)  # shifted or turned at least
    assert torch.equal(retrieve_images(given_[:2], seed=4).images, first[:2])  # whatever else is retrieved


def test_an_autocorrelation_without_an_image_gives_the_best_met() -> None:
    images = drawn_lines(30, 32, seed=15).images
    mean = line_autocorrelation(images).mean(0, keepdim=True)
    found, residual = retrieve_images(mean, seed=6, iterations=50, restarts=2)
    assert 1e-6 < float(residual) < 1
    assert 0 < int((found == 0).sum()) < 32 * 32


def test_bad_autocorrelations_are_refused() -> None:
    with pytest.raises(ArtifactError, match="without lines"):
        retrieve_images(line_autocorrelation(torch.ones(1, 16, 16)), seed=1)
    with pytest.raises(ArtifactError, match="not finite"):
        retrieve_images(torch.full((1, 8, 8), float("nan")), seed=1)
    with pytest.raises(ValueError, match=r"\(n, side, side\), found \(8, 8\)"):
        retrieve_images(torch.ones(8, 8), seed=1)
