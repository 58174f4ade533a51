"""Turning the input by 30 degrees moves the angle by 30 degrees and nothing else, in held-out images."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.invariant.asymmetric import SIDE, turned_shapes, wrapped

from latentlab.invariant import InvariantVAE, Settings, Training
from latentlab.invariant.transforms import transform_images

THIRTY = np.pi / 6
SHAPE = (1, SIDE, SIDE)


@pytest.fixture(scope="module")
def amortised() -> InvariantVAE:
    """A model of 300 turned shapes that sees them in the frame of their moments, trained for 4 seconds."""
    return fitted({"rotation": "amortised", "frame": "moments"}, epochs=30, beta_continuous=0.1)


@pytest.fixture(scope="module")
def enumerated() -> InvariantVAE:
    """The same with six enumerated orientations, trained for 2 seconds."""
    settings = {"rotation": "enumerated", "frame": "moments", "orientations": 6}
    return fitted(settings, epochs=20, beta_continuous=0.1)


def fitted(settings: dict, **options: float) -> InvariantVAE:
    model = InvariantVAE(Settings(shape=SHAPE, latent=1, **settings))
    training = Training(batch=20, learning_rate=4e-3, **options)
    model.fit(turned_shapes(300, seed=1).images, training=training, progress=False)
    return model


@pytest.mark.parametrize("name", ["amortised", "enumerated"])
def test_the_angle_is_recovered(name: str, request: pytest.FixtureRequest) -> None:
    held_out = turned_shapes(200, seed=2)
    difference = request.getfixturevalue(name).encode(held_out.images).angle - held_out.angle
    common = np.angle(np.exp(1j * difference).mean())  # which angle is called 0 is the model's choice,
    # and it may depend a little on the length of the arm
    assert np.degrees(np.median(np.abs(wrapped(difference - common)))) < 10


@pytest.mark.parametrize(("name", "most"), [("amortised", 0.5), ("enumerated", 0.5)])
def test_thirty_degrees_move_the_angle_by_thirty(
    name: str, most: float, request: pytest.FixtureRequest
) -> None:
    images = turned_shapes(200, seed=2).images
    vae = request.getfixturevalue(name)
    moved = vae.encode(transform_images(images, THIRTY)).angle - vae.encode(images).angle
    assert np.degrees(np.median(np.abs(wrapped(moved - THIRTY)))) < most


def test_no_other_latent_moves_by_a_tenth_of_its_spread(amortised: InvariantVAE) -> None:
    shapes = turned_shapes(200, seed=2)
    before = amortised.encode(shapes.images).continuous
    after = amortised.encode(transform_images(shapes.images, THIRTY)).continuous
    assert abs(np.corrcoef(before[:, 0], shapes.arm)[0, 1]) > 0.9  # the latent is in use
    assert np.percentile(np.abs(after - before) / before.std(0), 95) < 0.1
