"""Linear probes: what a ridge regression reads from latents, its strength chosen on training tiles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

STRENGTHS = np.logspace(-5, 3, 9)  # of the penalty, over the mean variance of a latent
FOLDS = 10  # groups of training tiles left out in turn


def probe(train: np.ndarray, targets: Mapping[str, np.ndarray], test: np.ndarray) -> dict[str, np.ndarray]:
    """What linear regressions with a penalty on the squared weights say of test points.

    Latents are centred and not scaled one by one: their sizes are part of the latent space. The strength is
    chosen for each target by leaving out every tenth training tile in turn. (Leaving out sites instead gives
    penalties so strong that hardly anything is read: of few sites a single unlike one decides.)

    Parameters
    ----------
    train : float (n, d). test : float (m, d).
    targets : by name float (n,) or (n, t); rows with NaN are left out of the fit.

    Returns
    -------
    By name, float64 (m, t).

    Raises
    ------
    ValueError : a target is known of fewer training tiles than there are groups.
    """
    found: dict[str, np.ndarray] = {}
    alike: dict[bytes, list[str]] = {}  # targets that are known in the same rows share the decompositions
    columns = {name: values.reshape(len(values), -1).astype(np.float64) for name, values in targets.items()}
    for name, values in columns.items():
        alike.setdefault(np.isfinite(values).all(axis=1).tobytes(), []).append(name)
    for mask, names in alike.items():
        known = np.frombuffer(mask, dtype=bool)
        if known.sum() < FOLDS:
            raise ValueError(f"a probe of {names[0]} needs {FOLDS} training tiles, known of {known.sum()}")
        own = {name: columns[name][known] for name in names}
        found |= _probe(train[known].astype(np.float64), own, test.astype(np.float64))
    return found


def _probe(train: np.ndarray, targets: Mapping[str, np.ndarray], test: np.ndarray) -> dict[str, np.ndarray]:
    stacked = np.hstack(list(targets.values()))
    ends = np.cumsum([values.shape[1] for values in targets.values()])
    places = dict(zip(targets, np.split(np.arange(stacked.shape[1]), ends[:-1]), strict=True))
    group = np.arange(len(train)) % FOLDS
    errors = np.zeros((len(STRENGTHS), stacked.shape[1]))
    for fold in range(FOLDS):
        inside, outside = group != fold, group == fold
        said = _ridge(train[inside], stacked[inside], train[outside])
        errors += np.square(said - stacked[outside]).sum(axis=1)
    said = _ridge(train, stacked, test)
    # of equally good ones the strongest penalty
    best = {
        name: len(STRENGTHS) - 1 - int(np.argmin(errors[::-1, columns].sum(axis=1)))
        for name, columns in places.items()
    }
    return {name: said[best[name]][:, columns] for name, columns in places.items()}


def _ridge(train: np.ndarray, targets: np.ndarray, test: np.ndarray) -> np.ndarray:
    """What is said of the test rows with each of the strengths: (strengths, m, t)."""
    centre, mean = train.mean(axis=0), targets.mean(axis=0)
    centred = train - centre
    variances, directions = np.linalg.eigh(centred.T @ centred / len(train))
    reached = directions.T @ (centred.T @ (targets - mean)) / len(train)
    seen = (test - centre) @ directions
    scale = variances.mean()
    if scale <= 0:
        return np.broadcast_to(mean, (len(STRENGTHS), len(test), len(mean)))
    penalties = scale * STRENGTHS
    return (
        np.stack([seen @ (reached / (np.maximum(variances, 0) + each)[:, None]) for each in penalties]) + mean
    )
