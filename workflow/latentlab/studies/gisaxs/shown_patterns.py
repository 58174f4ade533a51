"""The single patterns that the GISAXS study names, apart from its two data sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def figure_patterns(spec: Mapping[str, Any]) -> np.ndarray:
    """Patterns (n, 4) that a figure of kind "factors" or "series" shows: R, sigma/R, D, omega/D."""
    column = {"sigma_over_r": 1, "omega_over_d": 3}
    base = np.array(spec["pattern"], dtype=np.float64)
    patterns = np.tile(base, (len(spec.get("values", [0])), 1))
    if "vary" in spec:
        patterns[:, column[spec["vary"]]] = spec["values"]
    return patterns


def shown_patterns(study: Mapping[str, Any]) -> list[list[float]]:
    """The patterns (R, sigma/R, D, omega/D) that a study names: of figures, claims, examples; each once."""
    shown = [figure_patterns(figure).tolist() for figure in study["figures"].values() if "pattern" in figure]
    named = [row for rows in shown for row in rows] + [*study["patterns"].values(), *study["examples"]]
    return [list(pattern) for pattern in dict.fromkeys(tuple(float(v) for v in pattern) for pattern in named)]
