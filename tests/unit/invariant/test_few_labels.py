"""Which images a semi-supervised model is told the class of."""

from __future__ import annotations

import numpy as np

from latentlab.invariant.few_labels import told_labels

CLASSES = np.random.default_rng(0).choice(4, size=300, p=[0.6, 0.3, 0.09, 0.01])


def test_classes_are_told_as_evenly_as_possible() -> None:
    labels = told_labels(CLASSES, 40, seed=1)
    told = labels >= 0
    np.testing.assert_array_equal(labels[told], CLASSES[told])
    rare = (CLASSES == 3).sum()
    counts = np.bincount(labels[told], minlength=4)
    assert counts.sum() == 40
    assert counts[3] == min(rare, 10)
    assert counts[:3].max() - counts[:3].min() <= 1


def test_more_labels_hold_the_fewer_ones() -> None:
    few, more = (told_labels(CLASSES, number, seed=1) for number in (20, 40))
    assert (more[few >= 0] >= 0).all()
    assert (told_labels(CLASSES, 20, seed=2) != few).any()
