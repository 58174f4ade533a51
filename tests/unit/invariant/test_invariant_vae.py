"""`InvariantVAE`: training, files, arrays in and out, messages."""

from __future__ import annotations

import doctest
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from tests.unit.invariant.asymmetric import turned_shapes

import latentlab.invariant
from latentlab.errors import ArtifactError, InvariantError
from latentlab.invariant import InvariantVAE, Latents, Settings, Training
from latentlab.invariant.model_file import read_model
from latentlab.invariant.training import select

SHAPE = (1, 20, 20)
FULL = Settings(
    shape=SHAPE, rotation="amortised", translation_prior=0.1, scale_prior=0.1, classes=2, hidden=(16,)
)
SHAPES = turned_shapes(60, seed=1, offset=0.1)


def trained(settings: Settings, seed: int = 5, epochs: int = 2, **options: object) -> InvariantVAE:
    vae = InvariantVAE(settings, seed=seed)
    vae.fit(SHAPES.images, training=Training(epochs=epochs, batch=16, **options), progress=False)
    return vae


def test_the_example_runs() -> None:
    assert doctest.testmod(latentlab.invariant) == doctest.TestResults(failed=0, attempted=9)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'VAE'"):
        latentlab.invariant.VAE  # noqa: B018


@pytest.mark.parametrize("rotation", ["amortised", "enumerated"])
def test_equal_seeds_give_equal_bytes(tmp_path: Path, rotation: str) -> None:
    settings = Settings(shape=SHAPE, rotation=rotation, orientations=4, classes=2, hidden=(16,))
    for name in ("first.h5", "second.h5"):
        trained(settings).save(tmp_path / name)
    trained(settings, seed=6).save(tmp_path / "other.h5")
    assert (tmp_path / "first.h5").read_bytes() == (tmp_path / "second.h5").read_bytes()
    assert (tmp_path / "first.h5").read_bytes() != (tmp_path / "other.h5").read_bytes()


def test_training_leaves_the_global_generator_and_the_images_alone() -> None:
    torch.manual_seed(3)
    before, copy = torch.get_rng_state(), SHAPES.images.copy()
    trained(FULL)
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(SHAPES.images, copy)


def test_a_saved_model_is_the_same_when_loaded(tmp_path: Path) -> None:
    vae = trained(FULL)
    vae.save(tmp_path / "vae.h5")
    loaded = InvariantVAE.load(tmp_path / "vae.h5")
    assert (loaded.settings, loaded.seed, loaded.history) == (vae.settings, vae.seed, vae.history)
    for name, value in vars(vae.encode(SHAPES.images)).items():
        np.testing.assert_array_equal(getattr(loaded.encode(SHAPES.images), name), value)
    np.testing.assert_array_equal(loaded.reconstruct(SHAPES.images), vae.reconstruct(SHAPES.images))
    loaded.fit(SHAPES.images, training=Training(epochs=1), progress=False)
    assert [row["epoch"] for row in loaded.history] == [1, 2, 3]


def test_files_that_are_no_model(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="there is no such file"):
        InvariantVAE.load(tmp_path / "none.h5")
    trained(FULL).save(tmp_path / "vae.h5")
    with h5py.File(tmp_path / "vae.h5", "a") as file:
        del file["state/inference.head.bias"]
    with pytest.raises(ArtifactError, match="the weights do not fit the settings"):
        InvariantVAE.load(tmp_path / "vae.h5")
    with h5py.File(tmp_path / "vae.h5", "a") as file:
        file.attrs["settings"] = '{"shape": [1, 2, 2], "depth": 3}'
    with pytest.raises(ArtifactError, match="'settings' is not that of this version"):
        read_model(tmp_path / "vae.h5")
    with h5py.File(tmp_path / "vae.h5", "a") as file:
        del file["state"]
    with pytest.raises(ArtifactError, match="'state' or 'settings' is missing"):
        read_model(tmp_path / "vae.h5")


def test_training_lowers_the_loss() -> None:
    history = trained(Settings(shape=SHAPE, rotation="amortised"), epochs=12).history
    assert history[-1]["loss"] < 0.7 * history[0]["loss"]


def test_early_stop_keeps_the_best_weights() -> None:
    settings = Settings(shape=SHAPE, variational=False, decoder="dense", hidden=(64,))
    vae = trained(settings, epochs=200, patience=3, validation=0.3, learning_rate=0.02)
    validation = [row["validation"] for row in vae.history]
    assert len(validation) < 200
    assert np.argmin(validation) == len(validation) - 4
    best = trained(settings, epochs=len(validation) - 3, validation=0.3, learning_rate=0.02)
    for name, value in vae.network.state_dict().items():
        torch.testing.assert_close(value, best.network.state_dict()[name])


def test_patience_waits_until_the_weights_of_the_loss_stay() -> None:
    settings = Settings(shape=SHAPE, decoder="dense", hidden=(8,), classes=2)
    options = {"epochs": 12, "patience": 1, "learning_rate": 1e-9}  # nothing improves
    assert len(trained(settings, **options, capacity_discrete=(1.0, 24, 1.0)).history) >= 6
    assert len(trained(settings, **options, continuous_weight_start=9.0).history) >= 6


