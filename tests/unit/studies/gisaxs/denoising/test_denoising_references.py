"""What needs no network: the nearest training pattern, and gaps interpolated in the noisy input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from latentlab.studies.gisaxs.denoising.metric_names import REFERENCES
from latentlab.studies.gisaxs.denoising.references import nearest_patterns, reference_images


@pytest.fixture
def known(make_patterns: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
    patterns = make_patterns(20, 4)
    return patterns.images.numpy(), patterns.gaps.numpy()


def test_the_nearest_pattern_is_found_in_spite_of_noise_and_gaps(
    known: tuple[np.ndarray, np.ndarray],
) -> None:
    """An added constant, lost pixels and intensity 0 in the gaps; two of the twenty are very much alike."""
    images, gaps = known
    generator = np.random.default_rng(0)
    measured = np.where(generator.random(images.shape) < 0.7, images, 0).astype(np.float32)
    measured[:10] = images[:10] + np.float32(0.05)
    measured[:, gaps] = 0
    order = generator.permutation(20)
    found = nearest_patterns(measured[order], images, gaps)
    assert (found == images[order]).all(axis=(1, 2)).sum() >= 19


def test_what_stands_in_the_gaps_does_not_matter(known: tuple[np.ndarray, np.ndarray]) -> None:
    images, gaps = known
    measured = images.copy()
    measured[:, gaps] = 1e6
    np.testing.assert_array_equal(nearest_patterns(measured, images, gaps), images)


def test_the_references_are_those_that_are_named(known: tuple[np.ndarray, np.ndarray]) -> None:
    images, gaps = known
    measured = np.where(gaps, np.float32(0), images[:3])
    found = reference_images(measured, images, gaps)
    assert set(found) == set(REFERENCES)
    assert found["noisy_input"] is measured
    np.testing.assert_array_equal(found["interpolated_input"][:, ~gaps], measured[:, ~gaps])
    assert (found["interpolated_input"][:, gaps] > 0).all()
