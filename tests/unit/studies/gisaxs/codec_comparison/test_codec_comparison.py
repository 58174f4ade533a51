"""The comparison: its rows are what the codecs did, in its artifact, its tables, and beside the entropy."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from latentlab.artifacts import write_artifact
from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.codec_comparison.comparison_file import read_comparison, write_comparison
from latentlab.studies.gisaxs.codec_comparison.measure import (
    PatternSet,
    compare_codecs,
    counts_of,
    entropy_row,
    input_row,
    measured_row,
    run_lossless,
)
from latentlab.studies.gisaxs.codec_comparison.poisson_entropy import poisson_entropy_bits
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import LOSSLESS, LosslessCodec
from latentlab.studies.gisaxs.codec_comparison.tables import (
    comparison_table,
    goal_table,
    lossless_table,
    lossy_table,
)
from latentlab.studies.gisaxs.codec_comparison.test_sets import counted_test_set, relative, run_rows

SIDE = 64  # px, the least that MS-SSIM is used with here


class Scaled:
    """A codec whose file is the image, and whose decoded image is it times a factor."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def encode(self, image: np.ndarray) -> bytes:
        return image.astype("<f4").tobytes()

    def decode(self, data: bytes, side: int) -> np.ndarray:
        return self.factor * np.frombuffer(data, dtype="<f4").reshape(side, side)


def brightest_column(images: np.ndarray) -> np.ndarray:
    """A fit of sorts: the brightest column as R, its intensity as D."""
    profiles = images.sum(axis=1)
    found = profiles.argmax(axis=1)
    return np.column_stack([found, np.zeros(len(images)), profiles.max(axis=1), np.ones(len(images))])


@pytest.fixture
def test_set() -> PatternSet:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    centres = np.array([20, 30, 41])
    images = 1e-3 + np.exp(-((columns - centres[:, None, None]) ** 2) / 40 - rows / 20)
    images = relative(images)
    return PatternSet(images, images, brightest_column(images), brightest_column, fitted=2)


def test_rows_are_what_the_codec_did(test_set: PatternSet) -> None:
    exact, tenth = compare_codecs({"exact": {"1": Scaled(1.0)}, "scaled": {"0.1": Scaled(0.1)}}, test_set)
    assert (exact.codec, exact.level, exact.patterns, exact.fitted) == ("exact", "1", 3, 2)
    assert exact.file_bytes == 4 * SIDE**2
    assert exact.bits_per_pixel == 32
    assert exact.psnr_log == math.inf
    assert exact.ms_ssim_log == pytest.approx(1)
    assert (exact.error_R_nm, exact.error_D_nm) == (0, 0)
    # one decade of six everywhere, no pixel of the truth being near the floor
    assert tenth.psnr_log == pytest.approx(20 * math.log10(6), abs=1e-3)
    assert tenth.error_R_nm == 0
    expected = 0.9 * test_set.parameters[:2, 2].mean()
    assert tenth.error_D_nm == pytest.approx(expected, rel=1e-5)
    assert tenth.encode_MB_s > 0
    assert tenth.decode_MB_s > 0


def test_counted_patterns_are_compared_at_equal_totals(test_set: PatternSet) -> None:
    counted = replace(test_set, photons=1e6)
    (row,) = compare_codecs({"scaled": {"0.1": Scaled(0.1)}}, counted)
    assert row.psnr_log > 100
    assert row.photons == 1e6


def test_the_input_of_a_clean_ground_is_exact(test_set: PatternSet) -> None:
    row = input_row(test_set)
    assert row.codec == "input"
    assert row.psnr_log == math.inf
    assert math.isnan(row.encode_MB_s)


def test_a_collapsed_codec_has_no_fitted_parameters(test_set: PatternSet) -> None:
    row = measured_row("dark", "", test_set, np.zeros_like(test_set.images), [1, 1, 1])
    assert math.isnan(row.error_R_nm)
    assert row.psnr_log < 20


def test_counts_lower_the_input(test_set: PatternSet) -> None:
    few, many = (input_row(counted_test_set(test_set, n, None)) for n in (1e4, 1e6))
    assert few.psnr_log < many.psnr_log < math.inf
    assert math.isnan(few.error_R_nm)


