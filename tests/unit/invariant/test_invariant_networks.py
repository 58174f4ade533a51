"""Each combination of settings: shapes, gradients, values of the loss."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from latentlab.invariant import InvariantVAE, Settings, Training
from latentlab.invariant.decoders import doubled_cells
from latentlab.invariant.elbo import loss, ramp
from latentlab.invariant.enumerated import build_network, circular_deviation
from latentlab.invariant.network import Batch, label_loss, one_hot

SIDE = 12
SMALL = {"hidden": (12, 8), "orientations": 4}
LABELS = np.array([0, 1, -1, -1, 2, 2, -1, 0])

SPATIAL = [
    {"rotation": rotation, "decoder": decoder, "translation_prior": shift, "scale_prior": shift, **classes}
    for rotation, decoder, shift, classes in itertools.product(
        ("none", "amortised", "enumerated"),
        ("canonical", "coordinate", "coordinate-skip"),
        (0.0, 0.1),
        (
            {},
            {"classes": 3, "condition": 2},
            {"classes": 3, "discrete": "enumerated"},
            {"classes": 3, "latent": 0, "discrete": "enumerated"},
        ),
    )
]
OTHERS = [
    {"decoder": decoder, "encoder": encoder, "likelihood": likelihood, "variational": variational, **shape}
    for decoder, encoder, (likelihood, variational), shape in itertools.product(
        ("dense", "convolutional"),
        ("dense", "convolutional"),
        (("bernoulli", True), ("gaussian", False)),
        (
            {},
            {"target_shape": (3, 11, 9)},
            {"target_shape": (1, 30)},
            {"shape": (2, 25), "target_shape": (1, SIDE, SIDE)},
        ),
    )
] + [
    {"rotation": "amortised", "frame": "moments", "translation_prior": 0.1, "canvas": 1.5},
    {"frame": "moments", "translation_prior": 0.1, "encoder": "convolutional"},
    {"rotation": "amortised", "variational": False, "target_shape": (3, SIDE, SIDE)},
    {"rotation": "enumerated", "frame": "moments", "target_shape": (3, SIDE, SIDE)},
]


def images(shape: tuple[int, ...], number: int = 8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((number, *shape), dtype=np.float32)


@pytest.mark.parametrize("change", SPATIAL + OTHERS, ids=lambda change: "-".join(map(str, change.values())))
def test_every_combination_trains_encodes_and_decodes(change: dict) -> None:
    settings = Settings(**{"shape": (1, SIDE, SIDE), **SMALL, **change})
    vae = InvariantVAE(settings, seed=1)
    given = images(settings.shape)
    targets = images(settings.drawn_shape, seed=1) if settings.target_shape else None
    conditions = images((2,)) if settings.condition else None
    labels = LABELS if settings.classes else None
    before = {name: value.clone() for name, value in vae.network.state_dict().items()}
    rows = vae.fit(given, targets, conditions, labels, Training(epochs=2, batch=4), progress=False)
    assert [row["epoch"] for row in rows] == [1, 2]
    assert all(math.isfinite(value) for row in rows for value in row.values())
    for name, parameter in vae.network.named_parameters():
        assert parameter.numel() == 0 or not torch.equal(parameter, before[name]), f"{name} does not learn"
    latents = vae.encode(given, conditions)
    assert latents.continuous.shape == latents.continuous_deviation.shape == (8, settings.latent)
    assert (latents.angle is None) == (settings.rotation == "none")
    if latents.angle is not None:
        assert latents.angle.shape == (8,)
        assert np.abs(latents.angle).max() <= np.pi + 1e-6
    assert (latents.offset is None) == (not settings.translation_prior)
    assert (latents.scale is None) == (not settings.scale_prior)
    if latents.scale is not None:
        assert (latents.scale > 0).all()
    if settings.classes:
        np.testing.assert_allclose(latents.classes.sum(1), 1, atol=1e-5)
    drawn = vae.reconstruct(given, conditions)
    assert drawn.shape == (8, *settings.drawn_shape)
    assert drawn.dtype == np.float32
    if settings.likelihood == "bernoulli":
        assert drawn.min() >= 0
        assert drawn.max() <= 1


def test_an_autoencoder_has_no_kl_terms() -> None:
    vae = InvariantVAE(Settings(shape=(1, 8, 8), variational=False, hidden=(8,)))
    rows = vae.fit(images((1, 8, 8)), training=Training(epochs=1), progress=False)
    assert set(rows[0]) == {"epoch", "loss", "reconstruction"}
    assert rows[0]["loss"] == rows[0]["reconstruction"]


def test_likelihoods_are_those_of_torch() -> None:
    drawn, targets = torch.randn(4, 1, 5, 5), torch.rand(4, 1, 5, 5)
    bernoulli = build_network(Settings(shape=(1, 5, 5))).misfit(drawn, targets)
    expected = -(targets * torch.sigmoid(drawn).log() + (1 - targets) * torch.sigmoid(-drawn).log())
    torch.testing.assert_close(bernoulli, expected.sum((1, 2, 3)))
    gaussian = build_network(Settings(shape=(1, 5, 5), likelihood="gaussian")).misfit(drawn, targets)
    torch.testing.assert_close(gaussian, 0.5 * (drawn - targets).square().sum((1, 2, 3)))


@pytest.mark.parametrize("rotation", ["none", "enumerated"])
def test_enumerated_classes_expect_over_what_each_class_draws(rotation: str) -> None:
    """A labelled image costs what its class draws; an unlabelled one the mean by probability."""
    torch.manual_seed(0)
    settings = Settings(
        shape=(1, 8, 8), classes=3, discrete="enumerated", variational=False, rotation=rotation, **SMALL
    )
    network = build_network(settings)
    given = torch.rand(5, 1, 8, 8)
    generator = torch.Generator()

    def reconstruction(labels: torch.Tensor | None) -> torch.Tensor:
        return network.terms(Batch(given, given, labels=labels), generator)["reconstruction"]

    each = torch.stack([reconstruction(torch.full((5,), label)) for label in range(3)], dim=1)
    if rotation == "none":
        weights = torch.softmax(network.posterior(given).classes, dim=1)
        torch.testing.assert_close(reconstruction(None), (each * weights).sum(1))
    expected = reconstruction(None)
    assert bool((expected >= each.min(1).values - 1e-3).all())
    assert bool((expected <= each.max(1).values + 1e-3).all())
    torch.testing.assert_close(reconstruction(torch.full((5,), -1)), expected)


def test_one_turn_of_the_input_shifts_the_enumerated_orientations() -> None:
    """Turned by a whole spacing, an image has the same copies in another order, so the same latents."""
    torch.manual_seed(0)
    network = build_network(Settings(shape=(1, 9, 9), rotation="enumerated", translation_prior=0.1, **SMALL))
    given = torch.rand(3, 1, 9, 9) * network.mask
    found = network.encode(given)
    quarter = network.encode(given.rot90(1, (2, 3)))  # counter-clockwise as displayed
    difference = torch.remainder(quarter.angle - found.angle, 2 * math.pi)
    torch.testing.assert_close(difference, torch.full((3,), math.pi / 2), atol=1e-3, rtol=0)
    torch.testing.assert_close(quarter.continuous, found.continuous, atol=1e-4, rtol=0)
    expected = torch.stack([found.offset[:, 1], -found.offset[:, 0]], dim=1)
    torch.testing.assert_close(quarter.offset, expected, atol=1e-4, rtol=0)


def test_the_circular_deviation_of_two_opposite_angles_is_large() -> None:
    angles = torch.tensor([[0.0, math.pi], [0.0, 0.2]])
    found = circular_deviation(angles, torch.full((2, 2), 0.5))
    assert float(found[0]) > 4
    assert float(found[1]) == pytest.approx(0.1, abs=1e-3)


def test_the_loss_weighs_its_terms() -> None:
    terms = {
        name: torch.tensor(value)
        for name, value in {
            "reconstruction": 100.0,
            "kl_continuous": 2.0,
            "kl_angle": 3.0,
            "kl_offset": 5.0,
            "kl_scale": 7.0,
            "kl_classes": 0.5,
            "label": 0.25,
        }.items()
    }
    settings = Settings(shape=(1, 8, 8), classes=4)
    weights = Training(
        beta_continuous=2, beta_angle=3, beta_offset=4, beta_scale=5, beta_classes=6, label_weight=8
    )
    assert float(loss(terms, settings, weights, 0, 10)) == pytest.approx(100 + 4 + 9 + 20 + 35 + 3 + 2)
    held = Training(capacity_continuous=(20.0, 10, 2.0), capacity_discrete=(9.0, 10, 3.0), label_weight=0)
    expected = 100 + 2 * abs(17 - 10) + 3 * abs(0.5 - math.log(4) / 2)
    assert float(loss(terms, settings, held, 5, 10)) == pytest.approx(expected)
    enumerated = Settings(shape=(1, 8, 8), rotation="enumerated")
    only_angle = {name: terms[name] for name in ("reconstruction", "kl_angle")}
    assert float(loss(only_angle, enumerated, Training(), 0, 10)) == pytest.approx(100 + 20 * 3)
    assert float(loss(only_angle, enumerated, Training(), 5, 10)) == pytest.approx(100 + 3)


def test_a_ramp_ends_at_half_the_training() -> None:
    assert [ramp(20, 1, progress) for progress in (0, 0.25, 0.5, 1)] == [20, 10.5, 1, 1]


def test_only_labelled_images_have_a_loss_of_labels() -> None:
    log = torch.log(torch.tensor([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]]))
    found = label_loss(log, torch.tensor([-1, 0, 0]))
    torch.testing.assert_close(found, torch.tensor([0.0, -math.log(0.9), -math.log(0.2)]))
    assert one_hot(torch.tensor([1, 0]), 3).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_channels_become_neighbouring_pixels() -> None:
    line = doubled_cells(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    assert line.tolist() == [[[1, 3, 2, 4]]]
    square = doubled_cells(torch.arange(4.0).reshape(1, 4, 1, 1))
    assert square.tolist() == [[[[0, 1], [2, 3]]]]
