"""Statistics that are sums over sites, against scikit-learn's; intervals by drawing sites."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, r2_score

from latentlab.studies.landcover.latent_space.statistics import (
    SiteStatistic,
    accuracy,
    balanced,
    cluster_moments,
    explained,
    informedness,
    met,
    moments,
    over_sites,
    r_squared,
)

SITES = np.repeat(np.arange(8), 25)


@pytest.fixture(scope="module")
def answers() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    truth = random.integers(0, 4, 200)
    return truth, np.where(random.uniform(size=200) < 0.6, truth, random.integers(0, 4, 200))


def test_accuracies_are_those_of_scikit_learn(answers: tuple[np.ndarray, np.ndarray]) -> None:
    truth, found = answers
    counts = met(SITES, truth, found, (5, 5)).sum(axis=0)
    assert accuracy(counts) == pytest.approx((truth == found).mean())
    assert balanced(counts, np.arange(4)) == pytest.approx(balanced_accuracy_score(truth, found))
    assert balanced(counts, np.array([1])) == pytest.approx((found[truth == 1] == 1).mean())


def test_one_answer_for_all_is_worth_nothing(answers: tuple[np.ndarray, np.ndarray]) -> None:
    counts = met(SITES, answers[0], np.full(200, 2), (5, 5)).sum(axis=0)
    assert balanced(counts, np.arange(4)) == pytest.approx(0.25)
    assert [informedness(counts, place) for place in range(4)] == pytest.approx([0.0] * 4)
    assert np.isnan(informedness(counts, 4))  # a class that is nowhere


def test_a_class_that_is_found_each_time_and_no_other_tile_with_it(answers: tuple) -> None:
    counts = met(SITES, answers[0], answers[0], (5, 5)).sum(axis=0)
    assert informedness(counts, 3) == 1.0


def test_r_squared_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    truth = random.normal(5, [1, 4], (200, 2))
    said = truth + random.normal(size=(200, 2))
    known = truth.copy()
    known[::5] = np.nan
    expected = r2_score(truth, said, multioutput="variance_weighted")
    assert r_squared(moments(SITES, truth, said).sum(axis=0)) == pytest.approx(expected)
    kept = np.arange(200) % 5 > 0
    expected = r2_score(truth[kept], said[kept], multioutput="variance_weighted")
    assert r_squared(moments(SITES, known, said).sum(axis=0)) == pytest.approx(expected)
    constant = np.full((200, 1), 1 / 3)
    assert np.isnan(r_squared(moments(SITES, constant, said[:, :1]).sum(axis=0)))


def test_what_clusters_explain_is_between_their_means() -> None:
    random = np.random.default_rng(3)
    clusters, values = random.integers(0, 5, 200), random.normal(3, 1, (200, 4))
    values += np.eye(5)[clusters][:, :4]
    within = sum(np.square(values[clusters == k] - values[clusters == k].mean(0)).sum() for k in range(5))
    whole = np.square(values - values.mean(0)).sum()
    assert explained(cluster_moments(SITES, clusters, 5, values).sum(axis=0)) == pytest.approx(
        1 - within / whole
    )
    assert explained(cluster_moments(SITES, clusters, 5, np.eye(5)[clusters]).sum(axis=0)) == pytest.approx(1)
    assert np.isnan(explained(cluster_moments(SITES, clusters, 5, np.ones((200, 2))).sum(axis=0)))


def test_sites_that_are_alike_leave_no_doubt() -> None:
    counts = np.tile([[8.0, 2.0], [1.0, 9.0]], (6, 1, 1))
    assert SiteStatistic(counts, accuracy).interval(0) == pytest.approx((0.85, 0.85))


def test_an_interval_is_that_of_sites_not_of_tiles() -> None:
    right = np.repeat([1, 1, 1, 0, 1, 0, 0, 1], 25)  # each site is all right or all wrong
    statistic = SiteStatistic(met(SITES, np.ones(200, int), right, (2, 2)), accuracy)
    low, high = statistic.interval(0)
    assert low < 0.35
    assert high > 0.85
    assert statistic.value == 0.625
    assert statistic.interval(0) == statistic.interval(0)


def test_what_is_not_defined_has_no_interval() -> None:
    statistic = SiteStatistic(np.full((8, 5, 5), np.nan), partial(informedness, place=1))
    assert np.isnan([statistic.value, *statistic.interval(0)]).all()


def test_sums_over_sites() -> None:
    assert over_sites(np.array([3, 1, 3]), np.array([[1.0], [2.0], [4.0]])).tolist() == [[2.0], [5.0]]
