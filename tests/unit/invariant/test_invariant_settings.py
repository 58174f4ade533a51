"""Settings and training options: what is refused, and the way through a record."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from latentlab.errors import InvariantError
from latentlab.invariant.settings import Settings, Training, from_record, plain

SHAPE = (1, 12, 12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shape": (12,)}, "shape: expected (channels, height, width) or (channels, length)"),
        ({"shape": (1, 0, 12)}, "shape: expected a whole number of at least 1, found 0"),
        ({"shape": "image"}, "shape: expected a list of numbers, found 'image'"),
        ({"latent": -1}, "latent: expected a whole number of at least 0, found -1"),
        ({"latent": 0}, "latent: 0 needs at least 2 classes"),
        ({"latent": True}, "latent: expected a whole number"),
        ({"classes": 1}, "classes: 1 class tells nothing"),
        ({"rotation": "free"}, "rotation: expected one of none, amortised, enumerated"),
        ({"frame": "own"}, "frame: expected one of image, moments, found 'own'"),
        ({"frame": "moments"}, "frame: 'moments' turns and shifts images"),
        ({"decoder": "unet"}, "decoder: expected one of canonical"),
        ({"decoder": "dense", "rotation": "amortised"}, "decoder: 'dense' cannot rotate, shift or scale"),
        (
            {"target_shape": (1, 50)},
            "decoder: 'canonical' draws images, and the target (1, 50) is a spectrum",
        ),
        ({"shape": (1, 12, 10), "rotation": "amortised"}, "must be square, found (1, 12, 10)"),
        (
            {"target_shape": (1, 6, 6), "rotation": "enumerated"},
            "rotation: 'enumerated' compares images with targets of equal height and width",
        ),
        ({"hidden": []}, "hidden: expected at least one width"),
        ({"hidden": [8, 0]}, "hidden: expected a whole number of at least 1, found 0"),
        ({"angle_prior": 0}, "angle_prior: expected a number above 0, found 0"),
        ({"translation_prior": -0.1}, "translation_prior: expected a number of at least 0, found -0.1"),
        ({"temperature": float("nan")}, "temperature: expected a number above 0, found nan"),
    ],
)
def test_settings_that_cannot_be_used(change: dict, message: str) -> None:
    with pytest.raises(InvariantError) as raised:
        Settings(**{"shape": SHAPE, **change})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 0}, "epochs: expected a whole number of at least 1, found 0"),
        ({"batch": 2.0}, "batch: expected a whole number"),
        ({"learning_rate": 0}, "learning_rate: expected a number above 0"),
        ({"schedule": "steps"}, "schedule: expected one of constant, cosine"),
        ({"beta_angle": -1}, "beta_angle: expected a number of at least 0, found -1"),
        ({"continuous_weight_start": -1}, "continuous_weight_start: expected a number of at least 0"),
        ({"label_weight": "high"}, "label_weight: expected a number"),
        ({"patience": 0}, "patience: expected a whole number of at least 1"),
        ({"validation": 1.0}, "validation: expected a share below 1, found 1.0"),
        ({"capacity_discrete": [5, 100]}, "capacity_discrete: expected final nats, steps and gamma"),
    ],
)
def test_training_options_that_cannot_be_used(change: dict, message: str) -> None:
    with pytest.raises(InvariantError) as raised:
        Training(**change)
    assert message in str(raised.value)


def test_a_record_gives_settings_and_training() -> None:
    record = {"data": "cards", "latent": 3, "hidden": [16], "epochs": 7, "seed": 1}
    settings, training = from_record(record, shape=SHAPE, condition=2)
    assert settings == Settings(shape=SHAPE, latent=3, hidden=(16,), condition=2)
    assert training == Training(epochs=7)


def test_plain_options_survive_json() -> None:
    settings = Settings(shape=SHAPE, target_shape=(3, 12, 12), hidden=(8, 4))
    training = Training(capacity_continuous=(5.0, 100, 30.0))
    assert Settings(**json.loads(json.dumps(plain(settings)))) == settings
    assert Training(**json.loads(json.dumps(plain(training)))) == training


def test_no_key_is_both_a_setting_and_a_training_option() -> None:
    assert not set(asdict(Settings(shape=SHAPE))) & set(asdict(Training()))
