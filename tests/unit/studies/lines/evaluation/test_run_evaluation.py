"""A run's evaluation: its numbers against direct computation, and all that tables and claims ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.studies.lines.evaluation.drawn_lines import reference_autocorrelation
from tests.unit.studies.lines.tiny_lines import EVALUATED, LATENT, RECORDS, SIZES, STUDY, LinesStudy, script

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.evaluation_file import (
    KIND,
    read_group,
    read_line_scores,
)
from latentlab.studies.lines.evaluation.line_counts import count_lines, threshold
from latentlab.studies.lines.evaluation.prior import DEVIATIONS
from latentlab.studies.lines.evaluation.run import evaluate_vae, label_scores
from latentlab.studies.lines.vae_file import TrainedVae, load_vae

SIDE = SIZES["side"]
RUN, FIELD = "statistics", "statistics-random-field"
LINE_METRICS = ("orientation_right", "lines_", "pairs", "fraction_difference", "accuracy_")
Shared = tuple[dict[str, float], TrainedVae, torch.Tensor, torch.Tensor]


@pytest.fixture(scope="module")
def shared(lines_study: LinesStudy) -> Shared:
    """Summary and VAE of the run on lines; its validation images and their reconstructions."""
    trained = load_vae(lines_study.vaes[RUN])
    _, validation = lines_study.splits("lines-1-4")
    images = validation.images()
    return read_summary(lines_study.evaluations[RUN]), trained, images, trained.model.reconstruct(images)


def test_errors_are_those_of_all_validation_images(shared: Shared, lines_study: LinesStudy) -> None:
    summary, _, images, restored = shared
    pixels = (images.double() - restored.double()).square().mean((1, 2)).numpy()
    lags = reference_autocorrelation(images) - reference_autocorrelation(restored)
    statistics = lags.square().mean((1, 2)).numpy()
    errors = read_group(lines_study.evaluations[RUN], "errors")
    np.testing.assert_allclose(errors["images"], pixels, rtol=1e-4)
    np.testing.assert_allclose(errors["statistics"], statistics, rtol=1e-4)
    assert summary["mse_images"] == pytest.approx(pixels.mean(), rel=1e-5)
    assert summary["mse_statistics"] == pytest.approx(statistics.mean(), rel=1e-4)
    assert restored.std() > 0.1  # the VAE is none that gives an even image


def test_pairs_are_the_first_validation_images(shared: Shared, lines_study: LinesStudy) -> None:
    summary, _, images, restored = shared
    train, validation = lines_study.splits("lines-1-4")
    pairs = read_line_scores(lines_study.evaluations[RUN])
    count = EVALUATED["pairs"]
    assert np.array_equal(pairs["original"], images[:count].numpy())
    np.testing.assert_allclose(pairs["reconstruction"], restored[:count].numpy(), atol=1e-5)
    true = validation.labels["count"][:count]
    counts = count_lines(threshold(torch.from_numpy(pairs["reconstruction"])))
    assert np.array_equal(pairs["score_count"], counts)
    assert summary["pairs"] == count
    assert summary["lines_right"] == pytest.approx(100 * (counts == true).mean())
    black = [(each < 0.05).sum((1, 2)) for each in (pairs["original"], pairs["reconstruction"])]
    differences = 100 * np.abs(black[1].astype(float) - black[0]) / black[0]
    assert summary["fraction_difference"] == pytest.approx(differences.mean(), abs=1e-4)
    nearest = torch.from_numpy(pairs["nearest_to_original"])
    everything = (
        (reference_autocorrelation(images[:count])[:, None] - reference_autocorrelation(train.images()))
        .square()
        .mean((2, 3))
    )
    best = everything.amin(1).numpy()
    np.testing.assert_allclose(pairs["nearest_to_original_mse"], best, rtol=1e-6, atol=1e-20)
    between = reference_autocorrelation(nearest) - reference_autocorrelation(images[:count])
    np.testing.assert_allclose(between.square().mean((1, 2)).numpy(), best, rtol=1e-6, atol=1e-20)
    right = 100 * (count_lines(nearest) == true).mean()
    assert summary["lines_right_nearest_to_original"] == pytest.approx(right)
    pixels = (
        (torch.from_numpy(pairs["reconstruction"]).double()[:, None] - train.images()).square().mean((2, 3))
    )
    np.testing.assert_allclose(pairs["nearest_by_image_mse"], pixels.amin(1).numpy(), rtol=1e-6)


def test_aligned_error_is_the_least_over_shifts_and_half_turns(lines_study: LinesStudy) -> None:
    pairs = read_group(lines_study.evaluations[RUN], "pairs")
    least = []
    for image, original in zip(pairs["reconstruction"], pairs["original"].astype(np.float64), strict=True):
        errors = [
            np.square(np.roll(turned, (rows, columns), axis=(0, 1)) - original).mean()
            for turned in (image.astype(np.float64), image[::-1, ::-1].astype(np.float64))
            for rows in range(SIDE)
            for columns in range(SIDE)
        ]
        least.append(min(errors))
    summary = read_summary(lines_study.evaluations[RUN])
    assert summary["mse_images_aligned"] == pytest.approx(np.mean(least), rel=1e-5)


def test_overfitting_is_of_both_splits(shared: Shared, lines_study: LinesStudy) -> None:
    summary, trained, _, _ = shared
    for space in ("images", "statistics"):
        values = read_group(lines_study.evaluations[RUN], f"overfitting/{space}")
        a, b = values["train"], values["validation"]
        assert len(a) == len(b) == EVALUATED["overfitting"]
        pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
        assert summary[f"overfitting_{space}_effect"] == pytest.approx((a.mean() - b.mean()) / pooled)
        assert 0 <= summary[f"overfitting_{space}_p_value"] <= 1
    train, _ = lines_study.splits("lines-1-4")
    restored = trained.model.reconstruct(train.images(0, EVALUATED["overfitting"])).double()
    direct = (restored[:, None] - train.images()).square().mean((1, 2, 3)).numpy()
    stored = read_group(lines_study.evaluations[RUN], "overfitting/images")["train"]
    np.testing.assert_allclose(stored, direct, rtol=1e-4)


def test_latents(shared: Shared, lines_study: LinesStudy) -> None:
    summary, trained, images, _ = shared
    latents = read_group(lines_study.evaluations[RUN], "latents")
    mean, log_variance = trained.model.encode(images[: EVALUATED["overfitting"]])
    law = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    divergence = torch.distributions.kl_divergence(law, torch.distributions.Normal(0.0, 1.0)).mean(0)
    np.testing.assert_allclose(latents["kl"], divergence.numpy(), rtol=1e-3, atol=1e-6)
    assert summary["kl"] == pytest.approx(divergence.sum().item(), rel=1e-4)
    assert latents["traversal"].shape == (LATENT, len(DEVIATIONS), SIDE, SIDE)
    assert 0 <= summary["accuracy_orientation"] <= 1
    assert summary["r2_total_length"] <= 1


def test_shapes_of_the_arrays(lines_study: LinesStudy) -> None:
    path = lines_study.evaluations[RUN]
    pairs = read_group(path, "pairs")
    for name in (
        "original",
        "reconstruction",
        "nearest_by_image",
        "nearest_by_statistics",
        "nearest_to_original",
    ):
        assert pairs[name].shape == (EVALUATED["pairs"], SIDE, SIDE)
    assert pairs["original"].dtype == np.uint8
    prior = read_group(path, "prior")
    assert prior["images"].shape == (EVALUATED["prior"], SIDE, SIDE)
    assert prior["nearest_data"].shape == prior["fraction_data"].shape == (EVALUATED["prior"],)
    shifts = read_group(path, "shifts")
    assert list(shifts["shift"]) == [1, 2, 4, 8, 16]
    assert shifts["rows"].shape == shifts["columns"].shape == (5,)
    summary = read_summary(path)
    assert summary["latent_shift"] == pytest.approx(np.mean([shifts["rows"], shifts["columns"]]))
    ratio = np.median(prior["nearest_samples"]) / np.median(prior["nearest_data"])
    assert summary["prior_nearest_ratio"] == pytest.approx(ratio)


def test_history_and_set_are_kept(lines_study: LinesStudy) -> None:
    history = read_group(lines_study.evaluations[RUN], "history")
    assert list(history["epoch"]) == [0, 1]
    assert list(history["train_kl"]) == [2, 1]
    summary = read_summary(lines_study.evaluations[RUN])
    assert (summary["set_images"], summary["set_training_share"]) == (40, 0.7)


def test_the_same_input_gives_the_same_bytes(lines_study: LinesStudy, tmp_path: Path) -> None:
    again = tmp_path / "again.h5"
    script("evaluate")(again, lines_study.vaes[RUN], lines_study.sets["lines-1-4"], EVALUATED)
    assert again.read_bytes() == lines_study.evaluations[RUN].read_bytes()


def test_a_set_without_lines_lacks_their_metrics_alone(lines_study: LinesStudy) -> None:
    lines, field = (read_summary(lines_study.evaluations[run]) for run in (RUN, FIELD))
    assert not [name for name in field if name.startswith(LINE_METRICS)]
    missing = {name for name in lines if not name.startswith(LINE_METRICS)} - set(field)
    assert missing == {"r2_total_length"}
    assert np.isfinite(field["mse_statistics"])
    assert np.isnan(field["r2_anisotropy"])  # the same for all: nothing to read
    pairs = read_group(lines_study.evaluations[FIELD], "pairs")
    assert not [name for name in pairs if name.startswith("score_")]
    with pytest.raises(ArtifactError, match="lines are not counted in a run whose set has no lines"):
        read_line_scores(lines_study.evaluations[FIELD])


def test_a_number_that_no_pair_has_is_not_measured(lines_study: LinesStudy) -> None:
    train, validation = lines_study.splits("lines-1-4")
    trained = load_vae(lines_study.vaes[RUN])
    number = validation.labels["count"][0]
    others = {int(each) for each in validation.labels["count"]} - {int(number)}
    summary, _ = evaluate_vae(
        trained, train, validation, {**EVALUATED, "pairs": 2, "prior": 2, "overfitting": 4}
    )
    assert np.isfinite(summary[f"lines_right_of_{number}"])
    seen = set(validation.labels["count"][:2])
    assert others - seen
    assert sum(summary[f"pairs_of_{each}"] for each in {int(number), *others}) == 2
    for other in others - seen:
        assert summary[f"pairs_of_{other}"] == 0
        assert np.isnan(summary[f"lines_right_of_{other}"])
        assert np.isnan(summary[f"lines_median_of_{other}"])


def test_a_collapsed_vae_is_evaluated(lines_study: LinesStudy) -> None:
    train, validation = lines_study.splits("lines-1-4")
    trained = load_vae(lines_study.vaes[RUN])
    with torch.no_grad():
        trained.model.decoder.to_grey.weight.zero_()
        trained.model.decoder.to_grey.bias.fill_(50.0)  # its sigmoid is 1: white images
        for layer in (trained.model.encoder.mean, trained.model.encoder.log_variance):
            layer.weight.zero_()
            layer.bias.zero_()
    summary, groups = evaluate_vae(trained, train, validation, EVALUATED)
    assert (groups["pairs"]["reconstruction"] == 1).all()
    assert summary["kl"] == 0
    assert summary["lines_right"] == summary["orientation_right"] == 0
    assert summary["fraction_difference"] == 100
    black = 1 - validation.images().double().mean().item()
    assert summary["mse_images"] == pytest.approx(black)
    for name in ("overfitting_images_effect", "overfitting_statistics_p_value", "latent_shift"):
        assert np.isnan(summary[name])


def _asked_of_runs() -> set[tuple[str, str]]:
    """(run, metric) of every table of config/lines.yaml that shows metrics of runs."""
    tables = [table for table in STUDY["tables"].values() if table["source"] == "runs"]
    return {
        (run, metric)
        for table in tables
        for run in table["rows"]
        for metric in [*table.get("columns", []), *table.get("ours", [])]
    }


def test_every_metric_of_a_table_is_measured(lines_study: LinesStudy) -> None:
    asked = _asked_of_runs()
    assert asked
    missing = [
        pair for pair in sorted(asked) if pair[1] not in read_summary(lines_study.evaluations[pair[0]])
    ]
    assert not missing


@pytest.mark.parametrize("run", sorted(RECORDS))
def test_every_run_has_an_evaluation_of_its_kind(lines_study: LinesStudy, run: str) -> None:
    summary = read_summary(lines_study.evaluations[run], KIND)
    assert ("lines_right" in summary) == RECORDS[run]["data"].startswith("lines")


def test_a_summary_of_another_kind_is_refused(lines_study: LinesStudy) -> None:
    with pytest.raises(ArtifactError, match="vae-evaluation"):
        read_summary(lines_study.baselines["lines-1-4"], KIND)
    with pytest.raises(ArtifactError, match="group 'nothing' is missing"):
        read_group(lines_study.evaluations[RUN], "nothing")


class TestLabelScores:
    """What is read from codes."""

    @staticmethod
    def split(count: int, seed: int) -> tuple[torch.Tensor, dict[str, Any]]:
        rng = np.random.default_rng([seed])
        codes = rng.normal(size=(count, 3))
        labels = {
            "orientation": (codes[:, 0] > 0).astype(np.int8),
            "total_length": (10 * codes[:, 1]).astype(np.int32),
            "rectangles": np.zeros((count, 4, 4), dtype=np.int16),
            "top": np.arange(count, dtype=np.int32),
        }
        return torch.from_numpy(codes).float(), labels

    def test_what_the_codes_hold_is_read(self) -> None:
        (a, labels_a), (b, labels_b) = self.split(200, 0), self.split(80, 1)
        scores = label_scores({"train": a, "validation": b}, labels_a, labels_b)
        assert set(scores) == {"accuracy_orientation", "accuracy_orientation_by_chance", "r2_total_length"}
        assert scores["accuracy_orientation"] > 0.95
        assert scores["r2_total_length"] > 0.95
        assert scores["accuracy_orientation_by_chance"] < 0.7

    def test_a_class_that_all_have_is_left_out(self) -> None:
        (a, labels_a), (b, labels_b) = self.split(20, 0), self.split(10, 1)
        labels_a["orientation"][:] = 1
        assert set(label_scores({"train": a, "validation": b}, labels_a, labels_b)) == {"r2_total_length"}

    def test_labels_are_those_of_the_first_images(self) -> None:
        (a, labels_a), (b, labels_b) = self.split(200, 0), self.split(80, 1)
        codes = {"train": a[:50], "validation": b[:30]}
        cut = [
            {name: values[:count] for name, values in labels.items()}
            for labels, count in ((labels_a, 50), (labels_b, 30))
        ]
        assert label_scores(codes, labels_a, labels_b) == label_scores(codes, *cut)