def test_counts_are_seeded_and_as_many_as_expected(test_set: PatternSet) -> None:
    counts = counts_of(test_set.truths, 1e5)
    assert counts.dtype == np.int32
    np.testing.assert_array_equal(counts, counts_of(test_set.truths, 1e5))
    np.testing.assert_allclose(counts.sum(axis=(1, 2)), 1e5, rtol=6 / math.sqrt(1e5))


def test_no_photon_is_refused(test_set: PatternSet) -> None:
    with pytest.raises(ValueError, match="none was counted"):
        counted_test_set(test_set, 1e-9, None)


def test_wrong_grounds_are_refused(test_set: PatternSet) -> None:
    with pytest.raises(ValueError, match="truths have shape"):
        replace(test_set, truths=test_set.truths[:1])
    with pytest.raises(ValueError, match="fitted is 4"):
        replace(test_set, fitted=4)
    with pytest.raises(ValueError, match="1 files"):
        measured_row("x", "", test_set, test_set.images, [1])


def test_lossless_rates_lie_above_the_entropy() -> None:
    expected = np.full((2, 64, 64), 3.0)
    frames = np.random.default_rng(1).poisson(expected).astype(np.int32)
    limit = entropy_row(frames, poisson_entropy_bits(expected), "flat", 3 * 64 * 64)
    rows = run_lossless(LOSSLESS, frames, "flat", 3 * 64 * 64)
    assert all(row.bits_per_pixel > limit.bits_per_pixel for row in rows)
    assert min(row.bits_per_pixel for row in rows) < 1.25 * limit.bits_per_pixel
    table = lossless_table(pd.DataFrame([limit, *rows]))
    assert table["above_entropy_percent"].iloc[0] == 0
    assert (table["above_entropy_percent"].iloc[1:] > 0).all()


def test_a_codec_that_loses_is_found_out() -> None:
    codec = LosslessCodec(lambda frame: b"x", lambda data, shape: np.zeros(shape, dtype=np.int32))
    with pytest.raises(ValueError, match="is not the one that went in"):
        run_lossless({"liar": {"": codec}}, np.ones((1, 4, 4), dtype=np.int32), "ones")


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-6, 200))
def test_entropy_agrees_with_scipy(rate: float) -> None:
    assert poisson_entropy_bits(np.array([rate])) == pytest.approx(
        poisson(rate).entropy() / math.log(2), rel=2e-4
    )


def test_entropy_is_continuous_adds_up_and_refuses() -> None:
    below, above = (poisson_entropy_bits(np.array([rate])) for rate in (999.999, 1000.001))
    assert below == pytest.approx(above, rel=1e-5)
    assert poisson_entropy_bits(np.zeros((3, 3))) == 0
    assert poisson_entropy_bits(np.array([1.0, 1.0])) == pytest.approx(
        2 * poisson_entropy_bits(np.array([1.0]))
    )
    with pytest.raises(ValueError, match="not negative"):
        poisson_entropy_bits(np.array([-1.0]))


def write(path: Path, test_set: PatternSet) -> Path:
    lossy = [
        input_row(test_set),
        *compare_codecs(
            {"exact": {"a": Scaled(1.0)}, "scaled": {"b": Scaled(0.5), "c": Scaled(1.0)}}, test_set
        ),
    ]
    frames = np.ones((1, 4, 4), dtype=np.int32)
    lossless = run_lossless({"Zstd": LOSSLESS["Zstd"]}, frames, "ones")
    write_comparison(path, lossy=lossy, lossless=lossless, rule="test", record={})
    return path


def test_the_artifact_comes_back(tmp_path: Path, test_set: PatternSet) -> None:
    path = write(tmp_path / "comparison.h5", test_set)
    lossy, lossless = read_comparison(path, "lossy"), read_comparison(path, "lossless")
    assert lossy["codec"].tolist() == ["input", "exact", "scaled", "scaled"]
    assert lossy["fitted"].tolist() == [2, 2, 2, 2]
    assert lossless[["subject", "codec", "level"]].iloc[0].tolist() == ["ones", "Zstd", "level 5"]
    assert (lossless["decode_MB_s"] > 0).all()


