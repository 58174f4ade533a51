"""Neighbours in a latent space: distances, votes, other sites, and the choice of their number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestNeighbors

from latentlab.studies.landcover.latent_space.neighbours import (
    Neighbours,
    balanced_accuracy,
    between_sites,
    counted_classes,
    nearest,
    vote,
)

Factors = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    return np.random.default_rng(0).normal(1e3, 1.0, (700, 6)).astype(np.float32)  # more than one block


def test_nearest_points_are_those_of_scikit_learn(points: np.ndarray) -> None:
    expected = (
        NearestNeighbors(n_neighbors=7).fit(points[:300].astype(float)).kneighbors(points.astype(float))
    )
    assert np.array_equal(nearest(points, points[:300], 7), expected[1])


def test_points_apart_are_no_neighbours(points: np.ndarray) -> None:
    sites = np.arange(700) % 3
    found = nearest(points, points, 5, sites[:, None] == sites)
    assert (sites[found] != sites[:, None]).all()


def test_too_many_neighbours_are_refused(points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="5 neighbours asked for, and a point has only 4 to choose from"):
        nearest(points, points[:4], 5)


def test_of_equally_many_votes_the_nearer_ones_win() -> None:
    classes = np.array([0, 1, 1, 0])
    assert vote(classes, np.array([[1, 0, 2, 3], [0, 1, 3, 2]]), 4).tolist() == [1, 0]
    assert vote(classes, np.array([[0, 1, 2, 3]]), 3).tolist() == [1]


def test_one_neighbour_votes_as_in_scikit_learn(points: np.ndarray) -> None:
    classes = np.random.default_rng(1).integers(0, 4, 300)
    found = vote(classes, nearest(points, points[:300], 1), 1)
    known = KNeighborsClassifier(1).fit(points[:300].astype(float), classes)
    assert np.array_equal(found, known.predict(points.astype(float)))


def test_a_class_is_never_told_by_its_own_site() -> None:
    sites = np.repeat(np.arange(4), 20)
    points = np.eye(4)[sites] + np.random.default_rng(0).normal(0, 0.01, (80, 4))
    assert not (between_sites(points, sites, sites, (1,))[1] == sites).any()


def test_even_votes_do_not_favour_what_is_rare_at_the_own_site() -> None:
    random = np.random.default_rng(3)
    sites = np.repeat(np.arange(4), 300)
    city, points = sites % 2, random.normal(size=(1200, 2))
    plain = balanced_accuracy(city, between_sites(points, city, sites, (15,))[15])
    even = balanced_accuracy(city, between_sites(points, city, sites, (15,), even=True)[15])
    assert plain < 0.3  # two sites of the other city against one of the own
    assert even == pytest.approx(0.5, abs=0.05)


def test_one_site_alone_has_no_neighbours_of_others(points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least two sites, found one"):
        between_sites(points, np.zeros(700, int), np.zeros(700, int))


def test_separate_classes_are_told_and_settings_come_from_training_tiles(
    train_factors: Factors, test_factors: Factors
) -> None:
    train, test = (np.eye(5)[each["dominant"]] for each in (train_factors, test_factors))
    neighbours = Neighbours.find(train, train_factors["site"], test)
    assert np.array_equal(neighbours.classify(train_factors["dominant"]), test_factors["dominant"])


def test_means_over_neighbours_are_those_of_scikit_learn(
    train_factors: Factors, latents_holding: Callable[[Factors], np.ndarray], test_factors: Factors
) -> None:
    train, test = latents_holding(train_factors), latents_holding(test_factors)
    values = train_factors["direction"]
    found = Neighbours.find(train, train_factors["site"], test).regress(values)
    candidates = [KNeighborsRegressor(k).fit(train, values).predict(test) for k in (1, 3, 5, 9, 15, 25)]
    assert any(np.allclose(found, each) for each in candidates)
    r2 = 1 - np.square(found - test_factors["direction"]).sum() / np.square(test_factors["direction"]).sum()
    assert r2 > 0.5


def test_unknown_values_do_not_spread(train_factors: Factors, latents_holding: Callable) -> None:
    train = latents_holding(train_factors)
    values = np.where(np.arange(len(train)) % 3, 2.5, np.nan)[:, None]
    assert Neighbours.find(train, train_factors["site"], train).regress(values) == pytest.approx(2.5)


def test_rare_classes_are_not_counted() -> None:
    classes = np.repeat([0, 1, 2], [50, 12, 3])
    assert counted_classes(classes).tolist() == [0, 1]
    assert counted_classes(np.array([2, 4])).tolist() == [2, 4]
    assert balanced_accuracy(classes, np.zeros(65, int)) == 0.5
