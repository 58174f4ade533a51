"""Figures of whole aerial images, and of the spectra of what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from latentlab.errors import ArtifactError
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.classes import BANDS, CITIES, CLASSES, RGB_BANDS, VOID
from latentlab.studies.landcover.run_tiles import FULL_REFLECTANCE
from latentlab.studies.landcover.scenes.materials import KNOTS_NM, reflectance
from latentlab.studies.landcover.scenes.seasons import SEASONS
from latentlab.studies.landcover.tile_set import read_attributes, read_extra

CLASS_COLOURS = dict(zip(CLASSES, ("#009E73", "#0072B2", "#DDCC99", "#D55E00", "#F0E442"), strict=True))
VOID_COLOUR = "0.3"
NEAR_INFRARED = 6  # place in BANDS
FALSE_BANDS = (NEAR_INFRARED, RGB_BANDS[0], RGB_BANDS[1])  # shown as red, green, blue
SMALL = 6.5
SHOWN = {  # materials in each panel
    "plants": ("grass", "dormant grass", "broadleaf", "pine", "orange leaf", "bare tree"),
    "ground and water": ("sand", "moist soil", "concrete", "old asphalt", "brown water", "clear water"),
    "roofs and pools": ("white membrane", "terracotta", "grey shingle", "brown shingle", "metal", "pool"),
}


def draw_scenes(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Whole test images, one in a row: true colour, false colour with near infrared, height, classes."""
    path = inputs.artifacts["tile-set"]
    count = _scenes(path)
    figure = Figure(figsize=(WIDTH_INCHES, 1.66 * count + 0.55), layout="constrained")
    axes = figure.subplots(count, 4, squeeze=False, sharex=True, sharey=True)
    heights = [_extra(path, number, "height") for number in range(count)]
    known = [np.nanpercentile(height, 99.5) for height in heights if height is not None]
    highest = max(10.0, float(np.ceil(max(known, default=10.0) / 10) * 10))
    pixel_m = float(read_attributes(path)["pixel_m"])
    shown = None
    for number, row in enumerate(axes):
        rgb = np.moveaxis(read_extra(path, f"scenes/{number}/rgb"), 0, -1)
        place = {"origin": "upper", "extent": (0, rgb.shape[1] * pixel_m, rgb.shape[0] * pixel_m, 0)}
        row[0].imshow(rgb, **place)
        bands = _extra(path, number, "bands")
        _or_nothing(row[1], None if bands is None else false_colour(bands), place)
        image = _or_nothing(row[2], heights[number], place, norm=PowerNorm(0.5, 0, highest), cmap="viridis")
        shown = image or shown
        labels = _extra(path, number, "labels")
        _or_nothing(row[3], None if labels is None else class_picture(labels), place)
        row[0].set_ylabel(f"{_described(path, number)}\ny (m)", fontsize=SMALL)
        for axis in row:
            axis.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=(1, 2, 5, 10)))
            axis.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=(1, 2, 5, 10)))
            axis.tick_params(labelsize=SMALL)
    for axis, title in zip(
        axes[0], ("true colour", "near infrared, red, green", "height", "class"), strict=True
    ):
        axis.set_title(title)
    for axis in axes[-1]:
        axis.set_xlabel("x (m)", fontsize=SMALL)
    if shown is not None:
        bar = figure.colorbar(shown, ax=axes[:, 2], location="bottom", aspect=14, shrink=0.9, extend="max")
        bar.set_ticks([height for height in (0, 5, 20, 50, 100, 150) if height <= highest])
        bar.set_label("height above ground (m)", fontsize=SMALL)
        bar.ax.tick_params(labelsize=SMALL)
    handles = [Patch(facecolor=colour, edgecolor="0.4", label=name) for name, colour in CLASS_COLOURS.items()]
    figure.legend(
        handles=handles, loc="lower right", ncols=2, fontsize=SMALL, frameon=False, handlelength=1.2
    )
    return figure


