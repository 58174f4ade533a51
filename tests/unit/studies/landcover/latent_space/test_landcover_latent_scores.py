"""All metrics of a latent space on latents of which it is known what they hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from latentlab.errors import LatentlabError
from latentlab.studies.landcover.latent_space.metric_names import JUDGED, SCORES
from latentlab.studies.landcover.latent_space.quantities import QUANTITIES
from latentlab.studies.landcover.latent_space.scores import latent_scores

Factors = dict[str, np.ndarray]
Held = Callable[[Factors], np.ndarray]
LINEAR = [
    name for name in SCORES if name.startswith("probe") or name in ("height_r2", "colour_r2", "direction_r2")
]


def test_what_latents_hold_is_found(
    train_factors: Factors, test_factors: Factors, latents_holding: Held
) -> None:
    found = latent_scores(
        latents_holding(train_factors), train_factors, latents_holding(test_factors), test_factors, 1
    )
    assert set(found.summary) == set(SCORES)
    assert set(found.judged) == set(JUDGED)
    assert min(found.summary[name] for name in LINEAR) > 0.99
    assert found.summary["city_accuracy"] == 1.0
    assert found.summary["knn_balanced"] > 0.4  # by chance 0.2


def test_classes_that_lie_apart_are_clusters(train_factors: Factors, test_factors: Factors) -> None:
    random = np.random.default_rng(0)
    train, test = (
        5 * np.eye(5)[each["dominant"]] + random.normal(0, 0.1, (len(each["dominant"]), 5))
        for each in (train_factors, test_factors)
    )
    found = latent_scores(train, train_factors, test, test_factors, 1).summary
    assert found["kmeans_ari"] == found["knn_balanced"] == found["knn_informedness_water"] == 1.0
    assert found["silhouette"] > 0.9
    assert found["direction_r2"] < 0.1
    assert found["direction_knn_r2"] < 0.1


def test_noise_holds_nothing(train_factors: Factors, test_factors: Factors) -> None:
    random = np.random.default_rng(4)
    train, test = (random.normal(size=(len(each["site"]), 10)) for each in (train_factors, test_factors))
    found = latent_scores(train, train_factors, test, test_factors, 1).summary
    for name, value in found.items():
        trivial = QUANTITIES[name].trivial
        chance = {"knn_balanced": 0.2, "knn_accuracy": 0.2, "city_accuracy": 0.5}.get(name, 0.0)
        assert trivial is not None, name
        assert abs(value - chance) < 0.13, name


def test_neither_a_turn_nor_the_order_of_tiles_matters(
    train_factors: Factors, test_factors: Factors, latents_holding: Held
) -> None:
    train, test = latents_holding(train_factors), latents_holding(test_factors)
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(14, 14)))
    order = np.random.default_rng(6).permutation(len(test))
    plain = latent_scores(train, train_factors, test, test_factors, 1).summary
    shuffled = {name: values[order] for name, values in test_factors.items()}
    turned = latent_scores(3 * train @ turn, train_factors, 3 * test[order] @ turn, shuffled, 1).summary
    for name in ("kmeans_ari", "kmeans_explained"):  # another order gives other starts
        del plain[name], turned[name]
    assert turned == pytest.approx(plain, abs=1e-6)


def test_truth_of_the_test_tiles_changes_no_fit(
    train_factors: Factors, test_factors: Factors, latents_holding: Held
) -> None:
    train, test = latents_holding(train_factors), latents_holding(test_factors)
    found = latent_scores(train, train_factors, test, test_factors, 1)
    other = {name: values[::-1] for name, values in test_factors.items()}
    lied = latent_scores(train, train_factors, test, other, 1)
    assert np.array_equal(found.classes, lied.classes)
    assert np.array_equal(found.clusters, lied.clusters)
    assert lied.summary["probe_r2_water"] < 0.1 < found.summary["probe_r2_water"]


def test_a_rare_class_is_not_judged(
    train_factors: Factors, test_factors: Factors, latents_holding: Held
) -> None:
    few = {**test_factors, "dominant": np.where(np.arange(200) < 9, 4, test_factors["dominant"] % 4)}
    found = latent_scores(
        latents_holding(train_factors), train_factors, latents_holding(test_factors), few, 1
    )
    assert np.isnan(found.summary["knn_informedness_clutter"])
    assert np.isfinite(found.summary["knn_informedness_water"])


def test_heights_need_not_be_known_everywhere(
    train_factors: Factors, test_factors: Factors, latents_holding: Held
) -> None:
    train, test = latents_holding(train_factors), latents_holding(test_factors)
    holes = [
        {**each, "mean_height_m": np.where(np.arange(len(each["site"])) % 4, each["mean_height_m"], np.nan)}
        for each in (train_factors, test_factors)
    ]
    assert latent_scores(train, holes[0], test, holes[1], 1).summary["height_r2"] > 0.99


def test_what_cannot_be_judged_is_refused(
    train_factors: Factors, test_factors: Factors, latents_holding: Held
) -> None:
    train, test = latents_holding(train_factors), latents_holding(test_factors)
    cases = [
        (train, {**test_factors, "site": train_factors["site"][:200]}, "site 0 has training and test tiles"),
        (train, {k: v for k, v in test_factors.items() if k != "direction"}, "no factor 'direction'"),
        (train, {**test_factors, "city": test_factors["city"][:5]}, "factor 'city' has 5 tiles"),
        (train, {**test_factors, "dominant": test_factors["dominant"] - 1}, "dominant classes are -1 to 3"),
        (np.full_like(train, np.nan), test_factors, "latents are not finite"),
    ]
    for latents, factors, message in cases:
        with pytest.raises(LatentlabError, match=message):
            latent_scores(latents, train_factors, test, factors, 1)
