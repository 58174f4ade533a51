"""How much each latent says: its KL divergence from the prior; 0 for one that has collapsed to it."""

from __future__ import annotations

import numpy as np


def kl_per_latent(mean: np.ndarray, log_variance: np.ndarray) -> np.ndarray:
    """Mean KL divergence of each latent from N(0, 1) over the pictures, float64 (latent,), nats.

    Parameters
    ----------
    mean, log_variance : (n, latent).
    """
    mean, log_variance = mean.astype(np.float64), log_variance.astype(np.float64)
    return ((mean**2 + np.exp(log_variance) - 1 - log_variance) / 2).mean(axis=0)
