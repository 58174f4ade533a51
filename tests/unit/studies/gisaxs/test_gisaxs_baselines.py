"""Trivial answers to test patterns: each against its own definition in NumPy, and against other answers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.tiny_space import script

from latentlab.artifacts import read_summary, write_artifact
from latentlab.studies.gisaxs import baselines as module
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.baselines import fit_answers, measure_baselines, target_image
from latentlab.studies.gisaxs.compression.evaluation import evaluate_codec
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.metric_names import (
    ANSWERS,
    IMAGE_METRICS,
    INTERPOLATION,
    PCA_BYTES,
    baseline_metrics,
)
from latentlab.studies.gisaxs.quantities import ANSWER_TITLES, QUANTITIES

TRAIN, TEST = 40, 7


@pytest.fixture(scope="module")
def train_set(make_patterns: Callable) -> object:
    return make_patterns(TRAIN, 0)


@pytest.fixture(scope="module")
def test_set(make_patterns: Callable) -> object:
    return make_patterns(TEST, 1)


@pytest.fixture(scope="module", params=["clean", "gaps"])
def measured(request: pytest.FixtureRequest, train_set: object, test_set: object) -> SimpleNamespace:
    """The baselines of one kind of target, and the images that they were measured with, float64."""
    target = request.param
    answers = fit_answers(train_set, target)
    images = {
        name: np.stack([target_image(patterns, i, target) for i in range(len(patterns))]).astype(np.float64)
        for name, patterns in (("train", train_set), ("test", test_set))
    }
    return SimpleNamespace(
        target=target,
        answers=answers,
        gaps=test_set.gaps.numpy(),
        summary=measure_baselines(answers, test_set, target),
        **images,
    )


def log10(images: np.ndarray) -> np.ndarray:
    """Clipped to the six decades below each image's own maximum."""
    return np.log10(np.maximum(images, 1e-6 * images.max(axis=(1, 2), keepdims=True)))


def log_rmse(restored: np.ndarray, truth: np.ndarray, where: np.ndarray | None = None) -> float:
    """Mean over the images of the rms difference of log10, both within the truth's six decades."""
    top = truth.max(axis=(1, 2), keepdims=True)
    a, b = (np.log10(np.clip(np.broadcast_to(x, truth.shape), 1e-6 * top, top)) for x in (restored, truth))
    square = (a - b) ** 2
    square = square[:, where] if where is not None else square.reshape(len(truth), -1)
    return float(np.sqrt(square.mean(axis=1)).mean())


def test_the_names_are_those_that_are_known(measured: SimpleNamespace) -> None:
    assert set(measured.summary) == baseline_metrics(measured.target)
    assert np.isfinite([value for name, value in measured.summary.items() if "gaps" not in name]).all()


def test_every_baseline_is_described() -> None:
    assert set(ANSWER_TITLES) == set(ANSWERS)
    assert baseline_metrics("clean") <= set(QUANTITIES)
    for metric in IMAGE_METRICS:
        assert QUANTITIES[metric].trivial in baseline_metrics("gaps") & baseline_metrics("clean")
        assert QUANTITIES[f"{metric}_mean_image"].unit == QUANTITIES[metric].unit


def test_the_mean_image_is_that_of_the_training_patterns(measured: SimpleNamespace) -> None:
    mean = measured.train.mean(axis=0)
    expected = ((measured.test - mean) ** 2).mean()
    assert measured.summary["mse_mean_image"] == pytest.approx(expected, rel=1e-5)
    top = measured.test.max(axis=(1, 2))
    psnr = 10 * np.log10(top**2 / ((measured.test - mean) ** 2).mean(axis=(1, 2)))
    assert measured.summary["psnr_raw_mean_image"] == pytest.approx(psnr.mean(), rel=1e-5)


