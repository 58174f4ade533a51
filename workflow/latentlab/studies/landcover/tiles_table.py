"""The table of the tiles: how many there are, and what they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.tile_set import SPLITS, read_attributes, read_tiles

SPLIT_TITLES = {"train": "training", "validation": "validation", "test": "test"}


def tiles_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """A row for each split and city: sites, tiles, mean height and the share of each class."""
    path = inputs.artifacts["tile-set"]
    rows = []
    for split in SPLITS:
        factors = read_tiles(path, split, ()).factors
        for city, name in enumerate(CITIES):
            mine = factors["city"] == city
            rows.append(
                {"split": split, "city": name, **_described({k: v[mine] for k, v in factors.items()})}
            )
    data = pd.DataFrame(rows)
    first = (
        Column("split", tuple(Cell(SPLIT_TITLES[each]) for each in data["split"]), text=True),
        Column("city", tuple(Cell(each) for each in data["city"]), text=True),
    )
    numbers = (
        _column("sites", data["sites"]),
        _column("tiles", data["tiles"]),
        _column("mean height (m)", data["mean_height_m"]),
    )
    parts = tuple(
        Part(
            (
                *first,
                *more,
                *(_column(f"{name} (%)", data[f"{kind}_{name}"]) for name in CLASSES),
            ),
            about,
        )
        for kind, about, more in (
            ("dominant", "tiles by their dominant class", numbers),
            ("pixels", "pixels by class", ()),
        )
    )
    attributes = read_attributes(path)
    return ShownTable(
        data, parts, f"From {attributes['source']}; a pixel is {attributes['pixel_m']:.3g} m wide."
    )


def _described(factors: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Numbers of the tiles of one split and city; shares in per cent."""
    dominant = np.bincount(factors["dominant"], minlength=len(CLASSES))
    number = len(factors["dominant"])
    shares = 100 * dominant / max(number, 1)
    pixels = 100 * factors["fractions"].sum(axis=0, dtype=np.float64) / max(number, 1)
    return {
        "sites": len(np.unique(factors["site"])),
        "tiles": number,
        "mean_height_m": float(np.mean(factors["mean_height_m"], dtype=np.float64)) if number else np.nan,
        **{f"dominant_{name}": float(share) for name, share in zip(CLASSES, shares, strict=True)},
        **{f"pixels_{name}": float(share) for name, share in zip(CLASSES, pixels, strict=True)},
    }


def _column(heading: str, values: pd.Series) -> Column:
    whole = pd.api.types.is_integer_dtype(values)
    return Column(
        heading,
        tuple(Cell(number_text(value.item() if whole else float(value))) for value in values.to_numpy()),
    )