def test_all_but_the_speeds_is_the_same_each_time(tmp_path: Path, test_set: PatternSet) -> None:
    files = [write(tmp_path / f"{name}.h5", test_set) for name in "ab"]
    speeds = [f"{column}_MB_s" for column in ("encode", "decode")]
    first, second = (read_comparison(path, "lossy").drop(columns=speeds) for path in files)
    pd.testing.assert_frame_equal(first, second)


def test_a_damaged_artifact_is_refused(tmp_path: Path, test_set: PatternSet) -> None:
    path = write(tmp_path / "comparison.h5", test_set)
    with h5py.File(path, "r+") as file:
        del file["lossy/level"]
        file["lossy/level"] = np.array([b"a"])
    with pytest.raises(ArtifactError, match="'lossy/level' has 1 entries, expected 4"):
        read_comparison(path, "lossy")
    with pytest.raises(ValueError, match="expected one of"):
        read_comparison(path, "nothing")


def test_an_empty_table_comes_back(tmp_path: Path) -> None:
    write_comparison(tmp_path / "comparison.h5", rule="test", record={})
    assert read_comparison(tmp_path / "comparison.h5", "lossless").empty


def test_tables(tmp_path: Path, test_set: PatternSet) -> None:
    path = write(tmp_path / "comparison.h5", test_set)
    everything = comparison_table(Inputs({}, {"comparison": path}), {"show": "all"})
    assert len(everything.data) == 4
    assert "photons" not in everything.data
    assert "3 patterns of 64 x 64 pixels" in everything.note
    goals = comparison_table(Inputs({}, {"comparison": path}), {"show": "goal"})
    assert goals.data["codec"].tolist() == ["exact", "scaled"]
    assert goals.data["level"].tolist() == ["a", "c"]
    lossless = comparison_table(Inputs({}, {"comparison": path}), {"show": "lossless"})
    assert "above_entropy_percent" not in lossless.data
    for table in (everything, goals, lossless):
        (part,) = table.parts
        headings = [column.heading for column in part.columns]
        assert not [heading for heading in headings if "_" in heading]
        assert len(set(headings)) == len(table.data.columns)
    sizes = next(column for column in everything.parts[0].columns if "bytes" in column.heading)
    assert all(cell.text.isdecimal() for cell in sizes.cells)
    with pytest.raises(ValueError, match="show is"):
        comparison_table(Inputs({}, {"comparison": path}), {"show": "some"})


def test_a_codec_that_misses_the_goal_stands_last(test_set: PatternSet) -> None:
    rows = pd.DataFrame(compare_codecs({"far": {"a": Scaled(0.5)}, "exact": {"b": Scaled(1.0)}}, test_set))
    table = goal_table(rows)
    assert table["goal"].tolist() == ["reached", "missed"]
    assert table["codec"].tolist() == ["exact", "far"]
    assert "photons" in lossy_table(rows.assign(photons=1e5))


def write_evaluation(path: Path, test_set: PatternSet, **changes: object) -> Path:
    record = {
        "dataset": "small",
        "input": "clean",
        "target": "clean",
        "noise": [],
        "intensity": "log",
        **changes,
    }
    with write_artifact(path, kind="evaluation", rule="test", record=record) as file:
        file["test/target"] = 7 * test_set.truths
        file["test/restored"] = 3.5 * test_set.truths
        file["test/file_bytes"] = np.array([10, 20, 30])
    return path


def test_runs_stand_beside_the_rivals(tmp_path: Path, test_set: PatternSet) -> None:
    (row,) = run_rows({"some-run": write_evaluation(tmp_path / "e.h5", test_set)}, test_set)
    (half,) = compare_codecs({"": {"": Scaled(0.5)}}, test_set)
    assert (row.codec, row.level, row.file_bytes) == ("learned (log intensity)", "some-run", 20)
    assert row.psnr_log == pytest.approx(half.psnr_log, rel=1e-5)


def test_runs_of_other_patterns_are_refused(tmp_path: Path, test_set: PatternSet) -> None:
    path = write_evaluation(tmp_path / "e.h5", test_set, input="gaps")
    with pytest.raises(ArtifactError, match="codes other patterns"):
        run_rows({"gap-run": path}, test_set)
