"""Answers without a network."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.studies.landcover.invariants.drawn_tiles import drawn_tiles

from latentlab.invariant.few_labels import told_labels
from latentlab.studies.landcover.invariants.rivals import (
    colour_statistics,
    components,
    fitted_rivals,
    from_labels,
)
from latentlab.studies.landcover.invariants.small_tiles import SmallTiles, disc, small_splits
from latentlab.studies.landcover.latent_space.clusters import rand_index


@pytest.fixture(scope="module")
def splits() -> tuple[SmallTiles, SmallTiles]:
    return small_splits(drawn_tiles((0, 1, 2, 3), 0), drawn_tiles((4, 5), 1), "rgb", 8)


def test_colour_statistics_are_of_the_disc_and_do_not_turn(splits: tuple[SmallTiles, SmallTiles]) -> None:
    encode = colour_statistics(disc(8)).encode
    found = encode(splits[0].images).latents
    inside = splits[0].images[3, 2][disc(8) > 0]
    np.testing.assert_allclose(found[3, [2, 5]], [inside.mean(), inside.std()], rtol=1e-5)
    for turned in splits[0].turned:
        np.testing.assert_allclose(encode(turned).latents, found, atol=1e-6)


def test_components_are_those_of_the_training_images(splits: tuple[SmallTiles, SmallTiles]) -> None:
    train, test = splits
    rival = components(train.images, 4)
    found = rival.encode(test.images).latents
    rows = train.images.reshape(len(train.images), -1)
    covariance = np.cov(rows.T.astype(float))
    largest = np.linalg.eigvalsh(covariance)[::-1][:4]
    own = rival.encode(train.images).latents
    np.testing.assert_allclose(own.var(axis=0, ddof=1), largest, rtol=1e-4)
    assert found.shape == (len(test.images), 4)
    whole = components(train.images, 64)
    drawn = whole.restore(whole.encode(train.images).latents)  # as many as images
    np.testing.assert_allclose(drawn, train.images, atol=1e-5)


def test_a_mean_colour_is_restored_in_the_disc(splits: tuple[SmallTiles, SmallTiles]) -> None:
    rival = colour_statistics(disc(8))
    drawn = rival.restore(rival.encode(splits[1].images).latents)
    assert drawn.shape == splits[1].images.shape
    np.testing.assert_allclose(
        drawn.sum(axis=(2, 3)), splits[1].images.sum(axis=(2, 3)), rtol=1e-3, atol=1e-3
    )
    assert (drawn[:, :, disc(8) == 0] == 0).all()


def test_mixtures_find_classes_that_colours_tell(splits: tuple[SmallTiles, SmallTiles]) -> None:
    train, test = splits
    for name, rival in fitted_rivals(train.images, disc(8), 4, seed=0).items():
        found = rival.encode(test.images)
        counts = np.zeros((5, 5))
        np.add.at(counts, (found.classes, test.factors["dominant"]), 1)
        assert rand_index(counts) > 0.5, name
        np.testing.assert_array_equal(rival.encode(test.images).classes, found.classes)


def test_few_labels_suffice_for_colours(splits: tuple[SmallTiles, SmallTiles]) -> None:
    train, test = splits
    encode = colour_statistics(disc(8)).encode
    labels = told_labels(train.factors["dominant"], 15, seed=0)
    given, asked = (encode(each.images).latents for each in splits)
    assert from_labels(given, labels, asked, test.factors["dominant"]) > 0.9
    shuffled = np.random.default_rng(0).permutation(test.factors["dominant"])
    assert from_labels(given, labels, asked, shuffled) < 0.5
