"""Titles, units and trivial answers of what is measured of colours."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.landcover.colourisation.rivals import RIVALS

ERROR = "distance of colours from the true ones (a*, b*)"
COLOURFULNESS = "mean chroma in CIELAB"
QUANTITIES: dict[str, Quantity] = {
    "chroma_error": Quantity(ERROR, better="lower", trivial="chroma_error_luminance_chroma", lowest=0.0),
    "colourfulness": Quantity(COLOURFULNESS, lowest=0.0),
    "colourfulness_truth": Quantity(f"{COLOURFULNESS}, true colours", lowest=0.0),
    **{
        f"chroma_error_{name}": Quantity(f"{ERROR}, {title}", better="lower", lowest=0.0)
        for name, title in RIVALS.items()
    },
    **{
        f"colourfulness_{name}": Quantity(f"{COLOURFULNESS}, {title}", lowest=0.0)
        for name, title in RIVALS.items()
    },
}
