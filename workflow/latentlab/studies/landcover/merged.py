"""One summary and one set of arrays from those of the parts that measure the same model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

Measured = tuple[dict[str, float], dict[str, np.ndarray]]  # summary, arrays


def merged(parts: Iterable[tuple[Mapping[str, float], Mapping[str, np.ndarray]]]) -> Measured:
    """The summaries and the arrays of several parts together.

    Raises
    ------
    ValueError : two parts give a value of the same name.
    """
    summary: dict[str, float] = {}
    arrays: dict[str, np.ndarray] = {}
    for more_summary, more_arrays in parts:
        for found, more in ((summary, more_summary), (arrays, more_arrays)):
            if twice := sorted(set(found) & set(more)):
                raise ValueError(f"two parts measure '{twice[0]}'")
            found.update(more)
    return summary, arrays
