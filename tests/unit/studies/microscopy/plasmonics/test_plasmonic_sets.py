"""The sets of this part: what they hold, which metrics they have, and their scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.microscopy.plasmonics.data import draw
from latentlab.studies.microscopy.plasmonics.metric_names import set_metrics
from latentlab.studies.microscopy.plasmonics.molecules import FOLDS, SPECIES, find_molecules, matched
from latentlab.studies.microscopy.plasmonics.rivals import nearest, nearest_rows, ridge, turned
from latentlab.studies.microscopy.plasmonics.scores import (
    best_turned,
    explained,
    linear_r2,
    turn_correlation,
    turned_copies,
)
from latentlab.studies.microscopy.set_file import Drawn, read_extra, read_set, write_set

NAMES = ("plasmonics-pixels", "plasmonics-spectra", "plasmonics-particles", "molecules")


@pytest.fixture(scope="module", params=NAMES)
def drawn(request: pytest.FixtureRequest, repository: Path) -> tuple[dict, Drawn]:
    spec = load_yaml(repository / "config" / "microscopy.yaml")["sets"][request.param]
    sizes = load_yaml(repository / "config" / "scales" / "tiny.yaml")["microscopy"]["plasmonics"]
    return spec, draw(spec, sizes, 7)


def test_a_set_has_the_metrics_that_it_promises(drawn: tuple[dict, Drawn]) -> None:
    spec, content = drawn
    assert set(content.summary) == set_metrics(spec)
    assert len(content.train) > len(content.test) > 0
    for values in (content.train.images, content.test.images):
        assert values.dtype == np.float32
        assert np.isfinite(values).all()


def test_a_set_is_kept_whole_in_its_file(drawn: tuple[dict, Drawn], tmp_path: Path) -> None:
    _, content = drawn
    write_set(tmp_path / "set.h5", content, rule="test", record={})
    test = read_set(tmp_path / "set.h5", "test")
    np.testing.assert_array_equal(test.images, content.test.images)
    for name, values in content.extra.items():
        np.testing.assert_array_equal(read_extra(tmp_path / "set.h5", name), values)


def test_pairs_are_standardised_and_copies_are_turned(drawn: tuple[dict, Drawn]) -> None:
    spec, content = drawn
    if content.train.targets is None:
        assert content.train.images.min() >= 0
        assert content.train.images.max() <= 1
        return
    for values in (content.train.images, content.train.targets):
        assert abs(float(values.mean())) < 0.02
        assert float((values**2).mean()) == pytest.approx(1, rel=0.02)
    copies = spec.get("copies", 1)
    number = len(content.train) // copies
    for copy in range(1, copies):
        rows = slice(copy * number, (copy + 1) * number)
        turned_back = np.rot90(content.train.images[rows], -copy, axes=(2, 3))
        np.testing.assert_array_equal(turned_back, content.train.images[:number])
        np.testing.assert_array_equal(content.train.targets[rows], content.train.targets[:number])


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ConfigError, match="unit is 'atom', expected one of pixel, particle, molecule"):
        draw({"unit": "atom"}, {}, 0)


def test_a_perfect_prediction_explains_all_and_the_mean_nothing() -> None:
    rng = np.random.default_rng(0)
    truth, groups = rng.normal(size=(200, 5)), np.repeat(np.arange(20), 10)
    mean = np.zeros(5)
    perfect = explained(truth, truth, mean, groups, 1)
    np.testing.assert_allclose([perfect.mean, perfect.whole], 1)
    np.testing.assert_allclose(explained(truth, np.zeros_like(truth), mean, groups, 1).channels, 0)
    half = explained(truth, 0.5 * truth, mean, groups, 1)
    np.testing.assert_allclose(half.channels, 0.75)
    noisy = explained(truth, truth + rng.normal(size=truth.shape), mean, groups, 1)
    assert noisy.mean[1] < noisy.mean[0] < noisy.mean[2]


def test_linear_r2_finds_a_linear_factor_and_no_other() -> None:
    rng = np.random.default_rng(0)
    latents, others = rng.normal(size=(2, 500, 3))
    factor = latents @ [1.0, -2.0, 0.5] + 4
    assert linear_r2(latents, factor, others, others @ [1.0, -2.0, 0.5] + 4) == pytest.approx(1)
    assert linear_r2(latents, rng.normal(size=500), others, rng.normal(size=500)) < 0.05


def test_angles_all_round_are_judged_without_a_mean() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(-np.pi, np.pi, 400)
    for angles in (truth, truth / 10):  # all round, and in a narrow range
        assert turn_correlation(angles, angles + 2.1, 1) == pytest.approx(1)
        assert turn_correlation(angles, -angles, 1) == pytest.approx(-1)
    third = rng.integers(3, size=400) * 2 * np.pi / 3
    assert turn_correlation(truth, truth + third, 3) == pytest.approx(1)
    assert abs(turn_correlation(truth, truth + third, 1)) < 0.2
    assert abs(turn_correlation(truth, rng.permutation(truth), 1)) < 0.15


def test_turned_images_and_the_best_of_them() -> None:
    image = np.zeros((1, 9, 9), dtype=np.float32)
    image[0, 4, 4:8] = 1
    np.testing.assert_allclose(turned_copies(image, 4)[0, 1], np.rot90(image[0]), atol=1e-6)
    np.testing.assert_allclose(
        best_turned(image, np.rot90(image, 2, axes=(1, 2))), image[:, ::-1, ::-1], atol=1e-5
    )


def test_rivals_find_what_they_can() -> None:
    rng = np.random.default_rng(0)
    rows, groups = rng.normal(size=(600, 10)).astype(np.float32), np.arange(600) // 30
    weights = rng.normal(size=(10, 3)).astype(np.float32)
    asked = rng.normal(size=(50, 10)).astype(np.float32)
    np.testing.assert_allclose(ridge(rows, rows @ weights, groups, asked)[0], asked @ weights, atol=1e-2)
    found = nearest(rows, rows @ weights, groups, rows[:20], copies=1)[0]
    assert ((found - rows[:20] @ weights) ** 2).mean() < 0.5 * (rows @ weights).var()
    np.testing.assert_array_equal(
        nearest_rows(np.concatenate([rows, -rows]), -rows[:5], 1, 2)[:, 0], range(5)
    )
    assert turned(np.zeros((3, 4, 4))).shape == (24, 4, 4)


def test_molecules_are_found_where_they_are() -> None:
    grid = np.arange(80)
    places = np.array([[20, 25], [50, 60]])
    image = sum(np.exp(-((grid[:, None] - row) ** 2 + (grid - column) ** 2) / 12) for row, column in places)
    found = find_molecules(image, 10)
    nearest_place, right = matched(found, places.astype(float))
    assert right.all()
    assert set(nearest_place) == {0, 1}
    assert not matched(np.array([[40, 40]]), places.astype(float))[1].any()


def test_species_have_the_symmetry_that_is_said() -> None:
    for kind, (lobes, fold) in enumerate(SPECIES.values()):
        assert FOLDS[kind] == fold
        points = {(round(x, 1), round(y, 1), height) for x, y, height in lobes}

        def again(fraction: int, lobes: tuple = lobes) -> set:
            turn = np.exp(2j * np.pi / fraction)
            moved = [(complex(x, y) * turn, height) for x, y, height in lobes]
            return {(round(z.real, 1) + 0.0, round(z.imag, 1) + 0.0, height) for z, height in moved}

        assert again(fold) == {(x + 0.0, y + 0.0, height) for x, y, height in points}
        assert all(again(other) != points for other in range(fold + 1, 7) if other % fold == 0)