def test_the_cosine_schedule_ends_with_small_steps() -> None:
    settings = Settings(shape=SHAPE, variational=False, decoder="dense", hidden=(16,))
    losses = {
        schedule: [row["loss"] for row in trained(settings, epochs=8, schedule=schedule).history]
        for schedule in ("constant", "cosine")
    }
    last = {schedule: abs(values[-1] - values[-2]) for schedule, values in losses.items()}
    assert last["cosine"] < 0.5 * last["constant"]


def test_a_training_that_diverges_says_so() -> None:
    settings = Settings(shape=SHAPE, decoder="dense", likelihood="gaussian", hidden=(8,))
    with pytest.raises(InvariantError, match="a smaller learning_rate may help"):
        trained(settings, learning_rate=1e30)


def test_labels_teach_the_classes() -> None:
    """With the two shapes labelled in a fifth of the images, the others are told apart."""
    random = np.random.default_rng(0)
    truth = random.integers(0, 2, 200)
    images = 0.1 * random.random((200, 1, 8, 8), dtype=np.float32)
    images[truth == 0, :, 2:6, 1:3] += 0.8
    images[truth == 1, :, 1:3, 2:6] += 0.8
    labels = np.where(np.arange(200) < 40, truth, -1)
    settings = Settings(shape=(1, 8, 8), decoder="dense", classes=2, hidden=(16,))
    vae = InvariantVAE(settings)
    vae.fit(images, labels=labels, training=Training(epochs=10, batch=20, learning_rate=0.01), progress=False)
    assert (vae.encode(images).classes.argmax(1) == truth)[40:].mean() > 0.97


def test_a_condition_decides_what_is_drawn() -> None:
    bright = np.repeat([[0.0], [1.0]], 50, axis=0).astype(np.float32)
    images = np.broadcast_to(0.1 + 0.8 * bright[:, :, None, None], (100, 1, 8, 8)).astype(np.float32)
    settings = Settings(shape=(1, 8, 8), condition=1, decoder="dense", hidden=(16,))
    vae = InvariantVAE(settings)
    vae.fit(
        images, conditions=bright, training=Training(epochs=40, batch=10, learning_rate=0.01), progress=False
    )
    drawn = vae.decode(np.zeros((2, 2), np.float32), conditions=np.array([[0.0], [1.0]]))
    np.testing.assert_allclose(drawn.mean((1, 2, 3)), [0.1, 0.9], atol=0.1)


def test_encoded_latents_of_decoded_images_come_back() -> None:
    """encode(decode(z)) after a short training, for the latent and the angle that are in use."""
    shapes = turned_shapes(300, seed=2)
    settings = Settings(shape=SHAPE, rotation="amortised", frame="moments")
    vae = InvariantVAE(settings)
    options = Training(epochs=25, batch=20, learning_rate=4e-3, beta_continuous=0.1)
    vae.fit(shapes.images, training=options, progress=False)
    found = vae.encode(shapes.images)
    again = vae.encode(vae.decode(found.continuous, found.angle))
    turn = np.degrees(np.abs(np.angle(np.exp(1j * (again.angle - found.angle)))))
    assert np.median(turn) < 3
    used = int(found.continuous.std(0).argmax())
    assert np.corrcoef(found.continuous[:, used], again.continuous[:, used])[0, 1] > 0.95
    assert abs(np.corrcoef(found.continuous[:, used], shapes.arm)[0, 1]) > 0.9


def test_decoding_turns_and_shifts_what_is_drawn() -> None:
    from latentlab.invariant.transforms import transform_images

    vae = trained(Settings(shape=SHAPE, rotation="amortised", translation_prior=0.1, scale_prior=0.1))
    codes = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    plain, turned = vae.decode(codes), vae.decode(codes, angle=0.5, offset=[0.2, -0.1], scale=1.2)
    np.testing.assert_allclose(turned, transform_images(plain, 0.5, [0.2, -0.1], 1.2), atol=0.02)


def test_both_kinds_of_spatial_decoder_agree_on_the_direction() -> None:
    from latentlab.invariant.transforms import transform_images

    vae = InvariantVAE(Settings(shape=SHAPE, rotation="amortised", decoder="coordinate"))
    with torch.no_grad():  # a sharp contrast, so that the turn shows
        vae.network.decoder.out.weight.mul_(30)
    plain, turned = vae.decode(np.zeros((1, 2))), vae.decode(np.zeros((1, 2)), angle=0.5)
    inside = (slice(None), slice(None), slice(5, 15), slice(5, 15))
    difference = np.abs(turned - transform_images(plain, 0.5))[inside].mean()
    assert difference < 0.1 * np.abs(turned - transform_images(plain, -0.5))[inside].mean()


