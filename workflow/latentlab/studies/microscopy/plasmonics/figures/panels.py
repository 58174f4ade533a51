"""What several figures of this part share: sets and evaluations as arrays, maps of scenes, colours of
kinds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from latentlab.pipeline.figure_style import COLOURS
from latentlab.studies.microscopy.plasmonics.particles import KINDS
from latentlab.studies.microscopy.plasmonics.scenes import PIXEL_NM
from latentlab.studies.microscopy.set_file import read_extra

SMALL = 6.5  # pt, of titles and legends
KIND_COLOURS = dict(zip(KINDS, COLOURS, strict=False))


def only(names: Mapping[str, Any] | list[str]) -> str:
    """The single name of a figure's entry."""
    (name,) = names
    return name


def roots(path: Path | str, scaled: np.ndarray) -> np.ndarray:
    """Standardised spectra (..., channels) as square roots of counts in parts of the fixed maximum."""
    return scaled * float(read_extra(path, "spectrum_scale")) + read_extra(path, "spectrum_mean")


def scene_map(axis: Axes, image: np.ndarray, *, inset_nm: float = 0.0, **look: Any) -> AxesImage:
    """A map of a scene with row 0 at the top, axes in nm; `inset_nm` is the border that it leaves out."""
    height, width = (length * PIXEL_NM for length in image.shape)
    extent = (inset_nm, inset_nm + width, inset_nm + height, inset_nm)
    shown = axis.imshow(image, origin="upper", extent=extent, **look)
    axis.set_xticks([])
    axis.set_yticks([])
    return shown


def with_axes(axis: Axes) -> None:
    """Axes of a map in nm, on the left and below."""
    axis.set_xticks([0, 100, 200])
    axis.set_yticks([0, 100, 200])
    axis.set_xlabel("x (nm)")
    axis.set_ylabel("y (nm)")


def bare_image(axis: Axes, image: np.ndarray, **look: Any) -> None:
    """A patch with row 0 at the top, without axes."""
    axis.imshow(image, origin="upper", **look)
    axis.set_xticks([])
    axis.set_yticks([])
