"""A set's baselines: against direct computation, on sets with and without lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.unit.studies.lines.evaluation.drawn_lines import reference_autocorrelation
from tests.unit.studies.lines.tiny_lines import EVALUATED, LATENT, SIZES, STUDY, LinesStudy, draw_set, script

from latentlab.artifacts import read_summary
from latentlab.studies.lines.evaluation.baselines import baselines
from latentlab.studies.lines.evaluation.evaluation_file import BASELINES, read_group
from latentlab.studies.lines.evaluation.reconstruction_errors import constant_errors, errors_from_fraction
from latentlab.studies.lines.evaluation.statistics_pca import StatisticsPCA
from latentlab.studies.lines.sets import MicrostructureSet

LINES, FIELD = "lines-1-4", "random-field"
SIDE, SEED = SIZES["side"], STUDY["seed"]
TRIVIAL = ("mse_images_mean_image", "mse_statistics_mean_image", "mse_statistics_mean_autocorrelation")
TRIVIAL += ("mse_images_chance", "mse_statistics_chance", "mse_statistics_pca")


def mean_square(difference: torch.Tensor) -> float:
    return difference.double().square().mean().item()


@pytest.mark.parametrize("name", [LINES, FIELD])
def test_trivial_answers_are_the_direct_means(lines_study: LinesStudy, name: str) -> None:
    summary = read_summary(lines_study.baselines[name])
    train, validation = (split.images() for split in lines_study.splits(name))
    mean = train.double().mean(0)
    here = reference_autocorrelation(validation)
    expected = {
        "mse_images_mean_image": mean_square(validation - mean),
        "mse_statistics_mean_image": mean_square(here - reference_autocorrelation(mean[None])),
        "mse_statistics_mean_autocorrelation": mean_square(here - reference_autocorrelation(train).mean(0)),
        "mse_images_chance": mean_square(validation.double() - validation.roll(1, dims=0)),
        "mse_statistics_chance": mean_square(here - here.roll(1, dims=0)),
    }
    assert {metric: summary[metric] for metric in expected} == pytest.approx(expected, rel=1e-4)
    assert set(TRIVIAL) <= set(summary)


@pytest.mark.parametrize("name", [LINES, FIELD])
def test_the_volume_fraction_predicts_each_lag_as_least_squares_do(
    lines_study: LinesStudy, name: str
) -> None:
    summary = read_summary(lines_study.baselines[name])
    train, validation = (split.images() for split in lines_study.splits(name))
    columns, lags = {}, {}
    for split, images in (("train", train), ("validation", validation)):
        fractions = 1 - images.double().mean((1, 2)).numpy()
        columns[split] = np.stack([np.ones(len(images)), fractions], axis=1)
        lags[split] = reference_autocorrelation(images).flatten(1).double().numpy()
    fitted, *_ = np.linalg.lstsq(columns["train"], lags["train"])
    expected = ((columns["validation"] @ fitted - lags["validation"]) ** 2).mean()
    assert summary["mse_statistics_from_fraction"] == pytest.approx(expected, rel=1e-4)
    assert summary["mse_statistics_from_fraction"] < summary["mse_statistics_mean_autocorrelation"]


def test_equal_volume_fractions_predict_the_mean() -> None:
    """Nothing to fit: no slope, and no division by a variance of zero."""
    images = torch.ones(4, 8, 8, dtype=torch.uint8)
    for index in range(4):
        images[index, index, index : index + 4] = 0
    found = errors_from_fraction([images], [images], 8)
    constant = constant_errors([images], [images], 8)["statistics"]
    np.testing.assert_allclose(found, constant, atol=1e-12)


def test_one_answer_is_judged_on_the_runs_pairs(lines_study: LinesStudy) -> None:
    summary = read_summary(lines_study.baselines[LINES])
    train, validation = lines_study.splits(LINES)
    pairs = EVALUATED["pairs"]
    for name, label in (("lines_right", "count"), ("orientation_right", "orientation")):
        values = validation.labels[label][:pairs].tolist()
        best = max(100 * values.count(value) / pairs for value in set(values))
        assert summary[f"{name}_always_one"] == pytest.approx(best)
        assert best < 100
    black = (validation.images(0, pairs) == 0).sum((1, 2)).double()
    mean = (train.images() == 0).sum((1, 2)).double().mean()
    expected = (100 * (black - mean).abs() / black).mean().item()
    assert summary["fraction_difference_mean_fraction"] == pytest.approx(expected, rel=1e-5)
    # the runs' own pairs are as many, with the same originals
    evaluation = lines_study.evaluations["statistics"]
    assert read_summary(evaluation)["pairs"] == pairs
    originals = read_group(evaluation, "pairs")["original"]
    assert np.array_equal(originals, validation.images(0, pairs).numpy())


@pytest.mark.parametrize("name", [LINES, FIELD])
def test_components_beat_the_mean_autocorrelation(lines_study: LinesStudy, name: str) -> None:
    summary = read_summary(lines_study.baselines[name])
    assert 0 < summary["mse_statistics_pca"] < summary["mse_statistics_mean_autocorrelation"]
    train, validation = lines_study.splits(name)
    pca = StatisticsPCA.fit(train.blocks, SIDE, components=LATENT, seed=SEED)
    images = validation.images(0, EVALUATED["overfitting"])
    centred = torch.fft.fftshift(reference_autocorrelation(images), dim=(-2, -1))
    direct = mean_square(pca.decode(pca.encode(images)) - centred)
    assert summary["mse_statistics_pca"] == pytest.approx(direct, rel=1e-3)


def test_retrieved_lines_are_scored(lines_study: LinesStudy) -> None:
    summary = read_summary(lines_study.baselines[LINES])
    group = read_group(lines_study.baselines[LINES], "retrieval", BASELINES)
    _, validation = lines_study.splits(LINES)
    count = EVALUATED["retrieved"]
    assert np.array_equal(group["original"], validation.images(0, count).numpy())
    for name in ("retrieval", "pca_retrieval"):
        assert group[name].shape == (count, SIDE, SIDE)
        assert summary[f"residual_{name}"] == pytest.approx(np.median(group[f"{name}_residual"]))
    # the images of lines are solved: same statistics, hence (up to a shift) the same lines
    assert summary["residual_retrieval"] < 1e-6
    found, true = (reference_autocorrelation(torch.from_numpy(group[n])) for n in ("retrieval", "original"))
    assert mean_square(found - true) < 1e-12
    assert summary["orientation_right_retrieval"] == summary["lines_right_retrieval"] == 100


def test_a_set_without_lines_lacks_their_metrics_alone(lines_study: LinesStudy) -> None:
    summary = read_summary(lines_study.baselines[FIELD])
    assert not [name for name in summary if name.startswith(("orientation_", "lines_", "accuracy_"))]
    assert "fraction_difference_mean_fraction" not in summary
    assert {"residual_retrieval", "residual_pca_retrieval", "r2_volume_fraction_pca"} <= set(summary)
    assert {*TRIVIAL, "mse_statistics_from_fraction"} <= set(summary)


def test_labels_are_read_from_the_components(lines_study: LinesStudy) -> None:
    summary = read_summary(lines_study.baselines[LINES])
    assert summary["r2_volume_fraction_pca"] > 0.5  # f at lag 0 is the volume fraction
    assert 0 <= summary["accuracy_count_pca"] <= 1
    assert {"accuracy_orientation_pca", "accuracy_orientation_by_chance_pca"} <= set(summary)


def test_orientations_of_diagonals_are_told(tmp_path: Path) -> None:
    path = draw_set(tmp_path / "diagonals.h5", "diagonals")
    splits = MicrostructureSet(path, "train"), MicrostructureSet(path, "validation")
    summary, groups = baselines(*splits, EVALUATED, LATENT, SEED)
    solved = groups["retrieval"]["retrieval_residual"] < 1e-6
    assert solved.any()
    assert summary["orientation_right_retrieval"] >= 100 * solved.mean()


def test_the_same_input_gives_the_same_bytes(lines_study: LinesStudy, tmp_path: Path) -> None:
    again = tmp_path / "again.h5"
    script("baselines")(again, lines_study.sets[FIELD], EVALUATED, latent=LATENT, seed=SEED)
    assert again.read_bytes() == lines_study.baselines[FIELD].read_bytes()


def test_the_seed_reaches_the_retrieval(lines_study: LinesStudy) -> None:
    splits = lines_study.splits(LINES)
    sizes = {"pairs": 5, "overfitting": 12, "retrieved": 1}
    found = [baselines(*splits, sizes, LATENT, seed)[1]["retrieval"]["retrieval"] for seed in (0, 1, 1)]
    assert not np.array_equal(found[0], found[1])
    assert np.array_equal(found[1], found[2])
