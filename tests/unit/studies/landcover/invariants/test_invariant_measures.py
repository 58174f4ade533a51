"""How far latents move, whether the angle follows the streets, and the gain over the control."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.landcover.invariants.gains import gain
from latentlab.studies.landcover.invariants.measures import angle_follows, kept, moved
from latentlab.studies.landcover.latent_space.statistics import SiteStatistic, accuracy, met

RANDOM = np.random.default_rng(3)


def test_moved_is_0_for_the_same_and_1_for_any_other_tile() -> None:
    latents = RANDOM.normal(size=(2000, 5)) * [1, 2, 3, 4, 5] + 7
    assert moved(latents, latents) == 0
    assert moved(latents, RANDOM.permutation(latents)) == pytest.approx(1, abs=0.05)
    some = np.arange(0, 2000, 3)
    assert moved(latents, latents[some], some) == 0
    assert moved(10 * latents, 10 * latents + 1) == pytest.approx(moved(latents, latents + 0.1))


def test_latents_that_tell_nothing_have_no_step() -> None:
    assert np.isnan(moved(np.ones((9, 2)), np.ones((9, 2))))


def test_kept_is_a_share() -> None:
    assert kept(np.array([0, 1, 2, 2]), np.array([0, 2, 2, 2])) == 0.75


def test_an_angle_that_follows_is_told_from_one_that_does_not() -> None:
    angle = RANDOM.uniform(-np.pi, np.pi, 400)
    direction = np.zeros((400, 4))
    direction[:, 2], direction[:, 3] = np.cos(4 * angle), np.sin(4 * angle)
    turns = angle + 0.3 + np.pi / 2 * RANDOM.integers(4, size=400)  # known modulo 90 degrees
    value, null = angle_follows(turns, direction, seed=1)
    assert value == pytest.approx(1)
    assert 0 < null < 0.2
    assert abs(angle_follows(RANDOM.uniform(-np.pi, np.pi, 400), direction, seed=1)[0]) < 0.25
    assert angle_follows(-angle, direction, seed=1)[0] == pytest.approx(-1)


def test_tiles_without_a_direction_do_not_count() -> None:
    angle = RANDOM.uniform(-np.pi, np.pi, 400)
    direction = np.zeros((400, 4))
    direction[:, 2], direction[:, 3] = np.cos(4 * angle), np.sin(4 * angle)
    direction[::2] *= 0.01
    found = angle.copy()
    found[::2] = RANDOM.uniform(-np.pi, np.pi, 200)
    assert angle_follows(found, direction, seed=1)[0] == pytest.approx(1)


def statistic(right: np.ndarray, sites: np.ndarray) -> list[SiteStatistic]:
    return [SiteStatistic(met(sites, np.zeros(len(right), int), 1 - right.astype(int), (2, 2)), accuracy)]


def test_a_gain_is_paired_by_site() -> None:
    sites = np.repeat(np.arange(8), 64)
    hard = np.linspace(0.2, 0.9, 8)[sites]  # sites differ far more than the models
    control = [statistic(RANDOM.random(512) < hard, sites) for _ in range(3)]
    better = [statistic(RANDOM.random(512) < hard + 0.1, sites) for _ in range(3)]
    value, low, high = gain(better, control, seed=0)
    assert 0 < low < value < high < 0.2
    value, low, high = gain(control[::-1], control, seed=0)
    assert value == pytest.approx(0)
    assert low < 0 < high
    assert gain(better, control, seed=0) == gain(better, control, seed=0)
