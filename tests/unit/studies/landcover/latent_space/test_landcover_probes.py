"""Linear probes: what is linear is read, what is not there is not, and settings come from training tiles."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from latentlab.studies.landcover.latent_space.probes import STRENGTHS, probe


@pytest.fixture(scope="module")
def latents() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.normal(3.0, 2.0, (300, 8)), random.normal(3.0, 2.0, (200, 8))


def told(truth: np.ndarray, said: np.ndarray) -> float:
    return 1 - np.square(said - truth).sum() / np.square(truth - truth.mean()).sum()


def test_a_linear_target_is_read(latents: tuple[np.ndarray, np.ndarray]) -> None:
    weights = np.arange(8.0) - 2
    said = probe(latents[0], {"height": latents[0] @ weights + 7}, latents[1])["height"]
    assert said.shape == (200, 1)
    assert told(latents[1] @ weights + 7, said[:, 0]) > 0.9999


def test_noise_is_not_read(latents: tuple[np.ndarray, np.ndarray]) -> None:
    random = np.random.default_rng(1)
    said = probe(latents[0], {"height": random.normal(size=300)}, latents[1])["height"]
    assert -0.1 < told(random.normal(size=200), said[:, 0]) < 0.05


def test_predictions_are_those_of_scikit_learn(latents: tuple[np.ndarray, np.ndarray]) -> None:
    random = np.random.default_rng(2)
    target = latents[0][:, 0] + random.normal(0, 3, 300)
    said = probe(latents[0], {"it": target}, latents[1])["it"][:, 0]
    scale = np.linalg.eigvalsh(np.cov(latents[0].T, bias=True)).mean()
    known = [
        Ridge(alpha=300 * scale * each).fit(latents[0], target).predict(latents[1]) for each in STRENGTHS
    ]
    assert any(np.allclose(said, each) for each in known)


def test_a_turned_latent_space_reads_the_same(latents: tuple[np.ndarray, np.ndarray]) -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(8, 8)))
    target = {"it": np.sin(latents[0])[:, :3]}
    plain, turned = (probe(latents[0] @ each, target, latents[1] @ each)["it"] for each in (np.eye(8), turn))
    assert turned == pytest.approx(plain, abs=1e-6)


def test_rows_that_are_not_known_are_left_out(latents: tuple[np.ndarray, np.ndarray]) -> None:
    target = latents[0][:, 1].copy()
    whole = probe(latents[0], {"it": target}, latents[1])["it"]
    target[::4] = np.nan
    both = probe(latents[0], {"it": target, "other": latents[0][:, 2]}, latents[1])
    assert both["it"] == pytest.approx(whole, abs=1e-2)
    assert told(latents[1][:, 2], both["other"][:, 0]) > 0.9999


def test_latents_that_are_all_equal_say_the_mean(latents: tuple[np.ndarray, np.ndarray]) -> None:
    said = probe(np.ones((300, 2)), {"it": latents[0][:, 0]}, np.ones((4, 2)))["it"]
    assert said[:, 0] == pytest.approx(latents[0][:, 0].mean())


def test_a_target_of_too_few_tiles_is_refused(latents: tuple[np.ndarray, np.ndarray]) -> None:
    target = np.where(np.arange(300) < 9, 1.0, np.nan)
    with pytest.raises(ValueError, match="a probe of height needs 10 training tiles, known of 9"):
        probe(latents[0], {"height": target}, latents[1])
