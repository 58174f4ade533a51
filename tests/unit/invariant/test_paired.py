"""The dual VAE: it learns the pairs, keeps its files, and says what cannot be paired."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentlab.errors import ArtifactError, InvariantError
from latentlab.invariant import Settings, Training
from latentlab.invariant.paired import DualVAE, Pairing

SIDE, CHANNELS = 12, 16


def pairs(number: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Bars of random length and angle, and a line whose place is the length alone."""
    rng = np.random.default_rng(seed)
    length, angle = rng.uniform(1.5, 5, number), rng.uniform(0, np.pi, number)
    y, x = np.meshgrid(*[np.arange(SIDE) - (SIDE - 1) / 2] * 2, indexing="ij")
    along = x * np.cos(angle)[:, None, None] - y * np.sin(angle)[:, None, None]
    across = x * np.sin(angle)[:, None, None] + y * np.cos(angle)[:, None, None]
    images = np.exp(-((along / length[:, None, None]) ** 4) - across**2 / 3)
    place = 2 + (length[:, None] - 1.5) / 3.5 * 11
    lines = np.exp(-((np.arange(CHANNELS) - place) ** 2) / 6)
    return images[:, None].astype(np.float32), 3 * lines[:, None].astype(np.float32)


def settings(rotation: str = "enumerated", **more: object) -> tuple[Settings, Settings]:
    shared = {"latent": 2, "likelihood": "gaussian", "hidden": (48, 48)}
    structure = Settings(shape=(1, SIDE, SIDE), rotation=rotation, orientations=8, **{**shared, **more})
    return structure, Settings(shape=(1, CHANNELS), decoder="dense", **shared)


@pytest.fixture(scope="module")
def trained() -> DualVAE:
    model = DualVAE(*settings(), seed=1)
    images, lines = pairs(500)
    training = Training(epochs=16, batch=32, learning_rate=4e-3, beta_continuous=0.05)
    model.fit(images, lines, training, progress=False)
    return model


def test_new_pairs_are_predicted_in_both_directions(trained: DualVAE) -> None:
    images, lines = pairs(200, seed=5)
    predicted = trained.predict_property(images)
    assert predicted.shape == lines.shape
    assert ((predicted - lines) ** 2).mean() < 0.3 * lines.var(axis=0).mean()
    angle = trained.encode_structure(images).angle
    drawn = trained.predict_structure(lines, angle=angle)
    assert drawn.shape == images.shape
    assert ((drawn - images) ** 2).mean() < 0.4 * images.var(axis=0).mean()


def test_latents_of_a_pair_agree_beside_a_shuffle(trained: DualVAE) -> None:
    images, lines = pairs(200, seed=6)
    first = trained.encode_structure(images).continuous
    second = trained.encode_property(lines).continuous
    apart = ((first - second) ** 2).mean()
    assert apart < 0.3 * ((first - np.roll(second, 1, axis=0)) ** 2).mean()


def test_the_angle_is_the_structures_alone(trained: DualVAE) -> None:
    _, lines = pairs(4)
    assert trained.encode_property(lines).angle is None
    upright, turned = (trained.predict_structure(lines, angle=angle) for angle in (0.0, np.pi / 2))
    np.testing.assert_allclose(np.rot90(upright, 1, axes=(2, 3)), turned, atol=1e-4)


def test_a_file_gives_the_same_model(trained: DualVAE, tmp_path: Path) -> None:
    trained.save(tmp_path / "dual.h5")
    loaded = DualVAE.load(tmp_path / "dual.h5")
    images, lines = pairs(10, seed=7)
    np.testing.assert_array_equal(loaded.predict_property(images), trained.predict_property(images))
    np.testing.assert_array_equal(loaded.predict_structure(lines), trained.predict_structure(lines))
    assert loaded.history == trained.history
    trained.structure.save(tmp_path / "member.h5")
    with pytest.raises(ArtifactError, match="kind 'dual-vae'"):
        DualVAE.load(tmp_path / "member.h5")


def test_equal_seeds_give_equal_weights() -> None:
    images, lines = pairs(64)
    models = [DualVAE(*settings("none", decoder="dense"), seed=3) for _ in range(2)]
    for model in models:
        model.fit(images, lines, Training(epochs=2), progress=False)
    np.testing.assert_array_equal(*(model.predict_property(images) for model in models))


def test_weights_bind_the_members() -> None:
    images, lines = pairs(300)
    distances = []
    for tie in (0.0, 5.0):
        model = DualVAE(*settings("none", decoder="dense"), seed=3)
        pairing = Pairing(cross=0.0, tie=tie)
        model.fit(images, lines, Training(epochs=10, learning_rate=3e-3), pairing, progress=False)
        first, second = model.encode_structure(images), model.encode_property(lines)
        distances.append(((first.continuous - second.continuous) ** 2).mean())
    assert distances[1] < 0.3 * distances[0]


def test_manifolds_of_both_sides_share_a_grid(trained: DualVAE) -> None:
    structures, lines = trained.manifold2d(side=3)
    assert structures.shape == (3, 3, 1, SIDE, SIDE)
    assert lines.shape == (3, 3, 1, CHANNELS)


def test_what_cannot_be_paired_is_named() -> None:
    structure, line = settings()
    with pytest.raises(InvariantError, match="share their latents, found 3 of the structure and 2"):
        DualVAE(settings(latent=3)[0], line)
    with pytest.raises(InvariantError, match="the property member has no transforms"):
        DualVAE(structure, structure)
    with pytest.raises(InvariantError, match="a member of a dual VAE is variational"):
        DualVAE(settings(variational=False)[0], line)
    with pytest.raises(InvariantError, match="cross: expected a weight of at least 0"):
        Pairing(cross=-1.0)
    images, lines = pairs(4)
    with pytest.raises(InvariantError, match="expected 4, one a structure, found 3"):
        DualVAE(structure, line).fit(images, lines[:3], progress=False)
