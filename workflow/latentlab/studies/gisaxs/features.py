"""Features of a pattern that the claims about the physics use."""

from __future__ import annotations

import numpy as np


def yoneda_row(intensity: np.ndarray) -> int:
    """Row of the maximum: the Yoneda line, near the substrate's critical angle (thesis, 2.5.5)."""
    return int(np.unravel_index(np.argmax(intensity), intensity.shape)[0])


def side_maximum_q(intensity: np.ndarray, q_y: np.ndarray, lowest: float = 0.2) -> float:
    """q_y in 1/nm of the side maximum along the Yoneda line: the largest intensity above q_y = `lowest`.

    Parameters
    ----------
    intensity : (n, m). q_y : (m,) of that row, in 1/nm.
    """
    beyond = q_y > lowest
    return float(q_y[beyond][np.argmax(intensity[yoneda_row(intensity)][beyond])])


def peak_width(q: np.ndarray, structure_factor: np.ndarray) -> float:
    """Full width in 1/nm of S's highest maximum, at half its height above 1.

    Parameters
    ----------
    q : (n,) increasing, 1/nm. structure_factor : (n,) S at q; its maximum is not at an end.
    """
    top = int(np.argmax(structure_factor))
    level = 1 + (structure_factor[top] - 1) / 2
    below_left = np.flatnonzero(structure_factor[:top] < level)
    below_right = np.flatnonzero(structure_factor[top:] < level)
    if not len(below_left) or not len(below_right):
        raise ValueError("S does not fall to half its maximum on both sides")
    return float(q[top + below_right[0]] - q[below_left[-1]])


def form_factor_contrast(form_factor: np.ndarray) -> float:
    """Largest rise, in decades, of <|F|^2> along one row: how distinct its maxima are; 0 if it only falls.

    Parameters
    ----------
    form_factor : (m,) positive, by increasing q_y.
    """
    decades = np.log10(form_factor)
    return float(np.max(decades - np.minimum.accumulate(decades)))
