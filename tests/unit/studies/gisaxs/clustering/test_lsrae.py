"""The LSRAE and its classification: losses by hand, learning, what the thesis's numbers imply."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from tests.unit.studies.gisaxs.tiny_space import ROOT

from latentlab.studies.gisaxs.clustering.classification import (
    TARGETS,
    classify,
    equal_label_loss,
    most_frequent,
)
from latentlab.studies.gisaxs.clustering.lsrae import Lsrae, LsraeSettings, train_lsrae
from latentlab.studies.gisaxs.simulation import COLUMNS, small_set

DOCUMENTS = ROOT / "config" / "documents" / "gisaxs"


def test_losses_by_hand():
    torch.manual_seed(0)
    model, x, labels = Lsrae(3, 5, 2), torch.randn(4, 3), torch.tensor([0, 1, 1, 0])
    settings = LsraeSettings(5, 1, label_weight=0.3, sparsity_weight=0.2, sparsity=0.1)
    losses = model.losses(x, labels, settings)
    latents = torch.relu(model.encoder(x))
    mse = ((model.decoder(latents) - x) ** 2).mean()
    probabilities = torch.softmax(model.classifier(latents), dim=1)
    entropy = -torch.log(probabilities[torch.arange(4), labels]).mean()
    q = torch.sigmoid(model.encoder(x)).mean(dim=0)
    sparse = (0.1 * torch.log(0.1 / q) + 0.9 * torch.log(0.9 / (1 - q))).mean()
    for found, expected in ((losses.mse, mse), (losses.label, entropy), (losses.sparse, sparse)):
        torch.testing.assert_close(found, expected)
    torch.testing.assert_close(losses.total, mse + 0.3 * entropy + 0.2 * sparse)


def test_softmax_bce_of_equal_probabilities_is_that_of_the_formula():
    model = Lsrae(3, 5, 6)
    torch.nn.init.zeros_(model.classifier.weight)
    torch.nn.init.zeros_(model.classifier.bias)
    settings = LsraeSettings(5, 1, label_loss="softmax-bce")
    label = model.losses(torch.randn(4, 3), torch.tensor([0, 1, 2, 5]), settings).label.detach()
    assert float(label) == pytest.approx(equal_label_loss(6), abs=1e-6)


def test_latents_are_not_negative_and_the_training_learns():
    draws = np.random.default_rng(0)
    x = draws.normal(size=(24, 6)).astype(np.float32)
    settings = LsraeSettings(32, 200, learning_rate=1e-2)
    model = train_lsrae(x, np.arange(24), 24, settings, seed=3)
    measured = model.measured(x, np.arange(24), settings)
    assert measured["mse"] < 0.1 * x.var()
    assert measured["accuracy"] > 0.9
    assert (model.latents(x) >= 0).all()
    again = train_lsrae(x, np.arange(24), 24, settings, seed=3)
    assert np.array_equal(again.latents(x), model.latents(x))


def test_unknown_label_loss_is_refused():
    with pytest.raises(ValueError, match="label_loss is 'mse', expected one of"):
        LsraeSettings(5, 1, label_loss="mse")


def test_the_losses_of_the_thesis_are_mse_and_a_tenth_of_the_label_loss():
    table = pd.read_csv(DOCUMENTS / "table_4_20_classification.csv")
    np.testing.assert_allclose(table.mse_loss + 0.1 * table.label_loss, table.loss, atol=1.1e-4)
    first = pd.read_csv(DOCUMENTS / "table_4_16_lsrae.csv").iloc[0]
    assert first.mse + 0.1 * first.cross_entropy == pytest.approx(first.loss, abs=1e-4)


def test_by_its_own_numbers_the_thesis_knows_nothing_of_distance_and_less_of_omega():
    losses = pd.read_csv(DOCUMENTS / "table_4_20_classification.csv").set_index("parameter").label_loss
    assert losses["D"] == pytest.approx(equal_label_loss(3), abs=1e-3)
    assert losses["omega"] > equal_label_loss(2) == pytest.approx(math.log(2))


def test_targets_have_the_classes_of_the_thesis():
    parameters = small_set()[COLUMNS].to_numpy()
    classes = {target: len(np.unique(numbered(parameters))) for target, (numbered, _) in TARGETS.items()}
    assert classes == {"radius": 28, "distance": 3, "omega": 2, "distance_omega": 6, "all": 158}


def test_most_frequent_is_learned_from_training():
    assert most_frequent(np.array([1, 1, 2]), np.array([1, 2, 2, 2])) == 0.25


def test_classify_reads_what_is_there_and_not_what_is_not():
    table = small_set()
    parameters, test = table[COLUMNS].to_numpy(), (table["split"] == "test").to_numpy()
    vectors = np.stack([parameters[:, 3] > 0.2, np.ones(158)], axis=1).astype(np.float32)
    settings = LsraeSettings(16, 120, learning_rate=1e-2, label_loss="softmax-bce")
    omega = classify(vectors, parameters, test, "omega", settings, seed=0)
    distance = classify(vectors, parameters, test, "distance", settings, seed=0)
    assert omega["accuracy"] == omega["held_out_accuracy"] == 1
    assert distance["accuracy"] < distance["trivial_accuracy"] + 0.1
    assert distance["label_loss"] == pytest.approx(distance["equal_label_loss"], rel=0.05)
    assert math.isnan(classify(vectors, parameters, test, "all", settings, seed=0)["held_out_accuracy"])
