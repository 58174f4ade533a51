"""Sets of digits: sources, drawing, splits, and what is refused."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import rotate

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.digits.colours import nearest_class
from latentlab.studies.microscopy.digits.data import draw
from latentlab.studies.microscopy.digits.drawing import PALETTE, coloured, enlarged, noisy
from latentlab.studies.microscopy.digits.metric_names import set_metrics
from latentlab.studies.microscopy.digits.sources import read_digits, shipped_digits
from latentlab.studies.microscopy.digits.splits import stratified_split

SIZES = {"side": 16, "train": 120, "test": 60}


def idx(values: np.ndarray) -> bytes:
    """The bytes of an IDX file of unsigned bytes."""
    return struct.pack(f">I{values.ndim}I", 0x800 + values.ndim, *values.shape) + values.tobytes()


@pytest.fixture
def mnist() -> tuple[np.ndarray, np.ndarray]:
    """Forty images of 12 x 12 px, four of each digit."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (40, 12, 12), dtype=np.uint8), np.tile(np.arange(10, dtype=np.uint8), 4)


def test_shipped_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    found, expected = shipped_digits(), load_digits()
    np.testing.assert_array_equal(found.images * 16, expected.images)
    np.testing.assert_array_equal(found.classes, expected.target)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_idx_files_give_what_was_written(
    tmp_path: Path, mnist: tuple[np.ndarray, np.ndarray], ending: str
) -> None:
    paths = [tmp_path / f"t10k-{name}-ubyte{ending}" for name in ("labels-idx1", "images-idx3")]
    for path, values in zip(paths, reversed(mnist), strict=True):
        path.write_bytes(gzip.compress(idx(values)) if ending else idx(values))
    found = read_digits(paths)
    np.testing.assert_allclose(found.images * 255, mnist[0])
    np.testing.assert_array_equal(found.classes, mnist[1])


def test_npz_joins_both_parts(tmp_path: Path, mnist: tuple[np.ndarray, np.ndarray]) -> None:
    path = tmp_path / "mnist.npz"
    np.savez(path, x_train=mnist[0], y_train=mnist[1], x_test=mnist[0][:10], y_test=mnist[1][:10])
    assert read_digits([path]).images.shape == (50, 12, 12)
    drawn = draw({"kind": "digits", "files": [str(path)]}, {**SIZES, "train": 30, "test": 20}, 0, [path])
    assert drawn.train.images.shape == (30, 1, 16, 16)
    assert drawn.attributes["source"] == str(path)


def test_damaged_files_are_named(tmp_path: Path, mnist: tuple[np.ndarray, np.ndarray]) -> None:
    images, labels = tmp_path / "a-images-idx3-ubyte", tmp_path / "a-labels-idx1-ubyte"
    labels.write_bytes(idx(mnist[1]))
    with pytest.raises(ConfigError, match="a-images-idx3-ubyte: there is no such file"):
        read_digits([images, labels])
    images.write_bytes(idx(mnist[0])[:-5])
    with pytest.raises(ConfigError, match="truncated or damaged"):
        read_digits([images, labels])
    images.write_bytes(b"no image")
    with pytest.raises(ConfigError, match="expected an IDX file of unsigned bytes in 3 dimensions"):
        read_digits([images, labels])
    with pytest.raises(ConfigError, match=r"expected one file \*.npz, or two"):
        read_digits([labels])
    images.write_bytes(idx(mnist[0][:7]))
    with pytest.raises(ConfigError, match="with a digit each"):
        read_digits([images, labels])
    other = tmp_path / "other.npz"
    np.savez(other, x=mnist[0])
    with pytest.raises(ConfigError, match="expected arrays x_train and y_train, found x"):
        read_digits([other])
    other.write_bytes(b"no archive")
    with pytest.raises(ConfigError, match=r"not a readable \.npz file"):
        read_digits([other])


def test_a_positive_angle_turns_counter_clockwise() -> None:
    source = shipped_digits().images[:5]
    upright = enlarged(source, 40, 20)
    turned = enlarged(source, 40, 20, np.deg2rad(np.full(5, 35.0)))
    # SciPy's angle is counter-clockwise as displayed with row 0 at the top
    for image, found in zip(upright, turned, strict=True):
        expected = np.clip(rotate(image, 35, reshape=False, order=3), 0, 1)
        assert np.abs(found - expected).max() < 0.06  # two interpolations against one