def test_no_other_constant_image_has_a_smaller_error_on_the_training_patterns(
    measured: SimpleNamespace, train_set: object
) -> None:
    """What the mean promises, in raw intensity and in its logarithm, for the patterns it is the mean of."""
    rng = np.random.default_rng(0)
    for images, mean in (
        (measured.train, measured.answers.mean),
        (log10(measured.train), np.log10(measured.answers.log_mean)),
    ):
        best = ((images - mean) ** 2).mean()
        others = [images[0], np.median(images, axis=0), mean + rng.normal(0, 1e-3, mean.shape), 0.99 * mean]
        assert all(((images - other) ** 2).mean() > best for other in others)


def test_metrics_of_the_logarithm_get_the_mean_of_the_logarithms(measured: SimpleNamespace) -> None:
    constant = 10 ** log10(measured.train).mean(axis=0)
    if measured.target == "gaps":
        constant[measured.gaps] = 0
    for name, where in (
        ("log_rmse", None),
        ("log_rmse_gaps", measured.gaps),
        ("log_rmse_outside", ~measured.gaps),
    ):
        expected = log_rmse(constant, measured.test, where)
        assert measured.summary[f"{name}_mean_image"] == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_the_zero_image_leaves_the_mean_square_and_the_floor(measured: SimpleNamespace) -> None:
    assert measured.summary["mse_zero_image"] == pytest.approx((measured.test**2).mean(), rel=1e-5)
    expected = log_rmse(np.zeros(1), measured.test)
    assert measured.summary["log_rmse_zero_image"] == pytest.approx(expected, rel=1e-5)


def test_components_are_fitted_to_the_training_patterns_and_quantised_in_bytes(
    measured: SimpleNamespace,
) -> None:
    """Of two bytes, by an exact decomposition; the codec's is randomised, and close to it."""
    top = measured.train.max()

    def scaled(images: np.ndarray) -> np.ndarray:
        return 1 + np.log10(np.clip(images / top, 1e-6, 1)).reshape(len(images), -1) / 6

    train, mean = scaled(measured.train), scaled(measured.train).mean(axis=0)
    axes = np.linalg.svd(train - mean, full_matrices=False)[2][:2]
    fitted, wanted = (train - mean) @ axes.T, (scaled(measured.test) - mean) @ axes.T
    margin = 0.05 * np.ptp(fitted, axis=0)
    low, high = fitted.min(axis=0) - margin, fitted.max(axis=0) + margin
    levels = np.clip(np.rint((wanted - low) / (high - low) * 255), 0, 255)
    decoded = mean + (low + levels / 255 * (high - low)) @ axes
    restored = (top * 10 ** (6 * (np.clip(decoded, 0, 1) - 1))).reshape(measured.test.shape)
    if measured.target == "gaps":
        restored[:, measured.gaps] = 0
    expected = log_rmse(restored, measured.test)
    assert measured.summary["log_rmse_pca_2_bytes"] == pytest.approx(expected, rel=0.02)


def test_more_bytes_are_not_worse(measured: SimpleNamespace) -> None:
    errors = [measured.summary[f"log_rmse_pca_{size}_bytes"] for size in PCA_BYTES]
    similar = [measured.summary[f"ms_ssim_log_pca_{size}_bytes"] for size in PCA_BYTES]
    # the coefficients' own steps remain: beyond some bytes nothing is gained
    assert all(more < 1.02 * less for less, more in pairwise(errors))
    assert all(more > less - 1e-3 for less, more in pairwise(similar))
    assert errors[-1] < 0.5 * errors[0] < measured.summary["log_rmse_mean_image"]


def test_gaps_in_the_target_are_known_and_cost_nothing(train_set: object, test_set: object) -> None:
    found = measure_baselines(fit_answers(train_set, "gaps"), test_set, "gaps")
    assert {found[f"log_rmse_gaps_{answer}"] for answer in ANSWERS} == {0.0}


def test_interpolation_sees_the_pattern_outside_the_gaps(train_set: object, test_set: object) -> None:
    """The gap is two columns of a smooth pattern: the mean of the neighbours, a third from each."""
    found = measure_baselines(fit_answers(train_set, "clean"), test_set, "clean")
    images = test_set.images.numpy().astype(np.float64)
    logs, filled = np.log10(images), images.copy()
    for column, weight in ((30, 1 / 3), (31, 2 / 3)):
        filled[:, :, column] = 10 ** ((1 - weight) * logs[:, :, 29] + weight * logs[:, :, 32])
    expected = log_rmse(filled, images, test_set.gaps.numpy())
    assert found[INTERPOLATION] == pytest.approx(expected, rel=0.05)
    assert found[INTERPOLATION] < found["log_rmse_gaps_mean_image"]


