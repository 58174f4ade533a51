"""How the weight of the KL divergence rises over a training."""

from __future__ import annotations

CYCLES = 4  # Fu et al. 2019: four cycles
RISING = 0.5  # and half of each is a linear rise; the weight stays at its full value in the other half


def risen(step: int, steps: int, cycles: int) -> float:
    """Part of the full weight, 0 to 1: a linear rise from 0 over half of each cycle (Fu et al. 2019).

    With one cycle this is the usual warm-up.

    Parameters
    ----------
    step : from 0. steps : of the whole training. cycles : of equal length.
    """
    place = (step * cycles / steps) % 1.0
    return min(1.0, place / RISING)