def draw_spectra(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Reflectance of materials with the satellite's bands, and what the satellite measures of each class."""
    path = inputs.artifacts["tile-set"]
    figure = Figure(figsize=(WIDTH_INCHES, 4.5), layout="constrained")
    axes = figure.subplots(2, 3)
    wavelength = np.linspace(KNOTS_NM[0], KNOTS_NM[-1], 321)
    for axis, (title, names) in zip(axes[0], SHOWN.items(), strict=True):
        for name, colour in zip(names, COLOURS, strict=True):
            axis.plot(wavelength, reflectance(name, wavelength), color=colour, linewidth=1.1, label=name)
        axis.set_title(f"drawn with: {title}")
        axis.legend(fontsize=6, frameon=False, handlelength=1.2, labelspacing=0.2, ncols=2, columnspacing=0.8)
        axis.set_ylabel("reflectance of the surface", fontsize=SMALL)
    measured = class_spectra(path)
    for place, city in enumerate(CITIES):
        axis = axes[1, place]
        for number, (name, colour) in enumerate(CLASS_COLOURS.items()):
            quartiles = measured[place, number]
            if np.isfinite(quartiles).all():
                centres = np.array([(first + last) / 2 for _, first, last in BANDS]) + 4 * (number - 2)
                spread = np.abs(quartiles[[0, 2]] - quartiles[1])
                axis.errorbar(
                    centres, quartiles[1], spread, color=colour, marker="o", markersize=2.5, linewidth=0.9,
                    elinewidth=0.7, label=name, markeredgecolor="0.3", markeredgewidth=0.3,
                )  # fmt: skip
        axis.set_title(f"measured in {city}: median, quartiles")
        axis.set_ylabel("top-of-atmosphere reflectance", fontsize=SMALL)
        if axis.get_legend_handles_labels()[0]:
            axis.legend(fontsize=6, frameon=False, ncols=2, handlelength=1.2, labelspacing=0.2)
    _index_panel(axes[1, 2], path)
    for axis in (*axes[0], *axes[1, :2]):
        for number, (_, first, last) in enumerate(BANDS):
            axis.axvspan(first, last, color="0.5", alpha=0.16 if number % 2 else 0.08, linewidth=0)
        axis.set_xlabel("wavelength (nm)", fontsize=SMALL)
        axis.set_ylim(0, 1.45 * axis.get_ylim()[1])  # room for the legend
    for axis in axes.ravel():
        axis.tick_params(labelsize=SMALL)
    return figure


def false_colour(bands: np.ndarray) -> np.ndarray:
    """Near infrared, red and green as red, green and blue: uint8 (h, w, 3) of bands (8, h, w).

    Each channel is stretched between its percentiles 1 and 98.
    """
    chosen = bands[list(FALSE_BANDS)].astype(np.float32)
    low, high = np.percentile(chosen[:, ::4, ::4], (1, 98), axis=(1, 2))
    shown = (chosen - low[:, None, None]) / np.maximum(high - low, 1)[:, None, None]
    return np.rint(255 * np.moveaxis(np.clip(shown, 0, 1), 0, -1)).astype(np.uint8)


def class_picture(labels: np.ndarray) -> np.ndarray:
    """Colours of classes, float (h, w, 4), of labels (h, w); those that are void are dark."""
    colours = ListedColormap([*CLASS_COLOURS.values(), VOID_COLOUR])
    places = np.where(labels == VOID, len(CLASSES), labels)
    return colours(BoundaryNorm(np.arange(len(CLASSES) + 2) - 0.5, colours.N)(places))


def class_spectra(path: Path | str) -> np.ndarray:
    """Quartiles of what the satellite measures of each class in the whole images.

    Returns
    -------
    (cities, classes, 3, bands): reflectance at the top of the atmosphere; NaN where there is no such pixel.
    """
    result = np.full((len(CITIES), len(CLASSES), 3, len(BANDS)), np.nan)
    for city in range(len(CITIES)):
        pixels, classes = _pixels(path, city)
        for number in range(len(CLASSES)):
            chosen = pixels[classes == number]
            if len(chosen):
                result[city, number] = np.percentile(chosen, (25, 50, 75), axis=0)
    return result


def _index_panel(axis: Axes, path: Path | str) -> None:
    """Distribution of the vegetation index of each class."""
    pixels, classes = (
        np.concatenate(part) for part in zip(*(_pixels(path, k) for k in range(2)), strict=True)
    )
    near, red = pixels[:, NEAR_INFRARED], pixels[:, RGB_BANDS[0]]
    index = (near - red) / np.maximum(near + red, 1e-4)
    edges = np.linspace(-0.8, 0.9, 69)
    for number, (name, colour) in enumerate(CLASS_COLOURS.items()):
        chosen = index[classes == number]
        if len(chosen):
            density = np.histogram(chosen, edges, density=True)[0]
            axis.stairs(density, edges, color=colour, label=name, linewidth=1.2)
    axis.set_title("vegetation index of pixels")
    axis.set_xlabel("(near infrared − red) / (near infrared + red)", fontsize=SMALL)
    axis.set_ylabel("density", fontsize=SMALL)
    axis.legend(fontsize=6, frameon=False, handlelength=1.2, labelspacing=0.2)


def _pixels(path: Path | str, city: int) -> tuple[np.ndarray, np.ndarray]:
    """Reflectance (n, bands) and class (n,) of every ninth pixel of the whole images of a city."""
    pixels, classes = [np.empty((0, len(BANDS)))], [np.empty(0, int)]
    for number in range(_scenes(path)):
        bands, labels = (_extra(path, number, name) for name in ("bands", "labels"))
        if (
            int(read_extra(path, f"scenes/{number}/city")) == city
            and bands is not None
            and labels is not None
        ):
            pixels.append(bands[:, ::3, ::3].reshape(len(BANDS), -1).T / FULL_REFLECTANCE)
            classes.append(labels[::3, ::3].ravel())
    return np.concatenate(pixels), np.concatenate(classes)


def _scenes(path: Path | str) -> int:
    """Number of whole images that a set keeps."""
    count = 0
    while _extra(path, count, "rgb") is not None:
        count += 1
    if count == 0:
        raise ArtifactError(f"{path}: no whole image is kept; expected 'extra/scenes/0/rgb'")
    return count


def _extra(path: Path | str, number: int, name: str) -> np.ndarray | None:
    try:
        return read_extra(path, f"scenes/{number}/{name}")
    except ArtifactError:
        if not Path(path).exists():
            raise
        return None


def _described(path: Path | str, number: int) -> str:
    """City, and season and elevation of the sun if they are known."""
    words = CITIES[int(read_extra(path, f"scenes/{number}/city"))]
    season, sun = (_extra(path, number, name) for name in ("season", "sun_elevation_deg"))
    if season is not None:
        words += f", {SEASONS[int(season)]}"
    return words if sun is None else f"{words}\nsun {float(sun):.0f}° high"


def _or_nothing(axis: Axes, picture: np.ndarray | None, place: Mapping[str, Any], **how: Any):
    if picture is None:
        axis.text(0.5, 0.5, "not given", transform=axis.transAxes, ha="center", fontsize=SMALL)
        return None
    return axis.imshow(picture, **place, **how)
