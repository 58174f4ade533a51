"""Entropy of Poisson counts of known expectation: the fewest bits that any lossless coder can reach."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.special import gammaln

SMALLEST, LARGEST = 1e-9, 1e3  # photons; below, the entropy is negligible; above, an expansion holds
NODES_PER_DECADE = 200  # relative error of linear interpolation between them: below 1e-4


def poisson_entropy_bits(expected: np.ndarray) -> float:
    """Entropy of independent Poisson counts, in bits, summed over the pixels.

    No coder, even one that knows every pixel's expectation, needs fewer bits on average (Shannon 1948).

    Parameters
    ----------
    expected : expected photons per pixel, any shape, >= 0.

    Raises
    ------
    ValueError : an expectation is negative or not finite.
    """
    expected = np.asarray(expected, dtype=np.float64).reshape(-1)
    if not np.isfinite(expected).all() or (expected < 0).any():
        raise ValueError("expected photons must be finite and not negative in every pixel")
    nodes, entropies = _table()
    bright = expected > LARGEST
    rate = expected[~bright]
    # the entropy is the rate times a slowly varying factor: that factor is interpolated
    factors = np.interp(np.log(np.maximum(rate, SMALLEST)), nodes, entropies / np.exp(nodes))
    return float((rate * factors).sum() + _expansion(expected[bright]).sum()) / math.log(2)


def _expansion(rate: np.ndarray) -> np.ndarray:
    """Entropy in nats of large expectations (Evans, Boersma et al. 1988), up to 1 / rate^2."""
    return 0.5 * np.log(2 * np.pi * math.e * rate) - 1 / (12 * rate) - 1 / (24 * rate**2)


@cache
def _table() -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of expectations in photons, and their entropies in nats, by summing -p log p."""
    decades = math.log10(LARGEST / SMALLEST)
    nodes = np.linspace(math.log(SMALLEST), math.log(LARGEST), round(decades * NODES_PER_DECADE) + 1)
    entropies = np.empty_like(nodes)
    for place, logarithm in enumerate(nodes):
        rate = math.exp(logarithm)
        counts = np.arange(math.ceil(rate + 12 * math.sqrt(rate) + 20))
        log_p = counts * logarithm - rate - gammaln(counts + 1)
        entropies[place] = -(np.exp(log_p) * log_p).sum()
    return nodes, entropies
