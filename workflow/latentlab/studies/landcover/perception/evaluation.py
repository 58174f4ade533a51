"""How like the tiles a network's reconstructions are, by other measures than the mean absolute error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.landcover.perception.measures import likeness, sharpness
from latentlab.studies.landcover.perception.metric_names import measures
from latentlab.studies.landcover.perception.probe import PROBED, CoverProbe
from latentlab.studies.landcover.perception.ranked import image_quality, ranked
from latentlab.studies.landcover.perception.restored import as_bytes, measured, restored
from latentlab.studies.landcover.run_tiles import RunTiles, pictures

SHOWN = 2  # tiles of the figure


def shown_places(tiles: Any) -> np.ndarray:
    """Places of the tiles of the figure among the measured ones: those of the most mixed land cover."""
    fractions = tiles.factors["fractions"]
    mixed = -np.sum(fractions * np.log(fractions + 1e-9), axis=1)  # entropy: several classes
    return np.argsort(-mixed, kind="stable")[:SHOWN]


def evaluate(
    model: Any, tiles: RunTiles, record: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a run, `metric_names.metrics`, on at most `restored.MEASURED` test tiles.

    Returns
    -------
    summary, arrays : nothing for a run that restores bands. Arrays "perception/restored" uint8
    (SHOWN, 3, side, side), the tiles of the figure, and "perception/restored_values" float32 (SHOWN,
    measures), in the order of `metric_names.RANKED`.
    """
    if not measures(record):
        return {}, {}
    part = measured(tiles.test)
    truth = pictures(part, "rgb")
    found = restored(model, pictures(part, record["input"]))
    known = measured(tiles.train, PROBED)
    probe = CoverProbe(pictures(known, "rgb"), known.factors["fractions"])
    alike = likeness(truth, found)
    summary = {
        **{name: float(values.mean()) for name, values in alike.items()},
        "sharpness": sharpness(truth, found),
        "cover_correlation": probe.correlation(found, part.factors["fractions"]),
    }
    shown = shown_places(part)
    values = {
        **image_quality(truth[shown], found[shown]),
        **{name: each[shown] for name, each in alike.items()},
    }
    return summary, {
        "perception/restored": as_bytes(found[shown]),
        "perception/restored_values": ranked(values),
    }
