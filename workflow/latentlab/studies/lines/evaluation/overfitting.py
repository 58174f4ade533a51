"""Whether reconstructions of training images lie closer to their set than those of held-out images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.image_sets import (
    Blocks,
    Space,
    check_images,
    image_slices,
    image_vectors,
)


def mean_errors(
    reconstructions: torch.Tensor, blocks: Blocks, space: Space = "images", block: int = 256
) -> np.ndarray:
    """Mean over all images of a set of the MSE between one reconstruction and each of them.

    By mean_j |r - x_j|^2 = |r|^2 - 2 r . mean(x) + mean |x|^2: one pass over the set, without pairs.

    Parameters
    ----------
    reconstructions : (n, side, side), uint8 or float.
    blocks : the set in slices, see `image_sets.image_slices`.
    space : "images" (document, figure 4) or "statistics" (figure 5).
    block : most images held as vectors at a time.

    Returns
    -------
    float64 (n,) MSE per pixel; sums are in float64.

    Raises
    ------
    ValueError, ArtifactError : as `image_sets.check_images` and `image_slices`; on an empty set too.
    """
    check_images(reconstructions, "reconstructions")
    total: torch.Tensor | float
    number, total, squares = 0, 0.0, 0.0
    for images in image_slices(blocks, reconstructions.shape[-1], block):
        vectors = image_vectors(images.to(reconstructions.device), space)
        total = total + vectors.sum(0, dtype=torch.float64)
        squares = squares + vectors.square_().sum(dtype=torch.float64)
        number += len(images)
    results = []
    for part in reconstructions.split(block):
        vectors = image_vectors(part, space, torch.float64)
        results.append(vectors.square().sum(1) - vectors @ (2 * total / number) + squares / number)
    return torch.cat(results).cpu().numpy()


@dataclass(frozen=True)
class TwoSampleTest:
    """Comparison of two samples a and b.

    statistic, p_value : Kolmogorov-Smirnov, two-sided.
    effect : (mean a - mean b) / pooled standard deviation (Cohen's d); with 1000 values each even
        negligible differences become significant, so read this first.
    effect_low, effect_high : its 95 % bootstrap interval (percentiles); NaN where the values are so few that
        a resample has no spread.
    """

    statistic: float
    p_value: float
    effect: float
    effect_low: float
    effect_high: float


def two_sample_test(a: np.ndarray, b: np.ndarray, *, seed: int, resamples: int = 2000) -> TwoSampleTest:
    """Whether two samples, as of `mean_errors`, come from one distribution, and how far apart they are.

    Parameters
    ----------
    a, b : (n,) and (m,) values, at least two each.
    seed : of the bootstrap. resamples : of the same.

    Raises
    ------
    ArtifactError : too few values, values not finite, or a and b both constant (no scale to compare on).
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"expected two vectors, found shapes {a.shape} and {b.shape}")
    if min(len(a), len(b)) < 2:
        raise ArtifactError(f"two samples need at least 2 values each, found {len(a)} and {len(b)}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ArtifactError("the samples to compare hold values that are not finite")
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        raise ArtifactError("the samples to compare are both constant: there is no spread to compare on")
    test = stats.ks_2samp(a, b)
    interval = stats.bootstrap(
        (a, b),
        _effect,
        n_resamples=resamples,
        batch=200,  # memory: 200 x n values at a time
        method="percentile",
        random_state=np.random.default_rng([seed]),
    ).confidence_interval
    return TwoSampleTest(
        float(test.statistic),
        float(test.pvalue),
        float(_effect(a, b)),
        float(interval.low),
        float(interval.high),
    )


def _effect(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
    freedom_a, freedom_b = a.shape[axis] - 1, b.shape[axis] - 1
    squares = freedom_a * a.var(axis, ddof=1) + freedom_b * b.var(axis, ddof=1)
    pooled = np.sqrt(squares / (freedom_a + freedom_b))
    return (a.mean(axis) - b.mean(axis)) / np.where(pooled > 0, pooled, np.nan)