def test_arrays_come_back_as_they_are_given() -> None:
    vae = trained(FULL)
    as_torch = torch.from_numpy(SHAPES.images)
    found, expected = vae.encode(as_torch), vae.encode(SHAPES.images[:, 0])  # (n, h, w) is one channel
    assert isinstance(found, Latents)
    for name, value in vars(found).items():
        assert isinstance(value, torch.Tensor)
        np.testing.assert_array_equal(value.numpy(), getattr(expected, name))
    assert isinstance(vae.reconstruct(as_torch), torch.Tensor)


def test_the_manifold_grows_to_the_right_and_upwards() -> None:
    vae = trained(Settings(shape=SHAPE, latent=3, decoder="dense"))
    grid = vae.manifold2d(side=3, limits=(-1, 1), dimensions=(0, 2))
    assert grid.shape == (3, 3, *SHAPE)
    corner = vae.decode(np.array([[-1.0, 0.0, 1.0]]))[0]  # top left: small first, large third latent
    np.testing.assert_allclose(grid[0, 0], corner, atol=1e-6)


def test_a_traversal_has_a_row_for_each_class() -> None:
    vae = trained(FULL)
    rows = vae.manifold_traversal(1, steps=4, limits=(-1, 1), start=[0.5, 0.0])
    assert rows.shape == (2, 4, *SHAPE)
    np.testing.assert_allclose(rows[1, 3], vae.decode(np.array([[0.5, 1.0]]), classes=1)[0], atol=1e-6)
    assert trained(Settings(shape=SHAPE)).manifold_traversal(steps=4).shape == (1, 4, *SHAPE)


def test_some_images_of_a_batch() -> None:
    from latentlab.invariant.network import Batch

    images = torch.arange(4.0)[:, None]
    part = select(Batch(images, images, None, torch.arange(4)), torch.tensor([2, 0]))
    assert part.targets is part.images
    assert part.images[:, 0].tolist() == part.labels.tolist() == [2, 0]


IMAGES = SHAPES.images


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        ({}, {"images": IMAGES[:, :, :9]}, "images: expected shape (n, 1, 20, 20), found (60, 1, 9, 20)"),
        ({}, {"images": IMAGES[:0]}, "images: expected at least one, found none"),
        ({}, {"images": IMAGES * np.nan}, "images: expected finite values"),
        ({}, {"images": IMAGES * 255}, "likelihood 'bernoulli' expects values from 0 to 1"),
        ({}, {"images": "scan.tif"}, "images: expected an array of numbers"),
        ({}, {"targets": IMAGES[:9]}, "targets: expected 60, one per image, found 9"),
        ({"target_shape": (3, 20, 20)}, {}, "targets: a model that draws (3, 20, 20) needs them to be given"),
        ({}, {"conditions": np.zeros((60, 1))}, "the settings have condition=0, but they were given"),
        ({"condition": 2}, {}, "the settings have condition=2, but none were given"),
        (
            {"condition": 2},
            {"conditions": np.zeros((60, 3))},
            "conditions: expected shape (60, 2), found (60, 3)",
        ),
        ({}, {"labels": np.zeros(60, int)}, "labels: given to a model without classes"),
        ({"classes": 2}, {"labels": np.zeros(60)}, "labels: expected 60 whole numbers"),
        ({"classes": 2}, {"labels": np.full(60, 2)}, "labels: expected -1 to 1, found 2 to 2"),
    ],
)
def test_arrays_that_cannot_be_trained_with(settings: dict, arguments: dict, message: str) -> None:
    vae = InvariantVAE(Settings(shape=SHAPE, **settings))
    with pytest.raises(InvariantError) as raised:
        vae.fit(**{"images": IMAGES, "progress": False, **arguments})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"continuous": np.zeros(2)}, "continuous: expected shape (n, 2), found (2,)"),
        ({"continuous": np.zeros((1, 3))}, "continuous: expected shape (1, 2), found (1, 3)"),
        ({"angle": 1.0}, "angle: given to a model without it"),
        ({"scale": 1.0}, "scale: given to a model without it"),
        ({"offset": [0.1, 0.1, 0.1]}, "offset: expected shape (1, 2), found (3)"),
        ({"offset": [np.inf, 0.1]}, "offset: expected finite values"),
        ({"classes": None}, "the settings have classes=2, but none were given"),
        ({"classes": 2}, "classes: expected 1 whole numbers from 0 to 1"),
    ],
)
def test_latents_that_cannot_be_decoded(arguments: dict, message: str) -> None:
    vae = InvariantVAE(Settings(shape=SHAPE, translation_prior=0.1, classes=2))
    with pytest.raises(InvariantError) as raised:
        vae.decode(**{"continuous": np.zeros((1, 2)), "classes": 0, **arguments})
    assert message in str(raised.value)


def test_a_latent_that_is_not_there() -> None:
    with pytest.raises(InvariantError, match="dimension: expected 0 to 0, as there are 1 continuous latents"):
        InvariantVAE(Settings(shape=SHAPE, latent=1)).manifold2d()