def test_enlarging_keeps_ink_and_place() -> None:
    source = shipped_digits().images[:20]
    drawn = enlarged(source, 30, 16)
    assert drawn.dtype == np.float32
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    np.testing.assert_allclose(drawn.sum(axis=(1, 2)) / 4, source.sum(axis=(1, 2)), rtol=0.1)
    np.testing.assert_allclose(enlarged(source[:, ::-1], 30, 16), drawn[:, ::-1], atol=1e-6)


@pytest.mark.parametrize(
    "noise", [{"kind": "gaussian", "sd": 0.1}, {"kind": "shot", "counts": 200, "background": 0.2}]
)
def test_noise_has_the_mean_and_spread_that_it_names(noise: dict[str, float]) -> None:
    images = np.full((50, 1, 20, 20), 0.5, dtype=np.float32)
    found = noisy(images, noise, np.random.default_rng(0))
    assert found.mean() == pytest.approx(0.5, abs=0.005)
    # shot noise: variance of counts c (b + (1 - b) x) over (c (1 - b))^2
    sd = 0.1 if noise["kind"] == "gaussian" else np.sqrt(200 * 0.6) / (200 * 0.8)
    assert found.std() == pytest.approx(sd, rel=0.05)


def test_the_colour_of_a_digit_names_its_class() -> None:
    source, classes = shipped_digits()
    shown = coloured(source[:100], classes[:100])
    assert shown.shape == (100, 3, 8, 8)
    np.testing.assert_array_equal(nearest_class(shown), classes[:100])
    assert len(np.unique(PALETTE, axis=0)) == 10


def test_the_split_has_equal_shares_and_no_digit_twice() -> None:
    classes = np.repeat(np.arange(5), [10, 20, 30, 20, 11])
    train, test = stratified_split(classes, 60, seed=1)
    assert sorted([*train, *test]) == list(range(91))
    assert len(train) == 60
    shares = np.bincount(classes[train]) / np.bincount(classes)
    assert np.ptp(shares) < 0.1
    assert not np.array_equal(train, stratified_split(classes, 60, seed=2)[0])
    with pytest.raises(ValueError, match="expected 1 to 90 training images of 91, found 91"):
        stratified_split(classes, 91, seed=1)


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"rotation_deg": 60},
        {"noise": {"kind": "gaussian", "sd": 0.3}, "copies": 2},
        {"colours": "class"},
    ],
)
def test_a_set_holds_what_it_promises(spec: dict) -> None:
    drawn = draw({"kind": "digits", **spec}, SIZES, 3)
    copies = spec.get("copies", 1)
    assert drawn.train.images.shape == (120 * copies, 1, 16, 16)
    assert drawn.test.images.shape == (60, 1, 16, 16)
    assert not set(drawn.train.factors["source"]) & set(drawn.test.factors["source"])
    np.testing.assert_array_equal(drawn.train.conditions.argmax(axis=1), drawn.train.factors["class"])
    np.testing.assert_array_equal(drawn.test.labels, drawn.test.factors["class"])
    angles = np.rad2deg(drawn.train.factors["angle_rad"])
    assert np.abs(angles).max() <= spec.get("rotation_deg", 0)
    assert (np.ptp(angles) > 90) == ("rotation_deg" in spec)
    assert (drawn.train.targets is None) == (not {"noise", "colours"} & set(spec))
    assert set(drawn.summary) == set_metrics(spec)
    again = draw({"kind": "digits", **spec}, SIZES, 3)
    np.testing.assert_array_equal(again.train.images, drawn.train.images)


def test_copies_have_noise_of_their_own() -> None:
    drawn = draw({"noise": {"kind": "gaussian", "sd": 0.3}, "copies": 2}, SIZES, 3)
    first, second = drawn.train.images[:120], drawn.train.images[120:]
    np.testing.assert_array_equal(drawn.train.targets[:120], drawn.train.targets[120:])
    assert np.abs(first - second).mean() > 0.05


def test_mistakes_in_a_set_are_named() -> None:
    with pytest.raises(ConfigError, match="sets of digits have no key 'rotation', only colours"):
        draw({"rotation": 3}, SIZES, 0)
    with pytest.raises(ConfigError, match=r"digits\.train: expected 1 to 1796 training images of 1797"):
        draw({}, {**SIZES, "train": 1797}, 0)
