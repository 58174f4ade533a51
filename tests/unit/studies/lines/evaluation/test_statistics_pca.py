"""Principal components of autocorrelations: against the decomposition of the maps themselves."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines, reference_autocorrelation

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.statistics_pca import StatisticsPCA
from latentlab.studies.lines.line_statistics import line_autocorrelation


@pytest.mark.parametrize("side", [16, 17])
def test_components_are_those_of_the_maps(side: int) -> None:
    images = drawn_lines(80, side, seed=1, counts=(1, 2)).images
    pca = StatisticsPCA.fit(images.split(30), side, components=5)
    maps = reference_autocorrelation(images).flatten(1)
    centred = maps - maps.mean(0)
    _, singular, directions = torch.linalg.svd(centred, full_matrices=False)
    shares = (singular.square() / singular.square().sum())[:5]
    np.testing.assert_allclose(pca.explained, shares.numpy(), rtol=1e-3)
    best = maps.mean(0) + centred @ directions[:5].T @ directions[:5]
    decoded = torch.fft.ifftshift(pca.decode(pca.encode(images)), dim=(1, 2))
    assert decoded.shape == (80, side, side)
    errors = [(found - maps).square().sum().sqrt() for found in (decoded.flatten(1), best)]
    assert errors[0] == pytest.approx(float(errors[1]), rel=1e-3)
    torch.testing.assert_close(pca.components @ pca.components.T, torch.eye(5), rtol=0, atol=1e-4)


def test_all_components_lose_nothing() -> None:
    images = drawn_lines(12, 16, seed=2, counts=(1, 2)).images
    pca = StatisticsPCA.fit([images], 16, components=11)
    expected = line_autocorrelation(images)
    torch.testing.assert_close(pca.decode(pca.encode(images)), expected, rtol=1e-4, atol=1e-5)
    assert pca.explained.sum() == pytest.approx(1, abs=1e-4)


def test_codes_do_not_see_shifts() -> None:
    images = drawn_lines(40, 32, seed=3).images
    pca = StatisticsPCA.fit([images], 32)
    codes = pca.encode(images)
    assert codes.shape == (40, 9)
    torch.testing.assert_close(
        pca.encode(images.roll((3, 9), (1, 2))), codes, rtol=0, atol=1e-4 * codes.abs().max().item()
    )


def test_no_more_images_are_taken_than_told() -> None:
    images = drawn_lines(60, 16, seed=4, counts=(1, 2)).images
    few = StatisticsPCA.fit([images[:25], images[25:]], 16, components=3, most=30)
    again = StatisticsPCA.fit([images[:30]], 16, components=3)
    torch.testing.assert_close(few.components, again.components)
    torch.testing.assert_close(few.mean, again.mean)


def test_bad_input_is_refused() -> None:
    images = drawn_lines(10, 16, seed=5, counts=(1, 2)).images
    with pytest.raises(ArtifactError, match="10 principal components need more images than that, found 10"):
        StatisticsPCA.fit([images], 16, components=10)
    with pytest.raises(ArtifactError, match="expected images 32 pixels wide, found 16"):
        StatisticsPCA.fit([images], 32)
    with pytest.raises(ArtifactError, match="expected images 16 pixels wide, found 8"):
        StatisticsPCA.fit([images], 16, components=2).encode(images[:, :8, :8])
