"""What the encoder fits to a frame: weights of neighbours, and the distribution (law) of each context."""

from __future__ import annotations

from functools import cache

import numpy as np

from latentlab.counts import passes, tables
from latentlab.counts.passes import CLASSES, FEATURES, KNOWN_BITS, WEIGHT_BITS, Prediction

HISTOGRAM = 255  # marks a histogram where the number of a law is stored
_ESCAPE_BITS = 32  # of a value without a symbol, in addition to its escape symbol
_CHANGE_BITS = 10  # for a law that differs from the previous context's
_SAMPLES = 1 << 16  # pixels per pass that the weights are fitted to
_FEWEST = 200  # pixels of a class that weights are fitted to
_PRIOR = 25.0  # prior: weights differ by about 1/5 from the default, in units of the counts' deviation
_WEIGHT_BITS = 16  # stored for each weight


def fit_weights(
    phase: str, prediction: Prediction, counts: np.ndarray, valid: np.ndarray
) -> dict[int, np.ndarray]:
    """Weights by class, int16 (features,), where they save more bits than they need.

    Weighted least squares on a sample of rows, with a penalty on the distance from the default weights.
    The variance is Poisson's plus a share of the squared expectation: bright pixels vary by structure too.
    """
    step = -(-counts.size // _SAMPLES)
    classes, valid, counts = prediction.classes[::step], valid[::step], counts[::step]
    means = [
        feature[::step] / (size << KNOWN_BITS)
        for feature, size in zip(prediction.features, FEATURES[phase], strict=True)
    ]
    scale = (1 << WEIGHT_BITS) / np.array(FEATURES[phase])
    default = passes.default_weights(phase) / scale
    fitted: dict[int, np.ndarray] = {}
    for number in (np.bincount(classes[valid], minlength=CLASSES) >= _FEWEST).nonzero()[0].tolist():
        chosen = (classes == number) & valid
        x = np.stack([mean[chosen] for mean in means], axis=1)
        level = x.mean(axis=1) + 0.05
        # otherwise hot pixels and the edges of a beam stop would dominate the fit
        y = np.clip(counts[chosen], 0, 30 * level + 30)
        weight = 1 / (level + 0.03 * level**2)
        weighted = x * weight[:, None]
        gram = x.T @ weighted + _PRIOR * np.eye(len(means))
        weights = default[number] + np.linalg.solve(gram, weighted.T @ (y - x @ default[number]))
        weights = np.clip(np.round(weights * scale), -32768, 32767).astype(np.int16)
        squares = [weight @ (y - x @ each) ** 2 for each in (default[number], weights / scale)]
        saved = step * (squares[0] - squares[1]) / (2 * np.log(2))
        if saved > _WEIGHT_BITS * len(means):
            fitted[number] = weights
    return fitted


def fit_tables(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The frequencies of each used context that need the fewest bits, including those that store them.

    Parameters
    ----------
    counts : integers (CONTEXTS, SYMBOLS), number of times that each symbol is coded in each context.

    Returns
    -------
    used : contexts that code at least one symbol, in increasing order.
    choice : uint8 (used,), the law's number, or HISTOGRAM.
    frequencies : int64 (used, SYMBOLS), each row's sum 2**14.
    """
    used = counts.any(axis=1).nonzero()[0]
    choice = np.full(used.size, HISTOGRAM, np.uint8)
    out = np.empty((used.size, tables.SYMBOLS), np.int64)
    former = 0
    for row, context in enumerate(used.tolist()):
        needed = counts[context]
        laws = tables.law_frequencies(context // passes.TRENDS)
        costs = _law_bits(context // passes.TRENDS) @ needed
        best = int(costs.argmin())
        if former < len(laws) and costs[former] < costs[best] + _CHANGE_BITS:
            best = former
        own = tables.frequencies(needed.astype(np.float64))
        own_cost = _bits(own[None]) @ needed + 8 + 9 * np.count_nonzero(own)
        if own_cost[0] < costs[best]:
            out[row] = own
        else:
            choice[row], out[row] = best, laws[best]
            former = best
    return used, choice, out


@cache
def _law_bits(cell: int) -> np.ndarray:
    return _bits(tables.law_frequencies(cell))


def _bits(frequencies: np.ndarray) -> np.ndarray:
    """Bits of each symbol; one without a frequency is escaped."""
    bits = tables.PRECISION - np.log2(np.maximum(frequencies, 1))
    escape = bits[:, [tables.ESCAPE]] + _ESCAPE_BITS
    bits = np.where(frequencies == 0, escape, bits)
    bits[:, tables.ESCAPE] = escape[:, 0]
    return bits
