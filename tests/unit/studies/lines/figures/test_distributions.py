"""Histograms and count matrices: what is drawn is what was given, and what is not drawn is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from latentlab.studies.lines.figures.counts import line_counts
from latentlab.studies.lines.figures.fractions import fraction_histogram
from latentlab.studies.lines.figures.latents import prior_samples
from latentlab.studies.lines.figures.overfitting import mean_error_distributions

EFFECT = {"p_value": 0.034, "effect": -0.05, "interval": (-0.14, 0.03)}

DIFFERENCES = st.one_of(st.floats(0, 1000), st.sampled_from([np.nan, np.inf]))


def legend(figure: Figure) -> list[str]:
    return [
        text.get_text()
        for box in figure.findobj(lambda x: hasattr(x, "get_texts"))
        for text in box.get_texts()
    ]


def heights(figure: Figure) -> list[float]:
    """Sum of the bins of each outlined histogram: per cent of its values that are drawn."""
    outlines = [x for x in figure.axes[-1].patches if isinstance(x, Polygon) and not x.get_fill()]
    return [float(x.get_xy()[1:-1:2, 1].sum()) for x in outlines]


def test_fractions_say_what_lies_outside_and_mark_the_means() -> None:
    odd = np.array([10.0, 20.0, 30.0, 400.0, np.inf, np.nan, np.inf, 0.0])
    figure = fraction_histogram({"a": np.array([10.0, 20.0]), "b": odd}, document_mean=17)
    first, second, third = legend(figure)
    assert first == "a: mean 15 %, median 15 %, n = 2"
    assert second == (
        "b: mean of the finite 92 %, median 20 %, n = 8; not shown: 1 above 300 %, 3 infinite or NaN"
    )
    assert third == "document's mean, 17 %"
    axis = figure.axes[0]
    # b's mean of 92 % lies beyond the axis, which ends behind the largest value shown
    assert [line.get_xdata()[0] for line in axis.lines] == [15, 17]
    assert axis.get_xlim() == pytest.approx((0, 1.05 * 30))
    np.testing.assert_allclose(heights(figure), [100, 50])
    assert "%" in axis.get_xlabel()
    assert "%" in axis.get_ylabel()


def test_fractions_without_a_finite_value_are_drawn_and_named() -> None:
    figure = fraction_histogram({"empty originals": np.full(3, np.inf)})
    assert legend(figure) == ["empty originals: no finite value, n = 3; not shown: 3 infinite or NaN"]
    assert not figure.axes[0].lines


@settings(deadline=None, max_examples=10)
@given(st.lists(DIFFERENCES, min_size=1, max_size=20), st.floats(1, 500))
def test_fractions_drop_no_value_silently(values: list[float], most: float) -> None:
    differences = np.array(values)
    figure = fraction_histogram({"a": differences}, most=most)
    assert heights(figure)[0] == pytest.approx(100 * np.mean(differences <= most))
    (name,) = legend(figure)
    finite = np.isfinite(differences)
    beyond = int(np.sum(finite & (differences > most)))
    assert (f"{beyond} above" in name) == (beyond > 0)
    assert (f"{int((~finite).sum())} infinite or NaN" in name) == (not finite.all())


def test_fractions_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="differences are empty"):
        fraction_histogram({})
    with pytest.raises(ValueError, match="differences, a: values are empty"):
        fraction_histogram({"a": np.empty(0)})
    with pytest.raises(ValueError, match=r"differences, a: expected 0 % or more, found -1"):
        fraction_histogram({"a": np.array([np.nan, -1.0])})
    with pytest.raises(ValueError, match="most must be above 0 %"):
        fraction_histogram({"a": np.ones(2)}, most=0)


def test_line_counts_draw_every_image_medians_and_the_document() -> None:
    original = np.array([1, 1, 1, 2, 2, 4])
    found = np.array([1, 1, 2, 2, 3, 40])
    figure = line_counts(
        original, {"reconstruction": found, "nearest": original}, {"reconstruction": {1: 1.5, 4: 5}}
    )
    left, right = figure.axes[:2]
    assert left.get_title() == "reconstruction\n3 of 6 right (always 1: 3)"
    assert right.get_title() == "nearest\n6 of 6 right (always 1: 3)"
    (row,) = left.patches  # the trivial answer
    assert (row.get_y(), row.get_height()) == (0.5, 1)
    assert sum(int(text.get_text()) for text in left.texts) == 6
    shares = np.asarray(left.images[0].get_array())
    assert shares.shape == (9, 4)
    np.testing.assert_allclose(shares.sum(axis=0), [100, 100, 0, 100])
    np.testing.assert_allclose(shares[[1, 2], 0], [200 / 3, 100 / 3])
    assert shares[8, 3] == 100
    assert left.get_yticklabels()[-1].get_text() == "8 or more"
    bars = [
        tuple(line.get_ydata())
        for line in left.lines
        if line.get_linewidth() == 2.2 and len(line.get_xdata())
    ]
    assert bars == [(1, 1), (2.5, 2.5), (8, 8)]
    (diamonds,) = (line for line in left.lines if line.get_marker() == "D" and len(line.get_xdata()))
    assert list(diamonds.get_ydata()) == [1.5, 5]
    assert figure.axes[2].get_ylabel() == "share of the originals (%)"
    assert "document's median" in legend(figure)
    assert "document's median" not in legend(line_counts(original, {"nearest": original}))


def test_a_median_of_the_document_above_all_that_was_found_is_drawn_where_it_is() -> None:
    original = np.array([1, 2, 3, 4])
    found = np.ones(4, dtype=np.int64)
    figure = line_counts(original, {"reconstruction": found}, {"reconstruction": {1: 1, 4: 5}}, most=3)
    axis = figure.axes[0]
    (diamonds,) = (line for line in axis.lines if line.get_marker() == "D" and len(line.get_xdata()))
    assert list(diamonds.get_ydata()) == [1, 5]
    assert axis.get_ylim() == (-0.5, 5.5)
    assert [text.get_text() for text in axis.get_yticklabels()] == [*"012345"]
    assert np.asarray(axis.images[0].get_array()).shape == (6, 4)


def test_the_trivial_number_of_lines_is_the_commonest() -> None:
    original = np.array([3, 3, 4, 5])
    figure = line_counts(original, {"a": np.array([3, 4, 4, 5])})
    assert figure.axes[0].get_title() == "a\n3 of 4 right (always 3: 2)"
    assert "trivial answer: always 3" in legend(figure)


def test_fractions_draw_the_trivial_answers() -> None:
    trivial = {"blank image": 100.0, "far off": 400.0}
    figure = fraction_histogram({"a": np.array([10.0, 20.0])}, trivial=trivial)
    assert legend(figure)[1:] == [
        "trivial answer, blank image: 100 %",
        "trivial answer, far off: 400 %, not shown",
    ]
    assert [line.get_xdata()[0] for line in figure.axes[0].lines[1:]] == [100, 400]
    assert figure.axes[0].get_xlim() == pytest.approx((0, 105))


def test_line_counts_refuse_what_does_not_fit() -> None:
    ones = np.ones(3, dtype=np.int64)
    with pytest.raises(ValueError, match="panels are empty"):
        line_counts(ones, {})
    with pytest.raises(ValueError, match="original: expected"):
        line_counts(np.empty(0), {"a": ones})
    with pytest.raises(ValueError, match="a: expected 3 counts, as of the originals, found 2"):
        line_counts(ones, {"a": ones[:2]})
    for bad in (-1, 0.5, np.nan):
        with pytest.raises(ValueError, match="a: expected whole numbers of lines, 0 or more"):
            line_counts(ones, {"a": np.array([1, 1, bad])})
    with pytest.raises(ValueError, match="medians name a panel that is not drawn: b"):
        line_counts(ones, {"a": ones}, {"b": {1: 1}})


def test_mean_errors_show_both_samples_and_the_test() -> None:
    rng = np.random.default_rng([1])
    train, validation = rng.normal(0.1, 0.01, 50), rng.normal(0.2, 0.01, 30)
    figure = mean_error_distributions(train, validation, **EFFECT, quantity="mean MSE of autocorrelations")
    axis = figure.axes[0]
    np.testing.assert_allclose(heights(figure), [100, 100])
    np.testing.assert_allclose(
        [line.get_xdata()[0] for line in axis.lines], [train.mean(), validation.mean()]
    )
    assert "p = 0.034" in axis.get_title()
    assert "-0.05 standard deviations (95 %: -0.14 to +0.03)" in axis.get_title()
    assert axis.get_xlabel().startswith("mean MSE of autocorrelations")
    assert legend(figure)[1].startswith("validation: mean 0.19")
    tiny = mean_error_distributions(train, validation, p_value=1e-30, effect=10, interval=(9, 11))
    assert "p < 0.0001" in tiny.axes[0].get_title()


def test_mean_errors_refuse_bad_values() -> None:
    good = np.ones(3)
    with pytest.raises(ValueError, match="train: values are empty"):
        mean_error_distributions(np.empty(0), good, **EFFECT)
    with pytest.raises(ValueError, match="validation: expected finite errors, found 1"):
        mean_error_distributions(good, np.array([1, np.nan]), **EFFECT)
    with pytest.raises(ValueError, match="from low to high, found 1 to 0"):
        mean_error_distributions(good, good, p_value=1, effect=0, interval=(1, 0))


def test_prior_samples_show_images_and_both_distributions() -> None:
    images = np.random.default_rng([2]).random((18, 8, 8))
    samples = np.array([0.1, 0.2, np.nan, np.inf])
    figure = prior_samples(images, "volume fraction", np.array([0.1, 0.3]), samples)
    np.testing.assert_allclose(heights(figure), [100, 50])
    assert figure.axes[-1].get_xlabel() == "volume fraction"
    assert legend(figure) == ["validation images, n = 2", "prior samples, n = 4 (2 not finite, not shown)"]
    drawn = [np.asarray(axis.images[0].get_array()) for axis in figure.axes[:16]]
    np.testing.assert_array_equal(drawn, images[:16])
    few = prior_samples(images[:3], "volume fraction", samples[:2], samples)
    assert [bool(axis.images) for axis in few.axes[:16]] == [True] * 3 + [False] * 13
    with pytest.raises(ValueError, match="finite values are empty"):
        prior_samples(images, "volume fraction", samples[2:], samples[2:])
