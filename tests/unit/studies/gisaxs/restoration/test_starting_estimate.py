"""The starting estimate: constants, slopes, gaps, noise, exposure."""

import numpy as np
import pytest
import torch
from restoration_settings import hill

from latentlab.studies.gisaxs.restoration.starting_estimate import LEAST, across_gaps, starting_estimate


def estimate(counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
    images = torch.from_numpy(counts.astype(np.float32))[None, None]
    return starting_estimate(images, torch.from_numpy(mask)[None, None])[0, 0].exp().numpy()


def gaps(side: int) -> np.ndarray:
    mask = np.zeros((side, side), dtype=bool)
    mask[20:26] = True
    mask[:, 40:43] = True
    return mask


def test_a_constant_stays_constant_in_gaps_and_at_the_border() -> None:
    found = estimate(np.full((70, 61), 20.0), gaps(70)[:, :61])
    np.testing.assert_allclose(found, 20.0, rtol=1e-4)


def test_noise_of_a_constant_is_removed_nearly_as_by_the_mean() -> None:
    rng = np.random.default_rng(0)
    counts = rng.poisson(0.5, (96, 96))
    error = np.log10(estimate(counts, gaps(96)) / 0.5)
    assert np.sqrt((error**2).mean()) < 0.03  # smoothing over 25 pixels would give 0.12


def test_smooth_intensities_with_many_photons_come_back() -> None:
    true = 1e5 * hill(96)
    counts = np.random.default_rng(1).poisson(true)
    error, inside = np.log10(estimate(counts, gaps(96)) / true), gaps(96)
    bright = true > 100
    assert np.sqrt((error[~inside & bright] ** 2).mean()) < 0.5 * np.sqrt((0.434**2 / true[bright]).mean())
    assert np.sqrt((error[inside & bright] ** 2).mean()) < 0.03


def test_masked_counts_are_not_used() -> None:
    counts, mask = np.random.default_rng(2).poisson(5 * hill(64)), gaps(64)
    other = np.where(mask, 1e6, counts)
    np.testing.assert_array_equal(estimate(counts, mask), estimate(other, mask))


def test_an_image_without_measured_photons_gets_the_least() -> None:
    empty = estimate(np.zeros((20, 20)), np.zeros((20, 20), dtype=bool))
    assert (empty > 0).all()
    assert empty.max() < 1e-2
    masked = estimate(np.ones((20, 20)), np.ones((20, 20), dtype=bool))
    np.testing.assert_allclose(masked, LEAST, rtol=1e-3)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_plane_is_interpolated_exactly_across_a_gap(axis: int) -> None:
    plane = torch.arange(30.0).view(-1, 1).expand(30, 30)
    plane = (plane if axis == 0 else plane.T)[None, None]
    mask = torch.zeros_like(plane, dtype=torch.bool)
    mask[..., 10:15, :] = axis == 0
    mask[..., :, 10:15] |= axis == 1
    torch.testing.assert_close(across_gaps(torch.where(mask, -99.0, plane), mask), plane)


def test_across_gaps_changes_no_measured_pixel_and_needs_an_end() -> None:
    image, mask = torch.rand(1, 1, 12, 12), torch.rand(1, 1, 12, 12) < 0.4
    filled = across_gaps(image, mask)
    assert torch.equal(filled[~mask], image[~mask])
    everything = torch.ones_like(mask)
    assert torch.equal(across_gaps(image, everything), image)
