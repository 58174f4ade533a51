"""Scores of clusters: known values, what scikit-learn says, and that chance is recognised."""

import itertools

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from latentlab.studies.gisaxs.clustering.plain_methods import cluster
from latentlab.studies.gisaxs.clustering.scores import (
    ari,
    cells,
    eta_squared,
    nmi,
    permutation_test,
    purity,
    radius_bound,
)

DRAWS = np.random.default_rng(7)


@pytest.fixture
def labels():
    return DRAWS.integers(0, 5, 60)


def test_eta_squared_is_one_of_pure_and_zero_of_equal_means():
    assert eta_squared(np.array([0, 0, 1, 1]), np.array([2.0, 2.0, 5.0, 5.0])) == pytest.approx(1)
    assert eta_squared(np.array([0, 0, 1, 1]), np.array([1.0, 3.0, 1.0, 3.0])) == pytest.approx(0)


def test_eta_squared_is_the_share_between_clusters(labels):
    values = DRAWS.normal(size=60)
    within = sum(((values[labels == k] - values[labels == k].mean()) ** 2).sum() for k in range(5))
    expected = 1 - within / ((values - values.mean()) ** 2).sum()
    assert eta_squared(labels, values) == pytest.approx(expected)


def test_constant_values_have_no_eta_squared(labels):
    assert np.isnan(eta_squared(labels, np.full(60, 0.3)))


@pytest.mark.parametrize(
    ("ours", "reference"), [(ari, adjusted_rand_score), (nmi, normalized_mutual_info_score)]
)
def test_partition_scores_are_those_of_scikit_learn(ours, reference, labels):
    for classes in (DRAWS.integers(0, 3, 60), labels // 2, labels, np.zeros(60, dtype=int)):
        assert ours(labels, classes) == pytest.approx(reference(classes, labels), abs=1e-9)


def test_purity():
    assert purity(np.array([0, 0, 0, 1, 1]), np.array([4, 4, 5, 5, 5])) == pytest.approx(4 / 5)


@pytest.mark.parametrize("score", [eta_squared, purity, ari, nmi])
def test_many_comparisons_at_once_are_the_single_ones(score, labels):
    values = DRAWS.integers(0, 3, (4, 60))
    np.testing.assert_allclose(score(labels, values), [score(labels, row) for row in values])


def test_permutation_test_recognises_chance_and_agreement(labels):
    chance = permutation_test(eta_squared, labels, DRAWS.normal(size=60), 400, seed=1)
    agreement = permutation_test(eta_squared, labels, labels + DRAWS.normal(size=60), 400, seed=1)
    assert chance.p > 0.01
    assert agreement.p == pytest.approx(1 / 401)
    assert chance.null_mean == pytest.approx(4 / 59, abs=0.01)  # (k - 1) / (n - 1)
    assert agreement.observed > agreement.null_high > agreement.null_mean > agreement.null_low


def test_permutation_test_repeats_by_its_seed(labels):
    values = DRAWS.normal(size=60)
    first, second = (permutation_test(eta_squared, labels, values, 50, seed=3) for _ in range(2))
    assert first == second


def test_p_values_of_chance_are_uniform():
    draws = np.random.default_rng(11)
    p = [
        permutation_test(eta_squared, draws.integers(0, 4, 40), draws.normal(size=40), 99, seed).p
        for seed in range(200)
    ]
    assert abs(np.mean(p) - 0.5) < 0.08
    assert abs(np.mean(np.array(p) <= 0.1) - 0.1) < 0.07


def test_cells_split_each_omega_by_its_own_radii():
    parameters = np.array([[r, 0.3, 10.0, w] for w in (0.1, 0.3) for r in (2, 3, 4, 5)], dtype=float)
    assert cells(parameters, 2).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_radius_bound_is_that_of_all_partitions():
    radii = np.array([1.0, 1.2, 2.0, 3.1, 1.1, 1.9, 2.2])
    classes = np.array([0, 0, 0, 0, 1, 1, 1])
    best = max(
        float(eta_squared(np.array(assignment), radii))
        for assignment in itertools.product(range(3), repeat=7)
        if purity(np.array(assignment), classes) == 1
    )
    assert radius_bound(radii, 3, classes) == pytest.approx(best)


def test_nine_pure_clusters_of_the_held_out_distance_stay_below_the_goal():
    radii = np.round(np.arange(2.6, 5.15, 0.1), 1)
    both, omega = np.tile(radii, 2), np.repeat([0, 1], len(radii))
    assert len(radii) == 26
    assert 0.94 < radius_bound(both, 9, omega) < 0.95 < radius_bound(both, 10, omega)
    assert radius_bound(both, 52, omega) == pytest.approx(1)


def test_radius_bound_refuses_fewer_clusters_than_classes():
    with pytest.raises(ValueError, match="1 clusters cannot keep 2 classes apart"):
        radius_bound(np.array([1.0, 2.0]), 1, np.array([0, 1]))


def test_cluster_finds_groups_and_repeats():
    centres = np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    truth = np.repeat([0, 1, 2], 20)
    vectors = centres[truth] + 0.1 * DRAWS.normal(size=(60, 2))
    found = cluster(vectors[::2], vectors[1::2], 3, seed=0)
    assert found.shape == (30,)
    assert ari(found, truth[1::2]) == pytest.approx(1)
    np.testing.assert_array_equal(found, cluster(vectors[::2], vectors[1::2], 3, seed=0))
