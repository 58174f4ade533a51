"""k-sparse and one-neuron autoencoders: the choice of neurons, the fall of k, learning, repeats."""

import numpy as np
import pytest
import torch

from latentlab.studies.gisaxs.clustering.one_neuron_autoencoder import OneNeuronAutoencoder, train_one_neuron
from latentlab.studies.gisaxs.clustering.scores import ari
from latentlab.studies.gisaxs.clustering.sparse_autoencoder import (
    SELECTIONS,
    SparseAutoencoder,
    SparseSettings,
    far_apart,
    sparsity_levels,
    train_sparse,
)


@pytest.fixture
def groups() -> tuple[np.ndarray, np.ndarray]:
    """Vectors float32 (60, 3) in four tight groups, and their group."""
    draws = np.random.default_rng(3)
    truth = np.repeat(np.arange(4), 15)
    centres = np.array([[4, 0, 0], [0, 4, 0], [0, 0, 4], [4, 4, 4]])
    return (centres[truth] + 0.05 * draws.normal(size=(60, 3))).astype(np.float32), truth


def thesis_code(model: SparseAutoencoder, x: torch.Tensor, k: int) -> torch.Tensor:
    """Appendix A.1.1 as printed."""
    z = model.encoder(x)
    _, indices = torch.topk(torch.abs(z), k)
    return torch.mul(z, torch.zeros(z.size()).scatter_(1, indices, 1))


@pytest.mark.parametrize("k", [1, 3, 6])
def test_magnitude_is_the_layer_of_the_appendix(k):
    torch.manual_seed(0)
    model, x = SparseAutoencoder(4, 6, "magnitude"), torch.randn(9, 4)
    assert torch.equal(model.code(x, k), thesis_code(model, x, k))


def test_positive_keeps_no_negative_value_and_at_most_k():
    torch.manual_seed(0)
    code = SparseAutoencoder(4, 6, "positive").code(torch.randn(9, 4), 2)
    assert (code >= 0).all()
    assert ((code > 0).sum(dim=1) <= 2).all()


def test_batch_keeps_k_on_average_and_shares_them_out_unequally():
    torch.manual_seed(0)
    model, x = SparseAutoencoder(4, 12, "batch"), torch.randn(40, 4)
    active = (model.code(x, 2) > 0).sum(dim=1)
    assert active.sum() == 80
    assert active.max() > 2 > active.min()


def test_clusters_are_the_active_neurons_at_k_1():
    torch.manual_seed(1)
    x = torch.randn(9, 4)
    for selection in ("magnitude", "positive"):
        model = SparseAutoencoder(4, 30, selection)
        code = model.code(x, 1)
        assert np.array_equal(model.clusters(x.numpy()), code.abs().argmax(dim=1).numpy())


def test_k_falls_as_in_the_appendix():
    levels = sparsity_levels(158, 1000, 0.25)
    appendix = np.hstack((np.linspace(158, 1, 250, dtype=np.int32), np.repeat(1, 1000 - 250 + 1)))[:1000]
    assert np.array_equal(levels, appendix)
    assert sparsity_levels(7, 5, 0.0).tolist() == [1] * 5


def test_training_lowers_the_loss_and_repeats(groups):
    vectors, _ = groups
    settings = SparseSettings(units=12, epochs=150, learning_rate=1e-2, warm_up=1.0, selection="positive")
    model, history = train_sparse(vectors, settings, seed=5)
    again, _ = train_sparse(vectors, settings, seed=5)
    assert history["val_loss"][-1] < 0.5 * history["val_loss"][75]  # k is 1 from epoch 75
    assert history["k"][0] == 12
    assert history["k"][-1] == 1
    assert np.array_equal(model.clusters(vectors), again.clusters(vectors))


def test_without_warm_up_the_schedule_cuts_the_learning_rate_while_k_falls(groups):
    vectors, _ = groups
    rates = {}
    for warm_up in (0.0, 1.0):
        settings = SparseSettings(units=40, epochs=200, warm_up=warm_up)
        rates[warm_up] = train_sparse(vectors, settings, seed=0)[1]["learning_rate"][-1]
    assert rates[1.0] == pytest.approx(1e-3)
    assert rates[0.0] < 1e-4


@pytest.mark.parametrize("selection", SELECTIONS)
def test_auxiliary_loss_moves_dead_neurons(groups, selection):
    vectors, _ = groups
    columns = {}
    for weight in (0.0, 1.0):
        settings = SparseSettings(
            units=20, epochs=60, decrease=0.0, warm_up=1.0, selection=selection, auxiliary=weight
        )
        model, _ = train_sparse(vectors, settings, seed=2)
        columns[weight] = model.decoder.weight.detach().clone()
    assert not torch.equal(columns[0.0], columns[1.0])


def test_start_at_patterns_keeps_more_neurons_active(groups):
    vectors, truth = groups
    found = {}
    for start in ("random", "patterns"):
        settings = SparseSettings(units=4, epochs=40, decrease=0.0, selection="positive", start=start)
        model, _ = train_sparse(vectors, settings, seed=0)
        found[start] = model.clusters(vectors)
    assert len(np.unique(found["patterns"])) == 4
    assert ari(found["patterns"], truth) >= ari(found["random"], truth)


@pytest.mark.parametrize(("key", "value"), [("selection", "largest"), ("start", "zeros")])
def test_unknown_settings_are_refused(key, value):
    with pytest.raises(ValueError, match=f"{key} is '{value}', expected one of"):
        SparseSettings(units=4, epochs=4, **{key: value})


def test_far_apart_draws_every_group_first(groups):
    vectors, truth = groups
    chosen = far_apart(torch.from_numpy(vectors), 4, torch.Generator().manual_seed(0))
    assert sorted(truth[chosen]) == [0, 1, 2, 3]


def test_far_apart_of_equal_vectors_is_possible():
    assert len(far_apart(torch.ones(5, 2), 3, torch.Generator().manual_seed(0))) == 3


def test_one_neuron_finds_the_groups_with_all_neurons_active_and_repeats(groups):
    vectors, truth = groups
    model = train_one_neuron(vectors, 4, 80, seed=1)
    assert ari(model.clusters(vectors), truth) == pytest.approx(1)
    assert np.array_equal(model.clusters(vectors), train_one_neuron(vectors, 4, 80, seed=1).clusters(vectors))
    means = np.stack([vectors[model.clusters(vectors) == k].mean(axis=0) for k in range(4)])
    np.testing.assert_allclose(model.columns.detach().numpy(), means, atol=0.05)


def test_one_neuron_has_no_more_neurons_than_distinct_vectors():
    vectors = np.repeat(np.eye(2, dtype=np.float32), 5, axis=0)
    assert len(train_one_neuron(vectors, 9, 20, seed=0).columns) == 2


def test_errors_and_free_energy():
    model = OneNeuronAutoencoder(torch.tensor([[0.0, 0.0], [2.0, 0.0]]))
    errors = model.errors(torch.tensor([[0.0, 1.0]]))
    torch.testing.assert_close(errors, torch.tensor([[0.5, 2.5]]))
    assert float(model.free_energy(torch.tensor([[0.0, 1.0]]), 1e-4)) == pytest.approx(0.5, abs=1e-3)


def test_revive_moves_idle_neurons_to_what_is_restored_worst():
    vectors = torch.tensor([[0.0], [0.1], [5.0]])
    model = OneNeuronAutoencoder(torch.tensor([[0.0], [90.0]]))
    model.revive(vectors)
    assert model.columns.detach().flatten().tolist() == [0.0, 5.0]
