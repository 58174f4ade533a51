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

from latentlab.pipeline.figure_style import GAP_COLOUR, NOT_POSITIVE_COLOUR, save_figure
from latentlab.studies.gisaxs.figures.history import (
    CONVERGED,
    MEAN_IMAGE,
    NOT_CONVERGED,
    RunHistory,
    history,
    scales,
)
from latentlab.studies.gisaxs.figures.patterns import (
    GAP,
    NOT_POSITIVE,
    angles_extent,
    examples,
    factors,
    parameters_title,
    series,
)
from latentlab.studies.gisaxs.figures.reconstructions import Restored, reconstructions

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
UNITS = ("(deg)", "(1/nm)", "nm$^6$", "raw intensity", "decades", "epoch", "loss", "MS-SSIM", "mean over")
WHITE = matplotlib.colors.to_rgba(NOT_POSITIVE_COLOUR)


def legend_of(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def colours_of(axes: Axes) -> np.ndarray:
    """The colours that an image's pixels have, (rows, columns, 4)."""
    return axes.images[0].to_rgba(axes.images[0].get_array(), norm=True)


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
    runs = [Restored(images(3, seed), f"run {seed}") for seed in (2, 3)]
    return reconstructions(images(3), images(3, 1), runs, PARAMETERS[:3], EXTENT, gaps())


def losses(*values: float) -> dict[str, np.ndarray]:
    loss = np.array(values)
    return {"epoch": np.arange(len(loss)), "test_loss": loss, "test_distortion": loss / 10}


def draw_history() -> Figure:
    runs = [
        RunHistory("one", losses(4.0, 2.0, 1.0, 0.9), converged=3, mean_image=0.6),
        RunHistory("two", losses(4.0, 2.0, 1.0, 0.5), converged=5, mean_image=0.6),
    ]
    return history(runs)


def terms(epochs: int) -> dict[str, np.ndarray]:
    names = ("test_ms_ssim", "test_ms_ssim_scale_1", "test_ms_ssim_scale_2")
    return {"epoch": np.arange(epochs), **{name: np.linspace(0, 1, epochs) for name in names}}


def draw_scales() -> Figure:
    runs = [
        RunHistory("one", terms(8), not_learnt="collapsed: MS-SSIM 0.000", mean_image=0.7),
        RunHistory("two", terms(5), warm_up=2),
    ]
    return scales(runs)


FIGURES = [draw_factors, draw_series, draw_examples, draw_reconstructions, draw_history, draw_scales]


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
        (draw_factors, ["nm$^6$, log scale", "S (dimensionless), linear scale", "nm$^6$, log scale"]),
        (draw_series, ["intensity (nm$^6$)"]),
        (draw_examples, ["raw intensity (arb. unit)"]),
        (draw_reconstructions, ["raw intensity (arb. unit)", "restored $-$ target\n(decades)"]),
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
    product = form * structure
    expected = (np.maximum(form, 1e-6 * form.max()), structure, np.maximum(product, 1e-6 * product.max()))
    for array, image in zip(shown, expected, strict=True):
        np.testing.assert_array_equal(array, image)


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
    assert shown[0].get_title() == "R 2.8 nm, $\\sigma$/R 0.3\nD 10.4 nm, $\\omega$/D 0.3"
    for axes, image in zip(shown, images(5), strict=True):
        array = axes.images[0].get_array()
        np.testing.assert_array_equal(np.ma.getmaskarray(array), gaps())
        np.testing.assert_array_equal(array.data, image)
        assert axes.get_facecolor()[:3] == pytest.approx((float(GAP_COLOUR),) * 3)


def test_examples_without_gaps_draw_every_pixel() -> None:
    figure = examples(images(2), PARAMETERS[:2], EXTENT)
    assert not np.ma.getmaskarray(panels(figure)[0].images[0].get_array()).any()


def test_gaps_are_grey_and_explained_in_every_figure() -> None:
    grey = pytest.approx(matplotlib.colors.to_rgba(GAP_COLOUR))
    for draw in (draw_examples, draw_reconstructions):
        figure = draw()
        assert GAP in legend_of(figure)
        (axes, *_) = panels(figure)
        assert axes.get_facecolor() == grey  # seen where the image is masked
        np.testing.assert_array_equal(np.ma.getmaskarray(axes.images[0].get_array()), gaps())
    assert GAP not in legend_of(examples(images(2), PARAMETERS[:2], EXTENT))


def test_only_what_is_not_positive_has_its_own_colour() -> None:
    stack = images(1)
    stack[0, 0, :3] = [0.0, -2.0, 1e-12]  # the last is below the scale, but has a logarithm
    figure = examples(stack, PARAMETERS[:1], EXTENT)
    white = (colours_of(panels(figure)[0]) == WHITE).all(axis=-1)
    assert np.argwhere(white).tolist() == [[0, 0], [0, 1]]
    assert NOT_POSITIVE in legend_of(figure)
    figure = examples(stack.astype(np.float32) + np.float32(1e-6), PARAMETERS[:1], EXTENT)
    assert np.argwhere((colours_of(panels(figure)[0]) == WHITE).all(axis=-1)).tolist() == [[0, 1]]
    assert NOT_POSITIVE not in legend_of(draw_examples())


def test_zeros_in_the_gaps_are_not_explained_as_zeros() -> None:
    stack = images(2)
    stack[:, gaps()] = 0.0
    assert legend_of(examples(stack, PARAMETERS[:2], EXTENT, gaps())) == [GAP]


def test_reconstructions_show_input_target_restored_and_error() -> None:
    measured, target = images(2), images(2, 1)
    runs = [Restored(images(2, 2), "first"), Restored(images(2, 3), "second")]
    figure = reconstructions(measured, target, runs, PARAMETERS[:2], EXTENT, gaps())
    shown = np.array(panels(figure)).reshape(6, 2)
    floor = target.max() * 1e-6
    for column in range(2):
        arrays = [axes.images[0].get_array() for axes in shown[:, column]]
        np.testing.assert_array_equal(np.ma.getmaskarray(arrays[0]), gaps())
        for row, expected in ((0, measured), (1, target), (2, runs[0].images), (4, runs[1].images)):
            np.testing.assert_array_equal(np.ma.getdata(arrays[row]), np.maximum(expected[column], floor))
        for row, run in ((3, runs[0]), (5, runs[1])):
            error = np.log10(np.maximum(run.images[column], floor) / np.maximum(target[column], floor))
            np.testing.assert_allclose(arrays[row], error)
    names = ["input", "target", "restored", "error", "restored", "error"]
    assert [axes.get_ylabel().split("\n")[0] for axes in shown[:, 0]] == names
    written = [[text.get_text() for text in axes.texts] for axes in shown[:, 0]]
    assert written == [[], [], ["first"], [], ["second"], []]
    assert shown[0, 0].get_title().split("\n")[0] == "R 2.8 nm"


def test_equal_input_and_target_are_shown_once() -> None:
    clean = images(2)
    figure = reconstructions(clean, clean, [Restored(images(2, 1), "run")], PARAMETERS[:2], EXTENT)
    shown = np.array(panels(figure)).reshape(3, 2)
    assert [axes.get_ylabel().split("\n")[0] for axes in shown[:, 0]] == ["input and", "restored", "error"]


def test_gaps_of_the_target_are_grey_in_the_error_too() -> None:
    run = [Restored(images(2, 1), "run")]
    figure = reconstructions(images(2), images(2, 2), run, PARAMETERS[:2], EXTENT, gaps(), gaps())
    hidden = [
        np.ma.getmaskarray(axes.images[0].get_array()).any()
        for axes in np.array(panels(figure)).reshape(4, 2)[:, 0]
    ]
    assert hidden == [True, True, False, True]


def test_the_errors_colours_say_which_sign_is_too_bright() -> None:
    (bar,) = [axes for axes in draw_reconstructions().axes if is_colorbar(axes) and axes.get_title()]
    assert (bar.get_title(), bar.get_xlabel()) == ("too bright", "too dark")
    run = [Restored(np.full((1, 12, 16), 100.0), "run")]
    target = np.ones((1, 12, 16))
    figure = reconstructions(target, target, run, PARAMETERS[:1], EXTENT)
    red, _, blue, _ = colours_of(panels(figure)[2])[0, 0]
    assert red > 2 * blue


def test_a_collapsed_run_says_so_on_each_of_its_panels() -> None:
    runs = [Restored(0 * images(2), "dead", "collapsed"), Restored(images(2), "alive")]
    figure = reconstructions(images(2), images(2), runs, PARAMETERS[:2], EXTENT)
    shown = np.array(panels(figure)).reshape(5, 2)
    said = [["collapsed" in [text.get_text() for text in axes.texts] for axes in row] for row in shown]
    assert said == [[False, False], [True, True], *[[False, False]] * 3]


def test_history_marks_convergence() -> None:
    """A dot where the training converged; an arrow at the end of one that did not."""
    figure = draw_history()
    left, right = figure.axes
    assert left.get_yscale() == "log"
    for axes, key in ((left, [1.0, 0.5]), (right, [0.9, 0.95])):
        curves, marks = axes.lines[0:4:2], axes.lines[1:4:2]
        assert [list(line.get_xdata()) for line in curves] == [[1, 2, 3, 4]] * 2
        assert [(float(mark.get_xdata()[0]), mark.get_marker()) for mark in marks] == [(3, "o"), (4, ">")]
        assert [float(mark.get_ydata()[0]) for mark in marks] == pytest.approx(key)
    assert legend_of(figure) == ["one", "two", MEAN_IMAGE, CONVERGED, NOT_CONVERGED]
    assert right.lines[-1].get_ydata() == [0.6, 0.6]


def test_history_explains_only_the_marks_that_it_has() -> None:
    for values, mark in (((1.0, 2.0, 3.0), NOT_CONVERGED), ((3.0, 2.0, 1.0, 1.0), CONVERGED)):
        figure = history([RunHistory("x", losses(*values), converged=4)])
        assert legend_of(figure) == ["x", MEAN_IMAGE, mark]


def test_scales_have_one_range_of_epochs_and_mark_the_warm_up() -> None:
    figure = draw_scales()
    one, two = figure.axes
    assert one.get_xlim() == two.get_xlim() == (0, 9)
    assert (one.get_title(), two.get_title()) == ("one", "two")
    spans = [[patch.get_extents() for patch in axes.patches] for axes in (one, two)]
    assert [len(patches) for patches in spans] == [1, 2]  # below 0; and the warm-up
    corners = two.transData.inverted().transform(two.patches[1].get_extents())
    assert corners[:, 0] == pytest.approx([0.5, 2.5])
    assert [[text.get_text() for text in axes.texts] for axes in (one, two)] == [
        ["collapsed: MS-SSIM 0.000"],
        [],
    ]
    assert "scale 1 (finest)" in legend_of(figure)
    assert "scale 2 (coarsest)" in legend_of(figure)


def test_extent_and_title() -> None:
    assert angles_extent(np.array([0.0, 0.5, 1.0]), np.array([0.1, 2.0])) == (0.1, 2.0, 0.0, 1.0)
    four = ["R 4 nm", r"$\sigma$/R 0.3", "D 10.25 nm", r"$\omega$/D 0.1"]
    assert parameters_title([4.0, 0.3, 10.25, 0.1], lines=4) == "\n".join(four)
    assert parameters_title([4.0, 0.3, 10.25, 0.1]) == "\n".join([", ".join(four[:2]), ", ".join(four[2:])])
