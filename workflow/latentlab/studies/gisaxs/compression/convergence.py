"""When a training converged."""

from __future__ import annotations

import numpy as np

CONVERGED = 0.05  # share of its total decrease within which a loss counts as converged


def epochs_to_converge(history: list[dict[str, float]], key: str = "test_loss") -> int:
    """First epoch (counted from 1) from which a loss stays within 5 % of its total decrease above its best.

    One more than the number of epochs if there is none, or if a loss is not a number.
    """
    losses = np.array([row[key] for row in history])
    if np.isnan(losses).any():
        return len(losses) + 1  # it diverged
    best = losses.min()
    above = np.flatnonzero(losses > best + CONVERGED * (losses[0] - best))
    return 1 + (int(above[-1]) + 1 if len(above) else 0)
