"""Every figure of the study: its panels, its labels with units, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import GAP_COLOUR, save_figure
from latentlab.studies.gisaxs.figures.history import history
from latentlab.studies.gisaxs.figures.patterns import (
    angles_extent,
    examples,
    factors,
    parameters_title,
    reconstructions,
    series,
)

EXTENT = (0.0, 2.0, 0.0, 1.5)
PARAMETERS = np.array(
    [
        [2.8, 0.3, 10.4, 0.3],
        [4.2, 0.3, 10.0, 0.1],
        [3.0, 0.3, 10.0, 0.3],
        [4.9, 0.3, 10.4, 0.1],
        [2.0, 0.2, 9.0, 0.2],
    ]
)
UNITS = ("(deg)", "(1/nm)", "nm$^6$", "raw intensity", "decades", "epoch", "loss", "MS-SSIM")


def images(count: int, seed: int = 0) -> np.ndarray:
    decades = np.random.default_rng(seed).uniform(-5, 1, (count, 12, 16))
    return 10.0**decades


def gaps() -> np.ndarray:
    mask = np.zeros((12, 16), dtype=bool)
    mask[:, 5:7] = True
    return mask


def draw_factors() -> Figure:
    form, structure = images(2)
    return factors(form, 1 + 0.1 * structure, EXTENT, [4.0, 0.3, 10.0, 0.1])


def draw_series() -> Figure:
    profiles = {"q_y": np.linspace(0, 1, 16), "rows": np.array([3, 4, 5])}
    return series(list(images(3)), ["a = 1", "a = 2", "a = 3"], EXTENT, profiles)


def draw_examples() -> Figure:
    return examples(images(5), PARAMETERS, EXTENT, gaps())


def draw_reconstructions() -> Figure:
    return reconstructions(images(3), images(3, 1), images(3, 2), PARAMETERS[:3], EXTENT, gaps())


def draw_history() -> Figure:
    rows = {
        run: {
            "epoch": np.arange(4),
            "test_loss": np.array([4.0, 2.0, 1.0, level]),
            "test_distortion": np.array([0.4, 0.3, 0.2, 0.1]),
        }
        for run, level in (("one", 0.9), ("two", 0.5))
    }
    return history(rows, {"one": 3, "two": 4})


FIGURES = [draw_factors, draw_series, draw_examples, draw_reconstructions, draw_history]


def is_colorbar(axes: Axes) -> bool:
    return axes.get_label() == "<colorbar>"


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.axison and not is_colorbar(axes)]


def shown_label(label: Any) -> str:
    return label.get_text() if label.get_visible() else ""


@pytest.mark.parametrize("draw", FIGURES)
def test_outer_axes_are_labelled_with_units(draw: Callable[[], Figure]) -> None:
    figure = draw()
    assert isinstance(figure, Figure)
    for axes in panels(figure):
        place = axes.get_subplotspec()
        if place.is_last_row():
            assert any(unit in shown_label(axes.xaxis.label) for unit in UNITS)
        if place.is_first_col():
            assert any(unit in shown_label(axes.yaxis.label) for unit in UNITS)


@pytest.mark.parametrize("draw", FIGURES)
def test_saving_twice_gives_equal_bytes(draw: Callable[[], Figure], tmp_path: Path) -> None:
    with matplotlib.rc_context({"savefig.dpi": 50}):  # coarse, to be quick
        for name in ("one", "two"):
            save_figure(draw(), [tmp_path / f"{name}.{kind}" for kind in ("png", "svg")])
    for kind in ("png", "svg"):
        one, two = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
        assert one == two
        assert len(one) > 1000


@pytest.mark.parametrize(
    ("draw", "labels"),
    [
        (draw_factors, ["nm$^6$", "S (dimensionless)", "nm$^6$"]),
        (draw_series, ["intensity (nm$^6$)"]),
        (draw_examples, ["raw intensity (arb. unit)"]),
        (draw_reconstructions, ["raw intensity (arb. unit)", "decades"]),
        (draw_history, []),
    ],
)
def test_colour_bars_name_their_unit(draw: Callable[[], Figure], labels: list[str]) -> None:
    assert [axes.get_ylabel() for axes in draw().axes if is_colorbar(axes)] == labels


def test_factors_show_form_structure_and_their_product() -> None:
    form, structure = images(2)
    shown = [
        axes.images[0].get_array() for axes in panels(factors(form, structure, EXTENT, [4, 0.3, 10, 0.1]))
    ]
    for array, expected in zip(shown, (form, structure, form * structure), strict=True):
        np.testing.assert_array_equal(array, expected)


def test_series_share_one_scale_and_cut_at_their_rows() -> None:
    stack = images(3)
    figure = draw_series()
    *patterns, cut = panels(figure)
    assert {axes.images[0].norm.vmax for axes in patterns} == {stack.max()}
    assert [axes.get_title() for axes in patterns] == ["a = 1", "a = 2", "a = 3"]
    for line, image, row in zip(cut.lines, stack, (3, 4, 5), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), image[row])
    assert [text.get_text() for text in cut.get_legend().get_texts()] == ["a = 1", "a = 2", "a = 3"]


def test_examples_fill_a_grid_of_four_and_mask_gaps() -> None:
    figure = draw_examples()
    shown = panels(figure)
    assert len(shown) == 5
    assert shown[0].get_title() == "[2.8, 0.3, 10.4, 0.3]"
    for axes, image in zip(shown, images(5), strict=True):
        array = axes.images[0].get_array()
        np.testing.assert_array_equal(np.ma.getmaskarray(array), gaps())
        np.testing.assert_array_equal(array.data, image)
        assert axes.get_facecolor()[:3] == pytest.approx((float(GAP_COLOUR),) * 3)


def test_examples_without_gaps_draw_every_pixel() -> None:
    figure = examples(images(2), PARAMETERS[:2], EXTENT)
    assert not np.ma.getmaskarray(panels(figure)[0].images[0].get_array()).any()


def test_reconstructions_show_input_target_restored_and_error() -> None:
    measured, restored, target = images(2), images(2, 1), images(2, 2)
    figure = reconstructions(measured, restored, target, PARAMETERS[:2], EXTENT, gaps())
    shown = np.array(panels(figure)).reshape(4, 2)
    for column in range(2):
        arrays = [axes.images[0].get_array() for axes in shown[:, column]]
        np.testing.assert_array_equal(np.ma.getmaskarray(arrays[0]), gaps())
        for array, expected in zip(arrays, (measured, target, restored), strict=False):
            np.testing.assert_array_equal(np.ma.getdata(array), expected[column])
        floor = target.max() * 1e-6
        error = np.log10(np.maximum(restored[column], floor) / np.maximum(target[column], floor))
        np.testing.assert_allclose(arrays[3], error)
    assert [axes.get_ylabel().split("\n")[0] for axes in shown[:, 0]] == [
        "input",
        "target",
        "restored",
        "error",
    ]


def test_history_marks_convergence() -> None:
    left, right = draw_history().axes
    assert left.get_yscale() == "log"
    for axes, key in ((left, [1.0, 0.5]), (right, [0.8, 0.9])):
        curves, dots = axes.lines[0::2], axes.lines[1::2]
        assert [list(line.get_xdata()) for line in curves] == [[1, 2, 3, 4]] * 2
        assert [float(dot.get_xdata()[0]) for dot in dots] == [3, 4]
        assert [float(dot.get_ydata()[0]) for dot in dots] == pytest.approx(key)
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["one", "two"]


def test_history_of_a_run_that_did_not_converge() -> None:
    """Its dot stands at the last epoch."""
    rows = {
        "x": {
            "epoch": np.arange(2),
            "test_loss": np.array([1.0, 2.0]),
            "test_distortion": np.array([0.1, 0.2]),
        }
    }
    left, _ = history(rows, {"x": 3}).axes
    assert [float(value) for value in left.lines[1].get_xdata()] == [2]


def test_extent_and_title() -> None:
    assert angles_extent(np.array([0.0, 0.5, 1.0]), np.array([0.1, 2.0])) == (0.1, 2.0, 0.0, 1.0)
    assert parameters_title([4.0, 0.3, 10.25, 0.1]) == "[4, 0.3, 10.25, 0.1]"


def test_intensity_of_zero_is_drawn_dark() -> None:
    stack = images(1)
    stack[0, 0, 0] = 0.0
    figure = examples(stack, PARAMETERS[:1], EXTENT)
    image = panels(figure)[0].images[0]
    assert image.norm(image.get_array())[0, 0] == 0.0
