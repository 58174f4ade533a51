"""How near a network's colours of grey tiles come to the true ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.landcover.colourisation.colour_space import (
    chroma,
    chroma_error,
    coloured,
    colourfulness,
)
from latentlab.studies.landcover.colourisation.metric_names import colourises
from latentlab.studies.landcover.perception.restored import as_bytes, measured, restored
from latentlab.studies.landcover.run_tiles import RunTiles, pictures

SHOWN = 8  # tiles of the figure


def shown_places(count: int) -> np.ndarray:
    """Places of the tiles of the figure among the measured ones, evenly spaced."""
    return np.linspace(0, count - 1, min(SHOWN, count)).round().astype(int)


def evaluate(
    model: Any, tiles: RunTiles, record: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a run that adds colours, `metric_names.metrics`, and the coloured tiles of the figure.

    The luminance is given, and only the network's chroma is used: the blur of its luminance does not count.

    Returns
    -------
    summary, arrays : nothing for other runs; else "colourisation/predicted" uint8 (SHOWN, 3, side, side).
    """
    if not colourises(record):
        return {}, {}
    part = measured(tiles.test)
    truth, grey = pictures(part, "rgb"), pictures(part, "grey")
    found = coloured(grey[:, 0], chroma(restored(model, grey)))
    summary = {
        "chroma_error": float(chroma_error(found, truth).mean()),
        "colourfulness": float(colourfulness(found).mean()),
    }
    return summary, {"colourisation/predicted": as_bytes(found[shown_places(len(part))])}
