"""Figures of the comparison: a curve a codec, what is beyond a panel at its edge."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import save_figure
from latentlab.studies.gisaxs.codec_comparison.codecs import PARAMETERS
from latentlab.studies.gisaxs.codec_comparison.goal import GOAL
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import lossy_codecs, square_root_codecs
from latentlab.studies.gisaxs.codec_comparison.rows import ENTROPY
from latentlab.studies.gisaxs.figures.rate_distortion import (
    DOWN,
    LEAST,
    MEAN_IMAGE,
    OUTSIDE,
    STYLES,
    UP,
    WORDS,
    frame_rates,
    lossless_rates,
    rate_distortion,
    words,
)

GOAL_WORDS = "goal: 50 dB, MS-SSIM 0.999"


def rows() -> pd.DataFrame:
    nan = float("nan")
    lines = [
        ("input", 32.0, math.inf, 1.0, 1e-3, nan),
        ("parameter codec", 0.0004, math.inf, 1.0 + 1e-7, 0.0, 4.9e-8),
        ("PCA", 0.001, 30.0, 0.9, 0.3, 0.2),
        ("PCA", 0.01, 55.0, 0.999, 0.01, 0.02),
        ("an unknown codec", 0.1, 40.0, 0.99, 0.1, 0.1),
    ]
    names = ["codec", "bits_per_pixel", "psnr_log", "ms_ssim_log", "error_R_nm", "error_D_nm"]
    return pd.DataFrame(lines, columns=names)


def test_every_codec_has_a_curve_in_every_panel() -> None:
    figure = rate_distortion(rows(), goal=GOAL)
    for axis in figure.axes:
        labels = {line.get_label() for line in axis.lines}
        assert {"parameter codec", words("PCA"), "an unknown codec"} <= labels
        assert axis.get_xscale() == "log"
        assert axis.get_ylabel()
    (curve,) = (line for line in figure.axes[0].lines if line.get_label() == words("PCA"))
    np.testing.assert_array_equal(curve.get_xydata(), [[0.001, 30], [0.01, 55]])
    assert {text.get_text() for text in figure.legends[0].get_texts()} >= {
        words("PCA"),
        "parameter codec",
        GOAL_WORDS,
    }
    crosses = [line for line in figure.axes[0].lines if line.get_label() == GOAL_WORDS]
    assert [tuple(*line.get_xydata()) for line in crosses] == [(GOAL.bits_per_pixel, GOAL.psnr_log)]


def test_what_is_exact_is_drawn_at_the_edge() -> None:
    figure = rate_distortion(rows())
    for axis, column in zip(figure.axes[1:], LEAST, strict=True):
        (curve,) = (line for line in axis.lines if line.get_label() == "parameter codec")
        assert curve.get_ydata()[0] == LEAST[column]
        assert axis.get_ylim()[0] < LEAST[column]


def test_arrows_with_values_mark_what_is_outside_the_axes_and_nothing_else() -> None:
    figure = rate_distortion(rows())
    arrows = [[line for line in axis.lines if line.get_label() == OUTSIDE] for axis in figure.axes]
    assert [[line.get_marker() for line in panel] for panel in arrows] == [[UP], [DOWN], [DOWN], [DOWN]]
    assert [float(line.get_xdata()[0]) for panel in arrows for line in panel] == [0.0004] * 4
    values = [[text.get_text() for text in axis.texts] for axis in figure.axes]
    assert values == [[r"$\infty$ dB"], ["0"], ["0 nm"], [r"$4.9\times10^{-8}$ nm"]]
    (curve,) = (line for line in figure.axes[0].lines if line.get_label() == "parameter codec")
    assert curve.get_markevery() == []  # the arrow stands in place of the codec's own marker
    assert [text.get_text() for text in figure.legends[0].get_texts()].count(OUTSIDE) == 1


def test_the_mean_image_is_a_line_in_the_panels_that_it_was_measured_for() -> None:
    figure = rate_distortion(rows(), mean_image={"psnr_log": 26.0, "ms_ssim_log": 0.86})
    lines = [[line for line in axis.lines if line.get_label() == MEAN_IMAGE] for axis in figure.axes]
    assert [[line.get_ydata()[0] for line in panel] for panel in lines] == [
        [26.0],
        [pytest.approx(0.14)],
        [],
        [],
    ]


def test_without_values_outside_there_are_no_arrows() -> None:
    figure = rate_distortion(rows().drop(index=1))
    assert not any(line.get_label() == OUTSIDE for axis in figure.axes for line in axis.lines)
    assert OUTSIDE not in [text.get_text() for text in figure.legends[0].get_texts()]


def test_every_codec_of_the_comparison_has_a_style() -> None:
    lossy = {*lossy_codecs(), *square_root_codecs(), PARAMETERS, "PCA"}
    assert lossy <= set(STYLES)
    assert set(WORDS) - {ENTROPY} <= set(STYLES)


def test_the_input_is_a_line_only_where_it_is_not_exact() -> None:
    figure = rate_distortion(rows())
    drawn = [any(line.get_label() == "patterns before coding" for line in axis.lines) for axis in figure.axes]
    assert drawn == [False, False, True, False]


def test_no_codec_is_refused() -> None:
    with pytest.raises(ValueError, match="no codec"):
        rate_distortion(rows().iloc[:1])


def lossless() -> pd.DataFrame:
    lines = [
        ("entropy", 1e4, 0.3),
        ("entropy", 1e5, 1.0),
        ("Zstd", 1e4, 0.6),
        ("Zstd", 1e5, 1.5),
        ("Zstd", 1e5, 1.4),
    ]
    return pd.DataFrame(lines, columns=["codec", "photons", "bits_per_pixel"])


def test_lossless_rates_are_the_best_settings_beside_the_entropy() -> None:
    left, right = lossless_rates(lossless()).axes
    assert [line.get_label() for line in left.lines] == [words(ENTROPY), words("Zstd")]
    np.testing.assert_allclose(left.lines[1].get_ydata(), [0.6, 1.4])
    np.testing.assert_allclose(right.lines[0].get_ydata(), [100, 40])
    with pytest.raises(ValueError, match="no entropy"):
        lossless_rates(lossless().iloc[2:])


@pytest.mark.parametrize("draw", [lambda: rate_distortion(rows()), lambda: lossless_rates(lossless())])
def test_same_bytes_each_time(tmp_path: Path, draw: Callable[[], Figure]) -> None:
    paths = [tmp_path / f"{run}.svg" for run in "ab"]
    for path in paths:
        save_figure(draw(), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_frames_show_each_codecs_best_setting() -> None:
    rows = pd.DataFrame(
        [
            ("a.cbf", "one", 2.0),
            ("a.cbf", "one", 1.5),
            ("a.cbf", "two", 3.0),
            ("b.cbf", "one", 1.0),
            ("b.cbf", "two", 4.0),
        ],
        columns=["subject", "codec", "bits_per_pixel"],
    )
    (axis,) = frame_rates(rows).axes
    widths = [[bar.get_width() for bar in group] for group in axis.containers]
    assert widths == [[3.0, 1.5], [4.0, 1.0]]  # worst codec first, from below
    assert [label.get_text() for label in axis.get_yticklabels()] == ["two", "one"]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a.cbf", "b.cbf"]
    with pytest.raises(ValueError, match="no rows to draw"):
        frame_rates(rows.iloc[:0])
