"""Figures of runs and latents: marks where the numbers say, baselines, what is missing is named."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from latentlab.studies.lines.figures.latents import shift_invariance
from latentlab.studies.lines.figures.properties import properties
from latentlab.studies.lines.figures.runs import RunErrors, history, run_plane


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def rows(epochs: int, validation: bool = True) -> dict[str, np.ndarray]:
    names = ["train_distortion", "train_kl"] + ["validation_distortion", "validation_kl"] * validation
    return {"epoch": np.arange(epochs)} | {name: np.linspace(2, 1, epochs) for name in names}


def test_run_plane_draws_means_seeds_baselines_and_the_document() -> None:
    seeds = RunErrors(np.array([0.02, 0.04]), np.array([4e-5, 8e-5]))
    figure = run_plane(
        {"vanilla": seeds, "one": RunErrors(np.array([0.1]), np.array([3e-5]))},
        data_baselines={"mean image": 0.054},
        statistics_baselines={"mean autocorrelation": 6.6e-5},
        document={"vanilla": (0.03, 5.9e-5)},
    )
    axis = figure.axes[0]
    mean, small, one, document, across, up = axis.lines
    np.testing.assert_allclose(mean.get_xydata(), [[0.03, 6e-5]])
    np.testing.assert_allclose(small.get_xydata(), np.transpose(seeds))
    assert small.get_markersize() < mean.get_markersize()
    np.testing.assert_allclose(one.get_xydata(), [[0.1, 3e-5]])
    np.testing.assert_allclose(document.get_xydata(), [[0.03, 5.9e-5]])
    assert document.get_markerfacecolor() == "none"
    assert document.get_color() == mean.get_color() != one.get_color()
    assert set(across.get_ydata()) == {6.6e-5}
    assert set(up.get_xdata()) == {0.054}
    assert axis.get_yscale() == "log"
    assert axis.get_xlabel().startswith("MSE of pixels")
    assert axis.get_ylabel().startswith("MSE of autocorrelations")
    assert labels(figure) == [
        "vanilla (2 seeds)",
        "one",
        "document: vanilla",
        "mean autocorrelation (horizontal)",
        "mean image (vertical)",
    ]


def test_run_plane_refuses_what_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="points are empty"):
        run_plane({})
    with pytest.raises(ValueError, match="a: expected two errors per seed, found 2 and 1"):
        run_plane({"a": RunErrors(np.ones(2), np.ones(1))})
    for bad in (0.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="a: expected finite errors, in statistics above 0"):
            run_plane({"a": RunErrors(np.ones(1), np.array([bad]))})
    with pytest.raises(ValueError, match="b: expected finite errors"):
        run_plane({"a": RunErrors(np.ones(1), np.ones(1))}, document={"b": (0.1, 0.0)})


def test_history_draws_both_terms_of_both_sets() -> None:
    figure = history({"a": rows(5), "b": rows(1, validation=False)})
    left, right = figure.axes
    for axis in (left, right):
        train, validation, short = axis.lines
        np.testing.assert_array_equal(train.get_xdata(), [1, 2, 3, 4, 5])
        np.testing.assert_allclose(train.get_ydata(), np.linspace(2, 1, 5))
        assert validation.get_linestyle() == "--"
        assert validation.get_color() == train.get_color()
        assert short.get_marker() == "."  # one epoch is seen
        assert axis.get_xlabel().startswith("epoch")
    assert left.get_yscale() == "log"
    assert "nats" in right.get_ylabel()
    assert labels(figure) == ["a", "b"]
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
    assert labels(figure) == [
        "vanilla",
        "collapsed (undefined: all latents the same)",
        "as far as another image",
    ]
    assert axis.lines[-1].get_ydata()[0] == 1
    assert axis.get_xlabel() == "cyclic shift (px)"
    assert axis.get_ylim()[0] < 0  # marks at 0 are whole
    with pytest.raises(ValueError, match="curves are empty"):
        shift_invariance({})
    with pytest.raises(ValueError, match="a: expected one displacement per shift, found 2 and 3"):
        shift_invariance({"a": (shifts, np.ones(2))})


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
    assert sorted(labels(figure)) == ["a", "b", "guessing"]
    assert axis.get_ylim()[0] < -0.25


def test_properties_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="scores are empty"):
        properties({})
    with pytest.raises(ValueError, match="properties are empty"):
        properties({"a": {}})
    with pytest.raises(ValueError, match="a: expected scores of 1 at most, found 98"):
        properties({"a": {"orientation": 98.0}})
    with pytest.raises(ValueError, match="baseline of a property that is not drawn: count"):
        properties({"a": {"orientation": 0.5}}, {"count": 0.25})
