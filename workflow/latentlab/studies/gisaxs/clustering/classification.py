"""The parameters by classes, from the latents, with the LSRAE (thesis, 4.3.3, table 4.20)."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np

from latentlab.studies.gisaxs.clustering.lsrae import LsraeSettings, train_lsrae

DISTANCE, PATTERNS, NONE = HELD_OUT = ("distance", "patterns", "none")
EVERY = 4  # of the held-out patterns, one in so many
Classes = Callable[[np.ndarray], np.ndarray]


def _numbered(*columns: int) -> Classes:
    """Number of each combination of the parameters in these columns."""

    def classes(parameters: np.ndarray) -> np.ndarray:
        return np.unique(parameters[:, columns].round(6), axis=0, return_inverse=True)[1].reshape(-1)

    return classes


# By target: its classes, and what is held out. Each radius and omega/D is seen at other distances; a distance
# has to be seen itself; and of "all", every class is one pattern.
TARGETS: dict[str, tuple[Classes, str]] = {
    "radius": (_numbered(0, 1), DISTANCE),
    "distance": (_numbered(2), PATTERNS),
    "omega": (_numbered(3), DISTANCE),
    "distance_omega": (_numbered(2, 3), PATTERNS),
    "all": (_numbered(0, 1, 2, 3), NONE),
}


def equal_label_loss(classes: int) -> float:
    """Binary cross-entropy, mean over the classes, if all are given the same probability."""
    share = 1 / classes
    return -(share * log(share) + (1 - share) * log(1 - share)) if classes > 1 else 0.0


def most_frequent(train: np.ndarray, test: np.ndarray) -> float:
    """Accuracy on `test` of always answering the most frequent class of `train`; labels int (n,)."""
    values, counts = np.unique(train, return_counts=True)
    return float(np.mean(test == values[counts.argmax()]))


def classify(
    vectors: np.ndarray,
    parameters: np.ndarray,
    test: np.ndarray,
    target: str,
    settings: LsraeSettings,
    seed: int,
) -> dict[str, float]:
    """Train and measure one classifier of table 4.20.

    Parameters
    ----------
    vectors : float32 (n, k). parameters : float64 (n, 4). test : bool (n,), the held-out distance.
    target : a key of `TARGETS`. settings : of the LSRAE. seed : of the weights, and of the held-out patterns.

    Returns
    -------
    "loss", "mse", "label_loss", "accuracy" on the patterns that it was trained on, all, as in the thesis;
    "trivial_accuracy" of the most frequent class there; "equal_label_loss", see there; "held_out_accuracy" of
    a second training without the held-out patterns, nan for "all".
    """
    numbered, held_out = TARGETS[target]
    labels = numbered(parameters)
    classes = int(labels.max()) + 1
    model = train_lsrae(vectors, labels, classes, settings, seed)
    found = model.measured(vectors, labels, settings)
    found.pop("sparse_loss")
    found |= {
        "equal_label_loss": equal_label_loss(classes),
        "trivial_accuracy": most_frequent(labels, labels),
        "held_out_accuracy": float("nan"),
    }
    if held_out != NONE:
        kept_out = test if held_out == DISTANCE else _every(len(labels), seed)
        model = train_lsrae(vectors[~kept_out], labels[~kept_out], classes, settings, seed)
        found["held_out_accuracy"] = float(np.mean(model.classes(vectors[kept_out]) == labels[kept_out]))
    return found


def _every(count: int, seed: int) -> np.ndarray:
    """Bool (count,), True for one in `EVERY`, drawn at random."""
    chosen = np.random.default_rng(seed).permutation(count)[: count // EVERY]
    return np.isin(np.arange(count), chosen)