def test_a_detector_without_gaps(make_patterns: Callable, train_set: object) -> None:
    whole = make_patterns(2, 3)
    whole.gaps = torch.zeros_like(whole.gaps)
    found = measure_baselines(fit_answers(train_set, "clean"), whole, "clean")
    assert not [name for name in found if "gaps" in name or "outside" in name]
    assert "mse_mean_image" in found


def test_few_training_patterns_leave_few_components(make_patterns: Callable, test_set: object) -> None:
    found = measure_baselines(fit_answers(make_patterns(5, 0), "clean"), test_set, "clean")
    assert found["mse_pca_8_bytes"] == found["mse_pca_4_bytes"] != found["mse_pca_2_bytes"]


def test_only_so_many_training_patterns_are_taken(
    train_set: object, make_patterns: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FITTED", 12)
    few = fit_answers(train_set, "clean")
    np.testing.assert_allclose(few.mean, train_set.images[:12].numpy().mean(axis=0), rtol=1e-5)


@pytest.mark.parametrize("target", ["clean", "gaps"])
def test_runs_are_judged_on_the_same_targets_in_the_same_way(
    make_record: Callable,
    train_set: object,
    test_set: object,
    target: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A codec that returns the mean image gets the mean image's metrics."""
    answers = fit_answers(train_set, target)
    record = make_record(target=target, input="gaps", noise=[], intensity="raw")
    constant = torch.from_numpy(np.where(test_set.gaps & (target == "gaps"), 0, answers.mean))[None, None]
    evaluation = "latentlab.studies.gisaxs.compression.evaluation"
    monkeypatch.setattr(f"{evaluation}.encode", lambda *args, **options: b"")
    monkeypatch.setattr(f"{evaluation}.decode", lambda *args, **options: constant)
    monkeypatch.setattr(f"{evaluation}.estimated_bits", lambda *args: torch.tensor(0.0))
    monkeypatch.setattr(f"{evaluation}.stream_sizes", lambda data: [0])
    codec = SimpleNamespace(
        record=record, transform=IntensityTransform("raw", 1.0), model=None, model_id=b"m"
    )
    found = evaluate_codec(codec, test_set).metrics
    summary = measure_baselines(answers, test_set, target)
    for metric in ("mse", "ms_ssim", "psnr_raw"):
        assert summary[f"{metric}_mean_image"] == pytest.approx(float(found[metric].double().mean()))
    batch = evaluation_batch(test_set, record)[1][:, 0].numpy()
    assert np.array_equal(batch, np.stack([target_image(test_set, i, target) for i in range(TEST)]))


def test_another_target_is_refused(train_set: object) -> None:
    with pytest.raises(ValueError, match="target is 'noisy', expected 'clean' or 'gaps'"):
        fit_answers(train_set, "noisy")


def test_the_stage_writes_the_same_bytes_again(train_set: object, test_set: object, tmp_path: Path) -> None:
    data = tmp_path / "patterns.h5"
    with write_artifact(data, kind="patterns", rule="test", record={}) as file:
        for split, patterns in (("train", train_set), ("test", test_set)):
            file[f"{split}/intensity"] = patterns.images.numpy()
            file[f"{split}/parameters"] = patterns.parameters
        file.attrs["side"], file["gaps"] = patterns.images.shape[-1], patterns.gaps.numpy()
    for name in ("once.h5", "again.h5"):
        script("baselines").baselines(tmp_path / name, data, [], "gaps", code="c0de")
    assert (tmp_path / "once.h5").read_bytes() == (tmp_path / "again.h5").read_bytes()
    expected = measure_baselines(fit_answers(train_set, "gaps"), test_set, "gaps")
    assert read_summary(tmp_path / "once.h5", "pattern-baselines") == expected
