"""Cars and trailers."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.shapes import shapes
from latentlab.studies.landcover.scenes.site import LABEL, Site

PAINTS = {
    "paint": 3.0, "silver paint": 3.0, "black paint": 2.5, "grey shingle": 1.5, "red paint": 1.0,
    "blue paint": 0.8,
}  # fmt: skip


def park_cars(site: Site, x: np.ndarray, y: np.ndarray, angle: np.ndarray, floor: float = 0.0) -> None:
    """Cars at points, their length along an angle, radians from east towards south, on a floor, m."""
    count = len(x)
    site.add(
        "solids",
        shapes(
            x=x, y=y, a=2.3, b=0.95, angle=angle + site.rng.normal(0, 0.02, count), base=floor + 1.5,
            material=site.pick(PAINTS, count), bright=site.rng.normal(1, 0.12, count), label=LABEL["clutter"],
        ),
    )  # fmt: skip
