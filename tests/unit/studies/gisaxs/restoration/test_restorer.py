"""The restorer: any size, positive, mask respected, tiles, file, training better than its start."""

from pathlib import Path

import numpy as np
import pytest
import torch
from restoration_settings import MEASUREMENT, RECORD, hill, untrained

from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.restoration import restorer as restorer_module
from latentlab.studies.gisaxs.restoration.restorer import Restorer, load_restorer, save_restorer
from latentlab.studies.gisaxs.restoration.scenes import training_measurement
from latentlab.studies.gisaxs.restoration.starting_estimate import starting_estimate
from latentlab.studies.gisaxs.restoration.training import (
    TrainingMeasurements,
    calibrated_scales,
    learning_rate,
    restoration_loss,
    train_restoration,
)

LOG_PATTERNS = np.log10(hill(64)).astype(np.float32)[None]


def measured(shape: tuple[int, int], photons: float = 10.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    mask = np.zeros(shape, dtype=bool)
    mask[shape[0] // 2] = shape[0] > 1
    return rng.poisson(photons, shape).astype(np.float32), mask


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (5, 3), (33, 70), (64, 64)])
@pytest.mark.parametrize("photons", [0.0, 0.01, 10.0, 1e6])
def test_any_size_and_exposure(shape: tuple[int, int], photons: float) -> None:
    restored = untrained(scale=0.3)(*measured(shape, photons))
    for image in (restored.expected, restored.deviation):
        assert image.shape == shape
        assert image.dtype == np.float32
        assert np.isfinite(image).all()
        assert (image > 0).all()


def test_without_training_it_is_the_starting_estimate() -> None:
    counts, mask = measured((40, 50), 3.0)
    images = torch.from_numpy(counts)[None, None], torch.from_numpy(mask)[None, None]
    start = starting_estimate(*images)[0, 0].exp().numpy()
    np.testing.assert_allclose(untrained()(counts, mask).expected, start, rtol=1e-5)


def test_counts_under_the_mask_are_not_used_and_input_is_not_changed() -> None:
    counts, mask = measured((40, 40))
    counts[mask] = np.nan
    given = counts.copy(), mask.copy()
    first = untrained(scale=0.3)(counts, mask)
    np.testing.assert_array_equal(counts, given[0])
    np.testing.assert_array_equal(mask, given[1])
    second = untrained(scale=0.3)(np.where(mask, -5.0, counts), mask)
    np.testing.assert_array_equal(first.expected, second.expected)


def test_tiles_give_what_the_whole_frame_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, mask = measured((150, 131), 5.0)
    whole = untrained(scale=0.3)(counts, mask)
    monkeypatch.setattr(restorer_module, "TILE", 30)
    tiled = untrained(scale=0.3)(counts, mask)
    np.testing.assert_allclose(tiled.expected, whole.expected, rtol=1e-4)
    np.testing.assert_allclose(tiled.deviation, whole.deviation, rtol=1e-4)


def test_the_deviation_is_scaled_inside_and_outside() -> None:
    counts, mask = measured((30, 30))
    network = untrained().network
    one, scaled = Restorer(network)(counts, mask), Restorer(network, 2.0, 3.0)(counts, mask)
    np.testing.assert_allclose(scaled.deviation[mask], 2 * one.deviation[mask], rtol=1e-6)
    np.testing.assert_allclose(scaled.deviation[~mask], 3 * one.deviation[~mask], rtol=1e-6)


