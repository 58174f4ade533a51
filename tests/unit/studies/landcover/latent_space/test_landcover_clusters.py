"""Clusters of latents against scikit-learn's k-means, Rand index and silhouettes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from latentlab.studies.landcover.latent_space.clusters import k_means, rand_index, silhouettes


def counts(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    found = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(found, (rows, columns), 1)
    return found


def squares(points: np.ndarray, clusters: np.ndarray) -> float:
    return sum(
        np.square(points[clusters == each] - points[clusters == each].mean(0)).sum() for each in set(clusters)
    )


def test_separate_groups_are_found() -> None:
    truth = np.repeat(np.arange(5), 40)
    points = 10 * np.eye(5)[truth] + np.random.default_rng(0).normal(size=(200, 5))
    assert rand_index(counts(k_means(points, 5, 1), truth)) == 1.0


def test_clusters_are_as_tight_as_those_of_scikit_learn() -> None:
    points = np.random.default_rng(1).normal(size=(400, 6))
    own = squares(points, k_means(points, 5, 3))
    assert own < 1.02 * KMeans(5, n_init=20, random_state=0).fit(points).inertia_
    assert np.array_equal(k_means(points, 5, 3), k_means(points, 5, 3))


def test_equal_points_and_too_few_points() -> None:
    assert len(set(k_means(np.ones((20, 3)), 5, 0))) == 1
    with pytest.raises(ValueError, match="5 clusters need as many points, found 4"):
        k_means(np.ones((4, 3)), 5, 0)


def test_rand_index_is_that_of_scikit_learn_for_many_at_once() -> None:
    random = np.random.default_rng(2)
    pairs = [(random.integers(0, 4, 80), random.integers(0, 3, 80)) for _ in range(4)]
    pairs.append((np.repeat([0, 1, 3], [30, 30, 20]), np.repeat([2, 1, 0], [30, 30, 20])))
    stacked = np.stack(
        [np.pad(each := counts(*pair), [(0, 4 - len(each)), (0, 3 - each.shape[1])]) for pair in pairs]
    )
    assert rand_index(stacked) == pytest.approx([adjusted_rand_score(*pair) for pair in pairs])
    assert rand_index(np.array([[80.0, 0.0]])) == 1.0


def test_silhouettes_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(3)
    points, classes = random.normal(50, 1, (600, 4)), random.integers(0, 3, 600)
    classes[0] = 7  # the only one of its class
    points[classes == 1] += 1
    assert silhouettes(points, classes) == pytest.approx(silhouette_samples(points, classes))


def test_equal_points_have_no_silhouette_and_one_class_is_refused() -> None:
    assert not silhouettes(np.ones((6, 2)), np.array([0, 0, 0, 1, 1, 1])).any()
    with pytest.raises(ValueError, match="at least two classes, found one"):
        silhouettes(np.ones((6, 2)), np.zeros(6, int))
