"""Grids of micrographs and autocorrelations: the right image in each place, first row on top, lags in px."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.lines.figures.grids import (
    NeighbourRow,
    ReconstructionRow,
    neighbour_grid,
    reconstruction_grid,
    retrieval_grid,
)
from latentlab.studies.lines.figures.latents import traversal
from latentlab.studies.lines.figures.panels import as_images, as_vector, look
from latentlab.studies.lines.figures.sets import SetExamples, set_examples

SIDE = 8
LAGS = np.arange(SIDE) - SIDE // 2


def images(*count: int) -> np.ndarray:
    return np.random.default_rng([3]).random((*count, SIDE, SIDE))


def shown(axis) -> np.ndarray:
    return np.asarray(axis.images[0].get_array())


def example_set(count: int = 5) -> SetExamples:
    rng = np.random.default_rng([4])
    return SetExamples(images(4), images(count), np.arange(4), rng.random((count, 4)), rng.random(count))


def reconstruction_row(label: str = "image 1") -> ReconstructionRow:
    return ReconstructionRow(label, *images(4))


def neighbour_row(label: str = "image 1") -> NeighbourRow:
    first, second, third, fourth = images(4)
    return NeighbourRow(label, first, second, third, 0.03125, fourth, 2.344e-5)


def test_reconstructions_stand_in_four_columns_with_one_colour_scale_a_row() -> None:
    rows = [reconstruction_row("image 1"), reconstruction_row("image 2")]
    figure = reconstruction_grid(rows, LAGS)
    for axis, image in zip(figure.axes[:4], rows[0][1:], strict=True):
        np.testing.assert_array_equal(shown(axis), image)
        assert axis.images[0].origin == "upper"
    assert figure.axes[4].get_ylabel() == "image 2"
    statistics = [figure.axes[2].images[0], figure.axes[3].images[0]]
    limits = (min(m.min() for m in rows[0][3:]), max(m.max() for m in rows[0][3:]))
    assert [image.get_clim() for image in statistics] == [pytest.approx(limits)] * 2
    assert statistics[0].get_extent() == [-4.5, 3.5, 3.5, -4.5]  # lag 0 in the middle of its pixel
    assert figure.axes[6].get_xlabel() == "lag of columns (px)"
    assert figure.axes[0].images[0].get_clim() == (0, 1)
    assert len(figure.axes) == 8 + 2  # and a colour bar a row


def test_tiles_of_one_phase_have_one_colour() -> None:
    white, constant = np.ones((SIDE, SIDE)), np.full((SIDE, SIDE), 3e-4)
    figure = reconstruction_grid([ReconstructionRow("a", white, white, constant, constant)], LAGS)
    figure.draw_without_rendering()
    assert [axis.images[0].get_clim() for axis in figure.axes[2:4]] == [(0.0, 3e-4)] * 2


def test_neighbours_carry_their_errors() -> None:
    row = neighbour_row()
    figure = neighbour_grid([row])
    for axis, image in zip(figure.axes, (row[1], row[2], row[3], row[5]), strict=True):
        np.testing.assert_array_equal(shown(axis), image)
    assert figure.axes[2].get_xlabel() == "MSE of pixels 0.0312"
    assert figure.axes[3].get_xlabel() == "MSE of autocorrelations 2.34e-5"


def test_retrieved_images_stand_below_their_originals() -> None:
    originals, retrieved = images(2, 10)
    figure = retrieval_grid(originals, retrieved, np.append(np.full(9, 1e-7), np.nan))
    grid = np.array(figure.axes).reshape(4, 8)
    for place in range(10):
        line, column = 2 * (place // 8), place % 8
        np.testing.assert_array_equal(shown(grid[line, column]), originals[place])
        np.testing.assert_array_equal(shown(grid[line + 1, column]), retrieved[place])
    assert grid[1, 7].get_xlabel() == "misfit 1e-7"
    assert grid[3, 1].get_xlabel() == "misfit undefined"
    assert not any(axis.images or axis.axison for axis in grid[2:, 2:].flat)


def test_sets_show_mean_statistics_and_the_squared_volume_fraction() -> None:
    few = example_set()._replace(images=images(2))
    data = example_set()
    figure = set_examples({"lines": data, "own micrographs": few}, LAGS)
    lines, rest = figure.axes[:6], figure.axes[6:12]
    assert [axes[0].get_ylabel() for axes in (lines, rest)] == ["lines", "own\nmicrographs"]
    np.testing.assert_array_equal([shown(axis) for axis in lines[:4]], data.images)
    np.testing.assert_allclose(shown(lines[4]), data.autocorrelations.mean(axis=0))
    curve, limit = lines[5].lines
    np.testing.assert_allclose(curve.get_ydata(), data.radial_averages.mean(axis=0))
    assert limit.get_ydata()[0] == pytest.approx(np.mean(data.volume_fractions**2))
    band = lines[5].collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(np.percentile(data.radial_averages, 10, axis=0).min())
    assert [bool(axis.images) for axis in rest[:4]] == [True, True, False, False]
    assert rest[5].get_xlabel() == "lag (px)"
    assert not lines[5].get_xlabel()
    assert not figure.get_supxlabel()


def test_each_set_has_its_own_unit() -> None:
    tiles = example_set()._replace(pixel=2.5, unit="nm", note="Tiles of 8 px = 20 nm.")
    figure = set_examples({"lines": example_set(), "spheres": example_set(), "micrographs": tiles}, LAGS)
    rows = [figure.axes[6 * row : 6 * row + 6] for row in range(3)]
    assert [row[5].get_xlabel() for row in rows] == ["", "lag (px)", "lag (nm)"]
    assert [row[5].get_xlim()[1] for row in rows] == [3, 3, 7.5]
    assert rows[2][4].images[0].get_extent() == [-11.25, 8.75, 8.75, -11.25]
    assert figure.get_supxlabel() == "micrographs: Tiles of 8 px = 20 nm."


def test_traversal_sorts_latents_by_their_information() -> None:
    drawn = images(3, 5)
    figure = traversal(drawn, np.linspace(-2, 2, 5), np.array([0.5, 0.01, 3.0]))
    grid = np.array(figure.axes).reshape(3, 5)
    for row, latent in enumerate((2, 0, 1)):
        np.testing.assert_array_equal([shown(axis) for axis in grid[row]], drawn[latent])
    assert [axis.get_ylabel() for axis in grid[:, 0]] == [
        "latent 3\n3.00 nats",
        "latent 1\n0.50 nats",
        "latent 2\n0.01 nats",
    ]
    assert [axis.get_title() for axis in grid[0]] == ["-2", "-1", "0", "+1", "+2"]


def test_what_was_learnt_stands_above_the_grids() -> None:
    verdict = "Not learnt: " + "a long score; " * 30
    for figure in (
        reconstruction_grid([reconstruction_row()], LAGS, verdict),
        neighbour_grid([neighbour_row()], verdict),
        traversal(images(3, 5), np.arange(5), np.ones(3), verdict),
        retrieval_grid(images(2), images(2), np.ones(2), verdict),
    ):
        figure.draw_without_rendering()
        text = figure.get_suptitle()
        assert text.replace("\n", " ").strip() == verdict.strip()
        top = figure._suptitle.get_window_extent()
        assert 0 <= top.x0 < top.x1 <= figure.bbox.x1
        assert top.y0 >= max(axis.get_tightbbox().y1 for axis in figure.axes if axis.axison)
    assert reconstruction_grid([reconstruction_row()], LAGS).get_suptitle() == ""


def test_grids_refuse_what_is_empty_or_does_not_fit() -> None:
    with pytest.raises(ValueError, match="rows are empty"):
        reconstruction_grid([], LAGS)
    with pytest.raises(ValueError, match="expected a map of 7 x 7 lags"):
        reconstruction_grid([reconstruction_row()], LAGS[1:])
    with pytest.raises(ValueError, match="rows are empty"):
        neighbour_grid([])
    with pytest.raises(ValueError, match="originals are empty"):
        retrieval_grid(images(0), images(0), np.empty(0))
    with pytest.raises(ValueError, match="a retrieved image and a residual for each original"):
        retrieval_grid(images(2), images(3), np.ones(2))
    with pytest.raises(ValueError, match="sets are empty"):
        set_examples({}, LAGS)
    with pytest.raises(ValueError, match=r"lines: expected \(5, 4\) radial averages and 5 volume fractions"):
        set_examples({"lines": example_set()._replace(volume_fractions=np.ones(2))}, LAGS)
    with pytest.raises(ValueError, match=r"expected images \(2, 5, side, side\)"):
        traversal(images(3, 5), np.arange(5), np.ones(2))


def test_panels_check_ranks_and_give_each_curve_its_own_look() -> None:
    with pytest.raises(ValueError, match=r"a: expected \(n,\)"):
        as_vector(np.ones((2, 2)), "a")
    with pytest.raises(ValueError, match=r"a: expected \(k, side, side\)"):
        as_images(np.ones((2, 3, 4)), "a")
    looks = [tuple(look(number).values()) for number in range(24)]
    assert len(set(looks)) == 24
    assert len({(colour, marker) for colour, marker, _ in looks}) == 24
