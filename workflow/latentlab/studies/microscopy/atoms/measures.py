"""Single measures of latents against what is true of atoms, each on the test scenes."""

from __future__ import annotations

import numpy as np

from latentlab.invariant.angles import angle_errors

FOLDS = (1, 2, 3, 4, 6)
NEIGHBOURS = 10  # of a regression by nearest neighbours
ACTIVE = 0.2  # standard deviation over the patches above which a latent carries something; its prior has 1


def angle_error_deg(
    truth: np.ndarray, estimate: np.ndarray, groups: np.ndarray, fold: int
) -> tuple[float, float]:
    """Median error of an angle in degrees, modulo a symmetry, and what shuffled estimates give.

    Parameters
    ----------
    truth, estimate : (n,) rad. groups : int (n,): the constant between both is each group's own, as each kind
        of patch has a canonical image of its own. fold : order of the symmetry.
    """
    rng = np.random.default_rng(0)
    errors = [[], []]
    for group in np.unique(groups):
        where = groups == group
        errors[0].append(angle_errors(truth[where], estimate[where], fold))
        errors[1].append(angle_errors(truth[where], rng.permutation(estimate[where]), fold))
    return tuple(float(np.degrees(np.median(np.abs(np.concatenate(each))))) for each in errors)


def linear_r2(train: np.ndarray, train_truth: np.ndarray, test: np.ndarray, test_truth: np.ndarray) -> float:
    """Share of the test truth's variance (m, d) that a linear map of codes (m, k), fitted to training,
    explains."""
    weights, *_ = np.linalg.lstsq(_with_one(train), train_truth, rcond=None)
    return _r2(test_truth, _with_one(test) @ weights)


def neighbour_r2(
    train: np.ndarray, train_truth: np.ndarray, test: np.ndarray, test_truth: np.ndarray
) -> float:
    """The same by the mean of the ten nearest training codes: what a code tells in any way, linear or not."""
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(train).query(test, k=NEIGHBOURS)
    return _r2(test_truth, train_truth[nearest].mean(axis=1))


def phase_agreement(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Mean resultant length of the differences of two phases (n, d) in rad, mean over d: 1 if equal up to a
    constant.

    The truth is spread evenly over the circle, so that unrelated phases give about 0.
    """
    return float(np.abs(np.exp(1j * (truth - estimate)).mean(axis=0)).mean())


def defect_scores(defect: np.ndarray, found: np.ndarray, frames: np.ndarray) -> tuple[float, float, float]:
    """How well sites off the lattice are told from the others.

    Parameters
    ----------
    defect : bool (n,), truth. found : int (n,), class found; the largest class is taken for the lattice.
    frames : int (n,).

    Returns
    -------
    F1 score of the defects; the F1 score of calling every atom a defect; mean absolute error over the frames
    of the share of defects.
    """
    called = found != np.bincount(found).argmax()
    errors = [
        abs(called[frames == frame].mean() - defect[frames == frame].mean()) for frame in np.unique(frames)
    ]
    return _f1(defect, called), _f1(defect, np.ones_like(defect)), float(np.mean(errors))


def lattice_fold(angle: np.ndarray, row: np.ndarray, column: np.ndarray, frame: np.ndarray) -> int:
    """Order of rotational symmetry modulo which the angles (n,) of neighbours agree: 1, 2, 3, 4 or 6.

    Which of its equivalent orientations a lattice's patch is given is arbitrary. The agreement is the mean
    cosine of fold times the difference to the nearest neighbours' angles; of orders within 0.1 of the best,
    the smallest counts.
    """
    from scipy.spatial import cKDTree

    places = np.stack([row, column, 1e6 * frame.astype(float)], axis=1)
    near = cKDTree(places).query(places, k=min(7, len(places)))[1][:, 1:]
    apart = angle[near] - angle[:, None]
    agreement = {fold: float(np.cos(fold * apart).mean()) for fold in FOLDS}
    return min(fold for fold in FOLDS if agreement[fold] > max(agreement.values()) - 0.1)


def _f1(truth: np.ndarray, found: np.ndarray) -> float:
    return float(2 * (truth & found).sum() / max(truth.sum() + found.sum(), 1))


def _with_one(codes: np.ndarray) -> np.ndarray:
    return np.concatenate([codes, np.ones((len(codes), 1))], axis=1)


def _r2(truth: np.ndarray, estimate: np.ndarray) -> float:
    total = ((truth - truth.mean(axis=0)) ** 2).sum()
    return float(1 - ((truth - estimate) ** 2).sum() / total) if total > 0 else 0.0


def active_latents(latents: np.ndarray) -> int:
    """Number of latents, of (n, k), that carry something."""
    return int((latents.std(axis=0) > ACTIVE).sum())