@pytest.mark.parametrize(
    ("counts", "mask", "message"),
    [
        (np.ones((4, 4)), np.zeros((4, 5), bool), "expected one shape"),
        (np.ones(4), np.zeros(4, bool), "expected one shape"),
        (np.ones((4, 4)), np.zeros((4, 4)), "expected bool"),
        (np.ones((4, 4)), np.ones((4, 4), bool), "marks every pixel"),
        (-np.ones((4, 4)), np.zeros((4, 4), bool), "finite and not negative"),
        (np.full((4, 4), np.nan), np.zeros((4, 4), bool), "finite and not negative"),
    ],
)
def test_bad_frames_are_refused(counts: np.ndarray, mask: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        untrained()(counts, mask)


def test_a_saved_restorer_gives_the_same_result(tmp_path: Path) -> None:
    restorer = Restorer(untrained(scale=0.3).network, 1.2, 0.9)
    history = [{"epoch": 0.0, "loss": 1.0}]
    record = {"width": 4, "levels": 3}
    save_restorer(tmp_path / "one.h5", restorer, record, history, rule="test")
    save_restorer(tmp_path / "two.h5", restorer, record, history, rule="test")
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    frame = measured((30, 41))
    np.testing.assert_array_equal(
        load_restorer(tmp_path / "one.h5")(*frame).deviation, restorer(*frame).deviation
    )


def test_another_file_is_no_restorer(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no such file"):
        load_restorer(tmp_path / "none.h5")


def test_training_measurements_are_finite_positive_and_seeded() -> None:
    for seed in range(30):
        one = training_measurement(LOG_PATTERNS, 32, RECORD, np.random.default_rng(seed))
        assert one.counts.shape == one.mask.shape == (32, 32)
        assert np.isfinite(one.expectation).all()
        assert (one.expectation > 0).all()
        assert not one.counts[one.mask].any()
    first, again = (TrainingMeasurements(LOG_PATTERNS, RECORD)[5] for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    other = TrainingMeasurements(LOG_PATTERNS, RECORD, stream=1)[5]
    assert not torch.equal(first[0], other[0])


def test_the_loss_is_least_at_the_truth_and_at_the_errors_size() -> None:
    truth = torch.zeros(1000)
    errors = 0.1 * torch.randn(1000, generator=torch.Generator().manual_seed(0))
    losses = [
        float(restoration_loss(errors, torch.full((1000,), size).log(), truth)) for size in (0.05, 0.1, 0.2)
    ]
    assert losses[1] == min(losses)
    at_truth, beside = (restoration_loss(truth + d, torch.zeros(1000), truth) for d in (0.0, 0.3))
    assert at_truth < beside


def test_the_learning_rate_rises_then_falls() -> None:
    rates = [learning_rate(step, 100, 1e-3) for step in range(100)]
    assert max(rates) == pytest.approx(1e-3)
    assert rates[0] < 1e-3
    assert rates[-1] < 0.05e-3
    assert rates[5:] == sorted(rates[5:], reverse=True)


def test_an_interrupted_training_continues_to_the_same_weights(tmp_path: Path) -> None:
    settings = {"stamp": "same", "progress": False}
    whole, history = train_restoration(RECORD, LOG_PATTERNS, checkpoint=tmp_path / "a", **settings)
    with pytest.raises(ZeroDivisionError):
        train_restoration(RECORD, StopsAt(LOG_PATTERNS, after=12), checkpoint=tmp_path / "b", **settings)
    resumed, again = train_restoration(RECORD, LOG_PATTERNS, checkpoint=tmp_path / "b", **settings)
    assert history == again
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


class StopsAt:
    """Patterns whose reading fails after some accesses: an interruption."""

    def __init__(self, patterns: np.ndarray, after: int) -> None:
        self.patterns, self.left = patterns, after

    def __len__(self) -> int:
        return len(self.patterns)

    def __getitem__(self, index: int) -> np.ndarray:
        self.left -= 1
        if self.left < 0:
            raise ZeroDivisionError
        return self.patterns[index]


def test_a_short_training_beats_its_start_and_is_calibrated(tmp_path: Path) -> None:
    narrow = {"detectors": [[195, 487, 17, 7]], "binning": [4], "stop_chance": 0.0, "shadow_chance": 0.0}
    measurement = {**MEASUREMENT, **narrow}
    record = {**RECORD, "epochs": 1, "steps": 120, "smooth_share": 0.0, "measurement": measurement}
    network, _ = train_restoration(record, LOG_PATTERNS, checkpoint=tmp_path / "c", stamp="s", progress=False)
    scales = calibrated_scales(network, {**record, "calibration": 60}, LOG_PATTERNS)
    restorer, start, errors, covered = Restorer(network, *scales), untrained(), [], []
    tests = TrainingMeasurements(LOG_PATTERNS, record, stream=2)
    for index in range(60):
        counts, mask, truth = (image[0].numpy() for image in tests[index])
        restored = restorer(counts, mask)
        error = np.log10(restored.expected) - truth
        first = np.log10(start(counts, mask).expected) - truth
        errors.append([(error**2).mean(), (first**2).mean()])
        covered.append((np.abs(error) < restored.deviation)[~mask].mean())
    ratios = np.sqrt([trained / before for trained, before in errors])
    assert np.median(ratios) < 0.97
    assert np.mean(covered) == pytest.approx(0.683, abs=0.06)
