"""The figure of a measured frame: what is shown, masked and labelled, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import save_figure
from latentlab.studies.gisaxs.figures.frames import frame

MEASURED = np.random.default_rng(0).poisson(4.0, (12, 12)).astype(np.float32)
RESTORED = np.full((12, 12), 4.0, dtype=np.float32)
RESTORED[0, 0] = 0.25  # less than one count
MASK = np.zeros((12, 12), dtype=bool)
MASK[:, 5] = True


@pytest.fixture
def figure() -> Figure:
    return frame(MEASURED, MASK, RESTORED, "frame.cbf: 100 bytes")


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


def test_labels_have_units(figure: Figure) -> None:
    *panels, counts, deviations = figure.axes
    assert [axes.get_title() for axes in panels] == ["measured", "restored", "measured - restored"]
    assert all("(pixel)" in axes.get_xlabel() for axes in panels)
    assert "(pixel)" in panels[0].get_ylabel()
    assert {counts.get_ylabel(), deviations.get_ylabel()} == {"counts per grid pixel", "standard deviations"}
    assert figure.get_suptitle() == "frame.cbf: 100 bytes"


def test_saving_twice_gives_equal_bytes(tmp_path: Path) -> None:
    with matplotlib.rc_context({"savefig.dpi": 50}):
        for name in ("one", "two"):
            paths = [tmp_path / f"{name}.{kind}" for kind in ("png", "svg")]
            save_figure(frame(MEASURED, MASK, RESTORED, "frame"), paths)
    for kind in ("png", "svg"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
