"""How figures are saved: whole or not at all, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import (
    NOT_POSITIVE_COLOUR,
    in_intensity_range,
    intensity_map,
    intensity_norm,
    save_figure,
)


def figure() -> Figure:
    drawn = Figure(figsize=(2, 2))
    axes = drawn.subplots()
    axes.plot([0, 1], [0, 1], label="line")
    axes.imshow(np.arange(9.0).reshape(3, 3))
    axes.set_xlabel(r"$q_y$ (1/nm)")
    return drawn


def test_saving_twice_gives_equal_bytes(tmp_path: Path) -> None:
    names = ["a.png", "a.svg", "b.png", "b.svg"]
    save_figure(figure(), [tmp_path / name for name in names[:2]])
    save_figure(figure(), [tmp_path / name for name in names[2:]])
    for kind in ("png", "svg"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_the_suffix_names_the_format(tmp_path: Path) -> None:
    save_figure(figure(), [tmp_path / "x.png", tmp_path / "x.svg"])
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "x.svg").read_bytes()[:1000]
    assert b"dc:date" not in (tmp_path / "x.svg").read_bytes()


def test_a_failed_save_leaves_nothing(tmp_path: Path) -> None:
    broken = figure()
    broken.axes[0].set_title(r"$\nonsense{$")  # no mathematics that can be drawn
    with pytest.raises(ValueError, match="nonsense"):
        save_figure(broken, [tmp_path / "x.png"])
    assert list(tmp_path.iterdir()) == []


def test_six_decades_are_shown() -> None:
    norm = intensity_norm(100.0)
    assert (norm.vmin, norm.vmax) == pytest.approx((1e-4, 100.0))
    assert norm(np.array([1e-4, 0.1, 100.0])).tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_small_intensities_are_dark_and_those_without_logarithm_have_their_own_colour() -> None:
    norm, colours = intensity_norm(100.0), intensity_map()
    drawn = colours(norm(in_intensity_range(np.array([1e-9, 0.0, -1.0, 1e-4], dtype=np.float32), norm)))
    assert drawn[0].tolist() == drawn[3].tolist() == list(colours(0))
    assert drawn[1].tolist() == drawn[2].tolist() == list(to_rgba(NOT_POSITIVE_COLOUR))
