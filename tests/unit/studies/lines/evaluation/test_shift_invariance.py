"""Displacement of latents under shifts, of encoders whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.shift_invariance import LatentDisplacement, latent_displacement
from latentlab.studies.lines.line_statistics import line_features


def displacement(encode, images: torch.Tensor, shifts=(0, 1, 7), seed: int = 1) -> LatentDisplacement:
    return latent_displacement(encode, images, shifts, torch.Generator().manual_seed(seed), batch=7)


def test_statistics_are_invariant() -> None:
    result = displacement(line_features, drawn_lines(20, 32, seed=1).images)
    assert result.rows.max() < 1e-5
    assert result.columns.max() < 1e-5
    assert result.shifts.tolist() == [0, 1, 7]
    assert result.spread > 0


def test_pixels_move_as_far_as_another_image() -> None:
    """Of white noise any shift is another image, and no shift none."""
    noise = torch.rand(60, 16, 16, generator=torch.Generator().manual_seed(2))
    result = displacement(lambda images: images.flatten(1), noise)
    for values in (result.rows, result.columns):
        assert values[0] == 0.0
        np.testing.assert_allclose(values[1:], 1.0, atol=0.03)
    spread = torch.cdist(noise.flatten(1).double(), noise.flatten(1).double()).square().sum() / (60 * 59)
    assert result.spread == pytest.approx(math.sqrt(float(spread)), rel=1e-9)


def test_axes_are_told_apart() -> None:
    """The mean of each row moves with shifts of the rows only."""
    images = torch.rand(30, 16, 16, generator=torch.Generator().manual_seed(3))
    result = displacement(lambda images: images.mean(2), images)
    np.testing.assert_allclose(result.columns, 0.0, atol=1e-6)
    assert result.rows[1:].min() > 0.5


def test_a_known_distance() -> None:
    """One dark row at 4 or 8 of 16, the latent its position: a shift by 2 moves it by 2."""
    images = torch.ones(10, 16, 16)
    images[:5, 4], images[5:, 8] = 0, 0
    rows = torch.arange(16.0)
    result = displacement(lambda images: ((1 - images.mean(2)) * rows).sum(1, keepdim=True), images, [2])
    spread = math.sqrt(16 * 2 * 25 / 90)  # 50 of the 90 ordered pairs lie 4 apart
    assert result.spread == pytest.approx(spread)
    assert result.rows[0] == pytest.approx(2 / spread)


def test_both_signs_are_drawn() -> None:
    images = torch.zeros(40, 8, 8)
    images[:, 4, 4] = 1
    images[:20, 4, 4] = 0.5
    seen = []
    displacement(lambda batch: seen.append(batch) or batch.flatten(1), images, [1])
    columns = torch.cat(seen)[80:].flatten(1).argmax(1) % 8
    assert set(columns.tolist()) == {3, 5}


def test_collapsed_latents_have_no_scale() -> None:
    result = displacement(lambda images: torch.ones(len(images), 3), torch.rand(5, 8, 8))
    assert np.isnan(result.rows).all()
    assert np.isnan(result.columns).all()
    assert result.spread == 0.0


def test_bad_encoders_and_sets() -> None:
    images = torch.rand(5, 8, 8)
    with pytest.raises(ArtifactError, match="not finite"):
        displacement(lambda batch: batch.flatten(1) / 0, images)
    with pytest.raises(ValueError, match=r"expected \(5, latents\) of the encoder, found \(5, 8, 8\)"):
        displacement(lambda batch: batch, images)
    with pytest.raises(ArtifactError, match="second image"):
        displacement(lambda batch: batch.flatten(1), images[:1])
