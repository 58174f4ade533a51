"""When a training converged."""

from __future__ import annotations

import numpy as np

CONVERGED = 0.05  # within this share of its whole descent, a loss counts as converged


def epochs_to_converge(history: list[dict[str, float]], key: str = "test_loss") -> int:
    """First epoch (counted from 1) from which on a loss stays within 5 % of its whole descent from its best.

    One more than there are epochs if it does not, or is not a number somewhere.
    """
    losses = np.array([row[key] for row in history])
    if np.isnan(losses).any():
        return len(losses) + 1  # it diverged
    best = losses.min()
    above = np.flatnonzero(losses > best + CONVERGED * (losses[0] - best))
    return 1 + (int(above[-1]) + 1 if len(above) else 0)
