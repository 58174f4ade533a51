"""How well angles that a model finds agree with the true ones, up to a constant and a symmetry."""

from __future__ import annotations

import numpy as np


def circular_correlation(truth: np.ndarray, estimate: np.ndarray, fold: int = 1) -> float:
    """Circular correlation of two angles (n,) in rad, for objects that look the same every 2 pi / fold.

    Both angles are multiplied by `fold` first. It is +1 if the estimate is the truth plus any constant, -1 if
    it turns the other way round. Jammalamadaka and SenGupta 2001, "Topics in circular statistics", eq. 8.2.2.
    """
    _check(truth, estimate)
    first, second = (np.sin(_from_mean(fold * np.asarray(each, float))) for each in (truth, estimate))
    scale = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / scale) if scale > 0 else 0.0


def _from_mean(angle: np.ndarray) -> np.ndarray:
    """Angle (n,) minus its circular mean, in rad."""
    return angle - np.angle(np.exp(1j * angle).mean())


def angle_errors(truth: np.ndarray, estimate: np.ndarray, fold: int = 1) -> np.ndarray:
    """Signed errors (n,) of an angle in rad, in (-pi / fold, pi / fold], less the best constant.

    The constant is a matter of convention: nothing in the images says which orientation is zero.
    """
    _check(truth, estimate)
    turn = np.exp(1j * fold * (np.asarray(estimate, float) - np.asarray(truth, float)))
    return np.angle(turn * np.exp(-1j * np.angle(turn.mean()))) / fold


def _check(truth: np.ndarray, estimate: np.ndarray) -> None:
    if len(truth) != len(estimate) or not len(truth):
        raise ValueError(
            f"angles are compared one by one, found {len(truth)} true and {len(estimate)} estimated ones"
        )
