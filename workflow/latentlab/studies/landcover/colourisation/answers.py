"""Colours of grey tiles without a network: what a run that adds colours is judged against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latentlab.studies.landcover.colourisation.colour_space import (
    chroma,
    chroma_error,
    coloured,
    colourfulness,
)
from latentlab.studies.landcover.colourisation.evaluation import shown_places
from latentlab.studies.landcover.colourisation.rivals import predicted_chroma
from latentlab.studies.landcover.perception.restored import as_bytes, measured
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


def answers(
    tiles: RunTiles, sizes: Mapping[str, int], untrained: Sequence[Mapping[str, Any]], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of the rivals, `metric_names.answers`, and their coloured tiles for the figure.

    Parameters
    ----------
    seed : of the pixels that the regression is fitted to. sizes, untrained : not used.

    Returns
    -------
    summary, arrays : "colourisation/<rival>" and "colourisation/truth", uint8 (SHOWN, 3, side, side).
    """
    part = measured(tiles.test)
    train, truth = pictures(tiles.train, "rgb"), pictures(part, "rgb")
    train_grey, grey = pictures(tiles.train, "grey")[:, 0], pictures(part, "grey")[:, 0]
    places = shown_places(len(part))
    summary = {"colourfulness_truth": float(colourfulness(truth).mean())}
    arrays = {"colourisation/truth": as_bytes(truth[places])}
    for name, values in predicted_chroma(train_grey, chroma(train), grey, seed).items():
        found = coloured(grey, values)
        summary[f"chroma_error_{name}"] = float(chroma_error(found, truth).mean())
        summary[f"colourfulness_{name}"] = float(colourfulness(found).mean())
        arrays[f"colourisation/{name}"] = as_bytes(found[places])
    return summary, arrays
