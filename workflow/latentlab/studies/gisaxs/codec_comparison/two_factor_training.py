"""Train the two decoders of the two-factor codec, without labels and without images.

The entries of a library lie on a surface in the space of their coefficients. Its coordinates are learned
by Isomap (distances along the surface, kept as well as possible), the decoder's output weights in closed
form by ridge regression. Both take seconds and are the same in every run.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components, dijkstra
from sklearn.neighbors import kneighbors_graph

from latentlab.errors import TrainingError
from latentlab.studies.gisaxs.codec_comparison.two_factor import (
    RadialNetwork,
    TwoFactorModel,
    radial_features,
)
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace

LANDMARKS = 400  # entries that the distances along the surface are measured from
RIDGE = 1e-13  # per entry, with features scaled to 1


def train_two_factor(space: PatternSpace, record: dict[str, Any]) -> tuple[TwoFactorModel, dict[str, float]]:
    """Learn the codes of a space.

    Parameters
    ----------
    space : its library entries are the training set, form and structure factors separately, not their pairs.
    record : dimensions (coordinates per code), neighbours (in the graph of the entries), units (radial ones;
        at most as many as entries), seed.

    Returns
    -------
    The model, and the rms error of each decoder over its library in decades ("form", "structure").

    Raises
    ------
    TrainingError : the graph of neighbours is not connected.
    """
    # Coefficients in decades rms: the form factors' basis is orthonormal in the sum over pixels, the
    # structure factors' in the mean.
    scales = {"form": 1 / space.side, "structure": 1.0}
    networks, errors = {}, {}
    for name, scale in scales.items():
        coefficients = getattr(space, name).coefficients.double().numpy()
        coordinates = isomap(
            coefficients * scale, record["dimensions"], record["neighbours"], record["seed"], name
        )
        networks[name] = fitted_network(coordinates, coefficients, record["units"])
        residual = (networks[name](coordinates) - coefficients) * scale
        errors[name] = math.sqrt((residual**2).sum(axis=1).mean())
    return TwoFactorModel(**networks), errors


def isomap(
    points: np.ndarray, dimensions: int, neighbours: int, seed: int, name: str = "points"
) -> np.ndarray:
    """Coordinates (n, dimensions) whose distances are those along the surface that the points (n, k) lie on.

    Landmark Isomap: shortest paths over the graph of nearest neighbours, then multidimensional scaling of
    the landmarks and triangulation of the rest. Same unit as the points.

    Raises
    ------
    TrainingError : the graph is not connected.

    Source: Tenenbaum, de Silva, Langford, Science 290 (2000) 2319; de Silva and Tenenbaum, NIPS 15 (2003).
    """
    graph = kneighbors_graph(points, min(neighbours, len(points) - 1), mode="distance")
    graph = graph.maximum(graph.T)
    parts = connected_components(graph, directed=False)[0]
    if parts > 1:
        raise TrainingError(f"the graph of the {name} falls into {parts} parts: take more neighbours")
    landmarks = np.sort(np.random.default_rng(seed).permutation(len(points))[:LANDMARKS])
    squares = dijkstra(graph, directed=False, indices=landmarks) ** 2
    among = squares[:, landmarks]
    means = among.mean(axis=1)
    centred = -0.5 * (among - means[:, None] - means + means.mean())
    values, vectors = np.linalg.eigh(centred)
    values, vectors = values[::-1][:dimensions], vectors[:, ::-1][:, :dimensions]
    # an eigenvector's sign is arbitrary: its largest entry is made positive
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(dimensions)])
    return -0.5 * (squares - means[:, None]).T @ (vectors / np.sqrt(values))


def fitted_network(coordinates: np.ndarray, coefficients: np.ndarray, units: int) -> RadialNetwork:
    """The decoder from coordinates (n, d) to coefficients (n, k), its centres spread over the coordinates."""
    centres = coordinates[spread_out(coordinates, min(units, len(coordinates)))]
    features = radial_features(coordinates, centres)
    scale = np.abs(features).max(axis=0)
    features /= scale
    gram = features.T @ features + RIDGE * len(features) * np.eye(features.shape[1])
    weights = np.linalg.solve(gram, features.T @ coefficients) / scale[:, None]
    return RadialNetwork(centres, weights, coordinates)


def spread_out(points: np.ndarray, n: int) -> np.ndarray:
    """Rows of `n` of the points, each the farthest from those before it."""
    rows = [0]
    distance = ((points - points[0]) ** 2).sum(axis=1)
    while len(rows) < n:
        rows.append(int(distance.argmax()))
        distance = np.minimum(distance, ((points - points[rows[-1]]) ** 2).sum(axis=1))
    return np.array(rows)
