"""The figure of a measured frame: what is shown, masked and labelled, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import save_figure
from latentlab.studies.gisaxs.compression.frame_verdict import judge
from latentlab.studies.gisaxs.figures.frames import frame

MEASURED = np.random.default_rng(0).poisson(4.0, (12, 12)).astype(np.float32)
RESTORED = np.full((12, 12), 4.0, dtype=np.float32)
RESTORED[0, 0] = 0.25  # less than one count
GAPS, BRIGHT = np.zeros((12, 12), dtype=bool), np.zeros((12, 12), dtype=bool)
GAPS[:, 5] = True
BRIGHT[3, 0] = True
MASK = GAPS | BRIGHT


def draw(restored: np.ndarray = RESTORED, title: str = "frame.cbf: 100 bytes") -> Figure:
    return frame(MEASURED, GAPS, BRIGHT, restored, judge(MEASURED, restored, MASK), title)


@pytest.fixture
def figure() -> Figure:
    return draw()


def test_panels_show_counts_and_their_difference(figure: Figure) -> None:
    measured, restored, difference = (axes.images[0].get_array() for axes in figure.axes[:3])
    np.testing.assert_array_equal(np.ma.getmaskarray(measured), MASK)
    np.testing.assert_array_equal(np.ma.getdata(measured), MEASURED)
    np.testing.assert_array_equal(np.ma.getdata(restored), RESTORED)
    assert not np.ma.getmaskarray(restored).any()  # what the codec puts in the gaps is shown
    np.testing.assert_array_equal(np.ma.getmaskarray(difference), MASK)
    deviation = (MEASURED - RESTORED) / 2.0  # the root of 4 counts
    deviation[0, 0] = MEASURED[0, 0] - 0.25  # judged by one count at least
    np.testing.assert_allclose(np.ma.getdata(difference)[~MASK], deviation[~MASK])


def test_measured_and_restored_share_one_scale(figure: Figure) -> None:
    norms = [axes.images[0].norm for axes in figure.axes[:2]]
    assert norms[0].vmax == norms[1].vmax == MEASURED[~MASK].max()
    assert norms[0].vmin == norms[1].vmin == 0.5  # of the positive values the least is less


def test_labels_have_units(figure: Figure) -> None:
    *panels, counts, deviations = figure.axes
    assert [axes.get_title() for axes in panels] == [
        "measured",
        "restored, gaps filled",
        "measured - restored",
    ]
    assert all("(pixel)" in axes.get_xlabel() for axes in panels)
    assert "(pixel)" in panels[0].get_ylabel()
    labels = {counts.get_ylabel(), deviations.get_ylabel()}
    assert labels == {"counts per grid pixel", "standard deviations of counting"}
    title, total, error = figure.get_suptitle().splitlines()
    assert title == "frame.cbf: 100 bytes"
    assert total.startswith(f"outside masks: {MEASURED[~MASK].sum():,.0f} counts, ")
    assert "decades" in error


def said(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.axes[1].texts)


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_what_is_masked_is_explained(figure: Figure) -> None:
    gaps, bright, *_ = legend(figure)
    assert gaps == "no usable count: gaps, bad or saturated pixels, your mask (8.3 %)"
    assert bright == "masked: brighter than the codec's training patterns (1 of 144 pixels)"
    for axes in (figure.axes[0], figure.axes[2]):
        np.testing.assert_array_equal(~np.ma.getmaskarray(axes.images[1].get_array()), BRIGHT)


def test_a_failed_restoration_says_so() -> None:
    lost = draw(MEASURED / 3)
    assert said(lost) == "restoration fails here:\n33 % of the counts"
    whole = draw(MEASURED)
    assert said(whole) == ""
    assert len(legend(whole)) == 2
    flat = draw(np.full_like(MEASURED, MEASURED[~MASK].mean()))
    assert said(flat) == "restoration fails here:\nno better than one value"


def test_blocks_that_fail_are_outlined() -> None:
    measured = 100 * MEASURED
    restored = measured.copy()
    restored[:2, :2] *= 0.3
    verdict = judge(measured, restored, MASK)
    figure = frame(measured, GAPS, BRIGHT, restored, verdict, "frame")
    assert said(figure) == "restoration fails\nin the hatched blocks"
    assert legend(figure)[2].startswith("1 of 56 blocks")  # column 5 is a gap
    outline = figure.axes[1].collections[0].get_paths()[0].vertices
    np.testing.assert_allclose([outline.min(), outline.max()], [-0.5, 1.5], atol=0.15)  # of 12 pixels
    assert figure.axes[1].get_xlim() == (-0.5, 11.5)


def test_saving_twice_gives_equal_bytes(tmp_path: Path) -> None:
    with matplotlib.rc_context({"savefig.dpi": 50}):
        for name in ("one", "two"):
            paths = [tmp_path / f"{name}.{kind}" for kind in ("png", "svg")]
            save_figure(draw(MEASURED / 3), paths)
    for kind in ("png", "svg"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
