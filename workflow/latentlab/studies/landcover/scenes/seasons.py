"""What a season does to plants, and when a satellite looks."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.scenes.materials import INDEX, NAMES

SEASONS = ("winter", "spring", "summer", "autumn")
DAYS = ((-20, 55), (85, 145), (155, 235), (275, 320))  # of the year, first and last
Change = dict[str, dict[str, float]]
CHANGES: dict[tuple[str, str], Change] = {
    ("Omaha", "winter"): {
        "grass": {"dormant grass": 1}, "crop": {"stubble": 1}, "dry grass": {"dormant grass": 1},
        "broadleaf": {"bare tree": 1}, "dark broadleaf": {"bare tree": 1}, "undergrowth": {"litter": 1},
        "marsh": {"stubble": 1},
    },
    ("Omaha", "spring"): {
        "broadleaf": {"spring leaf": 3, "broadleaf": 2, "bare tree": 0.5}, "crop": {"moist soil": 1},
    },
    ("Omaha", "autumn"): {
        "broadleaf": {"yellow leaf": 2, "orange leaf": 2, "red leaf": 1.2, "broadleaf": 2, "bare tree": 1},
        "dark broadleaf": {"dark broadleaf": 2, "orange leaf": 1, "bare tree": 1}, "crop": {"stubble": 1},
        "grass": {"grass": 1}, "undergrowth": {"litter": 1},
    },
    ("Jacksonville", "winter"): {"grass": {"dry grass": 1}, "broadleaf": {"bare tree": 1},
    "crop": {"moist soil": 1}},
    ("Jacksonville", "spring"): {"broadleaf": {"spring leaf": 1}},
}  # fmt: skip


def seasonal(material: np.ndarray, city: str, season: str, rng: np.random.Generator) -> np.ndarray:
    """Materials (n,) as they are in a season: each plant draws its own."""
    result = material.copy()
    for name, chances in CHANGES.get((city, season), {}).items():
        mine = np.flatnonzero(material == INDEX[name])
        weights = np.array(list(chances.values()))
        drawn = rng.choice(len(weights), len(mine), p=weights / weights.sum())
        result[mine] = np.array([INDEX[each] for each in chances])[drawn]
    return result


def seasonal_table(city: str, season: str) -> np.ndarray:
    """Material that stands for each material in a season, where no single plants are told apart."""
    changes = CHANGES.get((city, season), {})
    return np.array(
        [
            INDEX[max(changes[name], key=changes[name].get)] if name in changes else INDEX[name]
            for name in NAMES
        ]
    )
