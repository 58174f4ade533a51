"""Figures of runs and latents: marks where the numbers say, baselines, what is missing is named."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from latentlab.studies.lines.figures.latents import shift_invariance
from latentlab.studies.lines.figures.properties import properties
from latentlab.studies.lines.figures.runs import MeanPredictions, RunErrors, history, run_plane


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def rows(epochs: int, validation: bool = True) -> dict[str, np.ndarray]:
    names = ["train_distortion", "train_kl"] + ["validation_distortion", "validation_kl"] * validation
    return {"epoch": np.arange(epochs)} | {name: np.linspace(2, 1, epochs) for name in names}


OURS = MeanPredictions("lines-1-4 of 56 px", 0.05, 5e-5)
THEIRS = MeanPredictions("lines-1-4 of 224 px", 0.06, 6e-5)


def test_run_plane_divides_each_error_by_its_own_mean_prediction() -> None:
    seeds = RunErrors(np.array([0.02, 0.04]), np.array([4e-5, 8e-5]), OURS)
    figure = run_plane(
        {"vanilla": seeds, "one": RunErrors(np.array([0.1]), np.array([3e-5]), OURS)},
        {"vanilla": RunErrors(np.array([0.03]), np.array([5.4e-5]), THEIRS)},
    )
    axis = figure.axes[0]
    mean, small, one, document, _, _, across, up = axis.lines
    np.testing.assert_allclose(mean.get_xydata(), [[0.6, 1.2]])
    np.testing.assert_allclose(small.get_xydata(), [[0.4, 0.8], [0.8, 1.6]])
    assert small.get_markersize() < mean.get_markersize()
    assert small.get_zorder() > mean.get_zorder()  # seeds are seen
    np.testing.assert_allclose(one.get_xydata(), [[2, 0.6]])
    np.testing.assert_allclose(document.get_xydata(), [[0.5, 0.9]])  # below 1, though 5.4e-5 is above ours
    assert document.get_markerfacecolor() == "none"
    assert document.get_color() == mean.get_color() != one.get_color()
    assert set(across.get_ydata()) == {1}
    assert set(up.get_xdata()) == {1}
    assert axis.get_xlabel().startswith("MSE of pixels over that of the mean image")
    assert axis.get_ylabel().startswith("MSE of autocorrelations over that of the\nmean autocorrelation")
    assert labels(figure) == [
        "vanilla, 2 seeds: 0.03, 6e-5",
        "one: 0.1, 3e-5",
        "document, vanilla: 0.03, 5.4e-5",
        "mean predictions, lines-1-4 of 56 px: 0.05, 5e-5",
        "mean predictions, lines-1-4 of 224 px: 0.06, 6e-5",
    ]


def test_run_plane_refuses_what_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="points are empty"):
        run_plane({})
    with pytest.raises(ValueError, match="a: expected two errors per seed, found 2 and 1"):
        run_plane({"a": RunErrors(np.ones(2), np.ones(1), OURS)})
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="a: expected finite errors, 0 or more"):
            run_plane({"a": RunErrors(np.ones(1), np.array([bad]), OURS)})
    good = {"a": RunErrors(np.ones(1), np.ones(1), OURS)}
    with pytest.raises(ValueError, match="b: expected errors above 0 of the mean predictions"):
        run_plane(good, {"b": RunErrors(np.ones(1), np.ones(1), OURS._replace(data_mse=0.0))})


def test_history_draws_both_terms_of_both_sets() -> None:
    figure = history({"a": rows(5), "b": rows(1, validation=False)}, {"mean image": 1.5})
    left, right = figure.axes
    assert set(left.lines[3].get_ydata()) == {1.5}
    for axis in (left, right):
        train, validation, short = axis.lines[:3]
        np.testing.assert_array_equal(train.get_xdata(), [1, 2, 3, 4, 5])
        np.testing.assert_allclose(train.get_ydata(), np.linspace(2, 1, 5))
        assert validation.get_linestyle() == "--"
        assert validation.get_color() == train.get_color()
        assert "None" not in (train.get_marker(), short.get_marker())  # single epochs are seen
        assert all(tick == int(tick) for tick in axis.get_xticks())
        assert axis.get_xlabel().startswith("epoch")
    assert left.get_yscale() == "linear"
    assert history({"a": rows(5)}, {"mean image": 90.0}).axes[0].get_yscale() == "log"
    assert "nats" in right.get_ylabel()
    assert labels(figure) == ["a (5 epochs)", "b (1 epoch)", "trivial answer: mean image"]
    with pytest.raises(ValueError, match="runs are empty"):
        history({})
    with pytest.raises(ValueError, match="a: epoch: values are empty"):
        history({"a": rows(0)})


def test_shift_invariance_draws_curves_and_names_undefined_ones() -> None:
    shifts = np.array([1, 2, 4])
    figure = shift_invariance(
        {"vanilla": (shifts, np.array([0.2, np.nan, 0.9])), "collapsed": (shifts, np.full(3, np.nan))}
    )
    axis = figure.axes[0]
    np.testing.assert_array_equal(axis.lines[0].get_ydata(), [0.2, np.nan, 0.9])
    np.testing.assert_array_equal(axis.lines[0].get_xdata(), shifts)
    assert sorted(labels(figure)) == [
        "collapsed (undefined: all latents the same)",
        "trivial answer: as far as another image's latent",
        "vanilla",
    ]
    assert axis.lines[-1].get_ydata()[0] == 1
    assert axis.get_xlabel() == "cyclic shift of the image (px)"
    assert axis.get_ylim()[0] < 0  # marks at 0 are whole
    with pytest.raises(ValueError, match="curves are empty"):
        shift_invariance({})
    with pytest.raises(ValueError, match="a: expected one displacement per shift, found 2 and 3"):
        shift_invariance({"a": (shifts, np.ones(2))})


def test_shift_invariance_shows_the_seeds() -> None:
    figure = shift_invariance({"a": (np.array([1, 2]), np.array([[0.1, 0.2], [0.3, 0.2], [0.2, 0.5]]))})
    (curve,) = figure.axes[0].containers
    line, _, (bars,) = curve
    np.testing.assert_allclose(line.get_ydata(), [0.2, 0.3])
    np.testing.assert_allclose([segment[:, 1] for segment in bars.get_segments()], [[0.1, 0.3], [0.2, 0.5]])
    assert "a (3 seeds)" in labels(figure)


def test_properties_show_the_seeds() -> None:
    figure = properties({"a": {"count (accuracy)": np.array([0.2, 0.4])}, "b": {"count (accuracy)": 0.3}})
    first, second = (container[0] for container in figure.axes[0].containers)
    assert (first.get_height(), second.get_height()) == pytest.approx((0.3, 0.3))
    (dots,) = (line for line in figure.axes[0].lines if line.get_marker() == "o")
    np.testing.assert_allclose(dots.get_ydata(), [0.2, 0.4])
    assert sorted(labels(figure)) == ["a (2 seeds)", "b"]


def test_properties_draw_a_bar_a_run_and_name_what_is_missing() -> None:
    figure = properties(
        {"a": {"orientation (accuracy)": 0.9, "length (R2)": -3.0}, "b": {"orientation (accuracy)": np.nan}},
        {"orientation (accuracy)": 0.5},
    )
    axis = figure.axes[0]
    first, second = axis.containers
    assert [bar.get_height() for bar in first] == [0.9, -0.25]
    assert np.isnan([bar.get_height() for bar in second]).all()
    assert [text.get_text() for text in axis.texts] == ["-3", "n/a", "n/a"]
    assert [text.get_text() for text in axis.get_xticklabels()] == ["orientation\n(accuracy)", "length\n(R2)"]
    assert set(axis.lines[0].get_ydata()) == {0.5}
    assert sorted(labels(figure)) == ["a", "b", "trivial answer: commonest class, or mean"]
    assert axis.get_ylim()[0] < -0.25


def test_properties_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="scores are empty"):
        properties({})
    with pytest.raises(ValueError, match="properties are empty"):
        properties({"a": {}})
    with pytest.raises(ValueError, match="a: expected scores of 1 at most, found 98"):
        properties({"a": {"orientation": 98.0}})
    with pytest.raises(ValueError, match="trivial answer of a property that is not drawn: count"):
        properties({"a": {"orientation": 0.5}}, {"count": 0.25})
