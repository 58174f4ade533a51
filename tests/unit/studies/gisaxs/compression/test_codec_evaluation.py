"""What is measured of a codec: real bytes, metrics of decoded patterns, convergence."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from latentlab.bitstream import decode, stream_sizes
from latentlab.metrics import image_metrics
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.compression.codec_file import TrainedCodec, load_codec
from latentlab.studies.gisaxs.compression.convergence import epochs_to_converge
from latentlab.studies.gisaxs.compression.evaluation import Evaluation, evaluate_codec, summary
from latentlab.studies.gisaxs.metric_names import FIT_ERRORS, RUN_METRICS

PIXELS = 64 * 64


@pytest.fixture(scope="module")
def codec(codec_file: Path) -> TrainedCodec:
    return load_codec(codec_file)


@pytest.fixture(scope="module")
def evaluation(codec: TrainedCodec, make_patterns: Callable) -> Evaluation:
    return evaluate_codec(codec, make_patterns(3, 2))


def test_input_and_target_are_the_records(
    codec: TrainedCodec, evaluation: Evaluation, make_patterns: Callable
) -> None:
    measured, target = evaluation_batch(make_patterns(3, 2), codec.record)
    assert torch.equal(evaluation.measured, measured)
    assert torch.equal(evaluation.target, target)
    assert not torch.equal(measured, target)


def test_restored_patterns_come_from_the_bytes(codec: TrainedCodec, evaluation: Evaluation) -> None:
    for data, restored in zip(evaluation.bitstreams, evaluation.restored, strict=True):
        decoded = codec.transform.inverse(decode(codec.model, data, model_id=codec.model_id))
        torch.testing.assert_close(decoded[0], restored)


def test_bits_of_the_file_are_its_bytes(evaluation: Evaluation) -> None:
    expected = [8 * len(data) / PIXELS for data in evaluation.bitstreams]
    assert evaluation.metrics["bpp_file"].tolist() == pytest.approx(expected)
    assert evaluation.stream_bytes.tolist() == [stream_sizes(data) for data in evaluation.bitstreams]
    for data, sizes in zip(evaluation.bitstreams, evaluation.stream_bytes.sum(dim=1), strict=True):
        assert 0 < int(sizes) < len(data)
    expected = [8 * sum(sizes) / PIXELS for sizes in evaluation.stream_bytes.tolist()]
    assert evaluation.metrics["bpp_streams"].tolist() == pytest.approx(expected)


def test_the_models_estimate_is_near_the_real_rate(evaluation: Evaluation) -> None:
    """A stream ends with its coder's state of 64 bits, and is whole words of 32; header apart."""
    bits, estimate = 8 * evaluation.stream_bytes[:, 0], PIXELS * evaluation.metrics["bpp"]
    assert bool((estimate > 100).all())
    assert bool((bits > 0.98 * estimate).all())
    assert bool((bits < 1.02 * estimate + 2 * 96).all())


def test_metrics_are_finite_and_one_a_pattern(evaluation: Evaluation) -> None:
    for name, values in evaluation.metrics.items():
        assert values.shape == (3,), name
        assert bool(torch.isfinite(values).all()), name


def test_metrics_are_those_of_the_decoded_patterns(evaluation: Evaluation, make_patterns: Callable) -> None:
    expected = image_metrics(evaluation.restored, evaluation.target, make_patterns(3, 2).gaps)
    for name, values in expected.items():
        torch.testing.assert_close(evaluation.metrics[name], values)


def test_loss_is_that_of_table_2_3_on_decoded_patterns(codec: TrainedCodec, evaluation: Evaluation) -> None:
    restored, target = (
        codec.transform.forward(x.clamp_min(0)) for x in (evaluation.restored, evaluation.target)
    )
    distortion = (restored - target).square().mean(dim=(1, 2, 3))
    metrics = evaluation.metrics
    # what the model gives below 0 is lost in intensity, not in the model's scale: a little more
    assert bool((metrics["distortion"] >= distortion - 1e-6).all())
    torch.testing.assert_close(metrics["loss"], 0.01 * 255**2 * metrics["distortion"] + metrics["bpp"])


def test_without_gaps_there_is_no_metric_of_gaps(codec: TrainedCodec, make_patterns: Callable) -> None:
    patterns = make_patterns(1, 2)
    patterns.gaps = torch.zeros_like(patterns.gaps)
    assert "log_rmse_gaps" not in evaluate_codec(codec, patterns).metrics


def test_progress_sees_every_pattern(codec: TrainedCodec, make_patterns: Callable) -> None:
    seen = []
    evaluate_codec(codec, make_patterns(2, 2), lambda images: (seen.append(1) or image for image in images))
    assert len(seen) == 2


def test_summary(codec: TrainedCodec, evaluation: Evaluation) -> None:
    values = summary(codec, evaluation)
    assert set(values) == RUN_METRICS - FIT_ERRORS  # the script adds these
    for name, measured in evaluation.metrics.items():
        assert values[name] == pytest.approx(float(measured.double().mean()))
    assert values["aux_loss"] == codec.aux_loss
    assert values["epochs"] == 3
    assert values["parameters"] == sum(p.numel() for p in codec.model.parameters())
    assert values["epochs_to_converge"] == epochs_to_converge(codec.history)
    assert all(isinstance(value, (int, float)) for value in values.values())


@pytest.mark.parametrize(
    ("losses", "epoch"),
    [
        ([10.0, 5.0, 1.05, 1.0, 1.0], 3),
        ([10.0, 5.0, 1.06, 1.0, 1.0], 4),
        ([1e9, 10.0, 1.0, 1.0, 1.0], 3),  # how far it fell from the first loss does not matter
        ([10.0, 1.0, 3.0, 1.0, 1.0], 2),  # a later peak does not matter: it falls no further
        ([10.0, 5.0, 4.0, 3.0, 2.0], 6),  # still falling in the last epoch
        ([10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 2.0], 11),  # less than a fifth of the epochs follow
        ([10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 2.0, 2.0, 2.0], 8),
        ([1.0, 0.99, 0.98, 0.97, 0.97], 6),  # it never fell: it has learnt nothing
        ([1.0, 2.0, 3.0, 4.0, 5.0], 6),
        ([10.0, 0.0, 0.0], 2),
        ([3.0], 2),
    ],
)
def test_epochs_to_converge(losses: list[float], epoch: int) -> None:
    assert epochs_to_converge([{"test_loss": loss} for loss in losses]) == epoch


def test_epochs_to_converge_of_another_loss() -> None:
    history = [{"test_loss": 1.0, "train_loss": loss} for loss in (4.0, 2.0, 2.0)]
    assert epochs_to_converge(history, "train_loss") == 2


@pytest.mark.parametrize("losses", [[math.nan] * 3, [5.0, math.nan, math.nan], [math.nan, 2.0, 1.0]])
def test_a_training_that_diverged_has_not_converged_at_once(losses: list[float]) -> None:
    assert epochs_to_converge([{"test_loss": loss} for loss in losses]) == 4
