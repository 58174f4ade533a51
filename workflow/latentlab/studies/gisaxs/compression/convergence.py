"""When a training converged."""

from __future__ import annotations

import math

import numpy as np

NEAR_BEST = 0.05  # share of the best loss within which a loss has stopped falling
FOLLOWING = 0.2  # share of the epochs that must follow, to see that it has


def epochs_to_converge(history: list[dict[str, float]], key: str = "test_loss") -> int:
    """First epoch (counted from 1) whose loss, 0 or more, is within 5 % of the training's best.

    From there the loss has stopped falling. Relative to the best loss, as the first one says nothing: it may
    be a thousand times larger. One more than the number of epochs if the training has not converged: less
    than a fifth of its epochs follow, so it may still be falling; its loss never fell by more than 5 %; or a
    loss is not a number.
    """
    losses = np.array([row[key] for row in history])
    not_converged = len(losses) + 1
    if np.isnan(losses).any():
        return not_converged  # it diverged
    near = losses <= (1 + NEAR_BEST) * losses.min()
    epoch = int(np.argmax(near)) + 1
    if epoch == 1 or epoch > len(losses) - math.ceil(FOLLOWING * len(losses)):
        return not_converged
    return epoch
