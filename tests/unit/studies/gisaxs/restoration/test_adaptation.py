"""A restorer trained on, on one frame: seeded, on its measured pixels only, and better there."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.restoration.tiny_frames import measured, tiny_restorer

from latentlab.errors import FrameError
from latentlab.studies.gisaxs.restoration.adaptation import DISPERSION, adapted, negative_binomial

WIDTHS = (8, 4)


def test_the_same_seed_gives_the_same_weights_and_the_restorer_is_kept() -> None:
    counts, mask = measured()
    restorer = tiny_restorer()
    before = {name: value.clone() for name, value in restorer.network.state_dict().items()}
    first, second, other = (adapted(restorer, counts, mask, WIDTHS, seed=s, steps=3) for s in (1, 1, 2))
    for name, value in restorer.network.state_dict().items():
        assert torch.equal(value, before[name])
    weights = [torch.cat([p.ravel() for p in one.network.parameters()]) for one in (first, second, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_masked_pixels_are_never_used() -> None:
    counts, mask = measured()
    restorer = tiny_restorer()
    mask[100:120, 20:60] = True
    changed = counts.copy()
    changed[mask] = 10_000
    one, two = (adapted(restorer, image, mask, WIDTHS, seed=1, steps=3) for image in (counts, changed))
    for first, second in zip(one.network.parameters(), two.network.parameters(), strict=True):
        assert torch.equal(first, second)


def test_no_step_changes_nothing_and_some_steps_mend_a_restorer_that_is_too_high() -> None:
    counts, mask = measured()
    restorer = tiny_restorer()
    with torch.no_grad():
        restorer.network.unet.last.bias[0] = 8.0  # standard deviations of the starting estimate
    same = adapted(restorer, counts, mask, WIDTHS, seed=1, steps=0)
    seen = np.where(mask, 0, counts)
    np.testing.assert_array_equal(same(seen, mask).expected, restorer(seen, mask).expected)
    hidden = mask.copy()
    hidden[20:28] = hidden[90:98] = hidden[130:138] = True
    given = np.where(hidden, 0, counts)
    trained = adapted(restorer, given, hidden, WIDTHS, seed=1, steps=50)
    where = hidden & ~mask
    losses = [
        negative_binomial(
            torch.from_numpy(counts[where].astype(np.float32)),
            torch.from_numpy(one(given, hidden).expected[where]),
        ).mean()
        for one in (restorer, trained)
    ]
    assert losses[1] < losses[0] - 0.01


def test_the_deviance_is_that_of_poisson_counts_where_few_are_expected() -> None:
    counts, expected = torch.tensor([0.0, 3.0, 3.0]), torch.tensor([0.1, 3.0, 1.5])
    found = negative_binomial(counts, expected)
    assert found[1].item() == pytest.approx(0, abs=1e-5)
    assert found[0].item() == pytest.approx(0.2, rel=2 / DISPERSION)
    poisson = 2 * (3 * np.log(2) - 1.5)
    assert 0.8 * poisson < found[2].item() < poisson


def test_what_cannot_be_adapted_to_is_refused() -> None:
    counts, mask = measured()
    with pytest.raises(FrameError, match="every pixel is masked"):
        adapted(tiny_restorer(), counts, np.ones_like(mask), WIDTHS, seed=0, steps=1)
    with pytest.raises(ValueError, match="too small to adapt"):
        adapted(tiny_restorer(), counts[:20], mask[:20], WIDTHS, seed=0, steps=1)
