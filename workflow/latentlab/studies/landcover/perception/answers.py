"""What measures think of constructed pictures: no network takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latentlab.studies.landcover.perception.constructed import constructed
from latentlab.studies.landcover.perception.evaluation import shown_places
from latentlab.studies.landcover.perception.measures import likeness, sharpness
from latentlab.studies.landcover.perception.metric_names import (
    HIGHER_IS_BETTER,
    KNOWN,
    OF_RECONSTRUCTION,
    RANKED,
)
from latentlab.studies.landcover.perception.probe import PROBED, CoverProbe
from latentlab.studies.landcover.perception.ranked import image_quality, ranked
from latentlab.studies.landcover.perception.restored import as_bytes, measured, measured_places
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


def answers(
    tiles: RunTiles, sizes: Mapping[str, int], untrained: Sequence[Mapping[str, Any]], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of the constructed pictures, `metric_names.answers`.

    Those that the reconstruction has too are of all test tiles, as there; the others of at most
    `restored.MEASURED`, as those of runs.

    Parameters
    ----------
    seed : of the noise. sizes, untrained : not used.

    Returns
    -------
    summary. arrays : "perception/truth" and "perception/<constructed>" uint8 (SHOWN, 3, side, side), the
    tiles of the figure; "perception/<constructed>_values" float32 (SHOWN, measures), in the order of RANKED.
    """
    truth, places = pictures(tiles.test, "rgb"), measured_places(len(tiles.test))
    shown = shown_places(measured(tiles.test))
    fractions = tiles.test.factors["fractions"][places]
    known = measured(tiles.train, PROBED)
    probe = CoverProbe(pictures(known, "rgb"), known.factors["fractions"])
    summary = {"cover_correlation_truth": probe.correlation(truth[places], fractions)}
    arrays = {"perception/truth": as_bytes(truth[places][shown])}
    by_tile = {}
    true_part = truth[places]
    for name, made in constructed(truth, pictures(tiles.train, "rgb").mean(axis=0), seed).items():
        part = made[places]
        alike = likeness(true_part, part)
        quality = image_quality(truth, made) if name not in KNOWN else image_quality(true_part, part)
        found = {measure: float(values.mean()) for measure, values in {**quality, **alike}.items()}
        found |= {
            "sharpness": sharpness(true_part, part),
            "cover_correlation": probe.correlation(part, fractions),
        }
        summary |= {
            f"{measure}_{name}": value
            for measure, value in found.items()
            if name not in KNOWN or measure not in OF_RECONSTRUCTION
        }
        arrays[f"perception/{name}"] = as_bytes(part[shown])
        if name not in KNOWN:
            quality = {measure: values[places] for measure, values in quality.items()}
        by_tile[name] = {**quality, **alike}
        of_shown = {measure: values[shown] for measure, values in by_tile[name].items()}
        arrays[f"perception/{name}_values"] = ranked(of_shown)
    for measure in RANKED:
        better = by_tile["inverted"][measure] - by_tile["mean_colour"][measure]
        if measure not in HIGHER_IS_BETTER:
            better = -better
        summary[f"{measure}_prefers_inverted"] = 100 * float((better > 0).mean())
    return summary, arrays
