"""Linear components and clusters of patches (PCA, NMF, k-means, Gaussian mixture), by the models' scores."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.studies.microscopy.atoms.evaluation import label_scores, spec_and_scenes
from latentlab.studies.microscopy.atoms.measures import defect_scores, linear_r2, neighbour_r2
from latentlab.studies.microscopy.atoms.truth import compared, names_of
from latentlab.studies.microscopy.scores import mixture_classes
from latentlab.studies.microscopy.set_file import ImageSet

COMPONENTS = 4  # shown, and what the scores see: more than the models' two latents
MIXTURE = (
    10  # principal components that the mixture and k-means are fitted to: in full, covariances are singular
)


def decompose(
    train: ImageSet, test: ImageSet, data_path: Path | str, seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Scores and maps of four ways to describe patches without a network, on the test scenes.

    PCA and NMF give loadings, whose groups are found by a mixture as those of latents are; k-means and the
    mixture give groups themselves, from ten principal components.

    Parameters
    ----------
    train, test : the set's splits. data_path : the set. seed : of the methods.

    Returns
    -------
    summary : by `metric_names.component_metrics`. arrays : by method, components (k, h, w), loadings (n, k)
        or
    groups (n,), and the places and truth of the patches.
    """
    spec, scenes = spec_and_scenes(data_path)
    truth, kinds = compared(spec), len(names_of(spec))
    flat = [images.images.reshape(len(images), -1).astype(np.float64) for images in (train, test)]
    labels = [images.factors[truth.label] for images in (train, test)]
    known = [each >= 0 for each in labels]
    arrays = {name: test.factors[name] for name in ("row", "column", "frame")}
    arrays |= {"scenes": scenes, "label": labels[1]}
    summary: dict[str, float] = {}
    for method, (codes, groups, components) in _methods(*flat, kinds, seed).items():
        side = train.images.shape[-1]
        arrays[f"{method}/components"] = components.reshape(-1, side, side)
        arrays[f"{method}/groups"] = groups
        if method in ("pca", "nmf"):
            arrays[f"{method}/loadings"] = codes[1]
        pairs = [each[rows] for each, rows in zip(codes, known, strict=True)]
        scores = label_scores(
            pairs[0], labels[0][known[0]], pairs[1], labels[1][known[1]], groups[known[1]], seed
        )
        summary |= {f"{name}_{method}": scores[name] for name in ("atoms_ari", "atoms_knn")}
        summary |= _of_scene(spec, method, (train, codes[0]), (test, codes[1]), groups)
    return summary, arrays


def _of_scene(
    spec: Mapping[str, Any],
    method: str,
    train: tuple[ImageSet, np.ndarray],
    test: tuple[ImageSet, np.ndarray],
    groups: np.ndarray,
) -> dict[str, float]:
    """What the kind of scene is measured by beside labels, as of the models."""
    factors = train[0].factors, test[0].factors
    if spec["kind"] == "domains":
        phases = [
            np.concatenate([np.cos(each["cell_phase_rad"]), np.sin(each["cell_phase_rad"])], axis=1)
            for each in factors
        ]
        value = neighbour_r2(train[1], phases[0], test[1], phases[1])
        return {f"atoms_r2_cell_phase_{method}": value}
    if spec["scene"] == "perovskite":
        rows = [np.isfinite(each["polarisation"]).all(axis=1) for each in factors]
        value = linear_r2(
            train[1][rows[0]],
            factors[0]["polarisation"][rows[0]],
            test[1][rows[1]],
            factors[1]["polarisation"][rows[1]],
        )
        return {f"atoms_r2_polarisation_{method}": value}
    if spec["scene"] == "graphene":
        rows = factors[1]["class"] >= 0
        f1, _, _ = defect_scores(factors[1]["class"][rows] > 0, groups[rows], factors[1]["frame"][rows])
        return {f"atoms_f1_defects_{method}": f1}
    return {}


def _methods(
    train: np.ndarray, test: np.ndarray, kinds: int, seed: int
) -> dict[str, tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]]:
    """Of each method: codes of both splits, groups of the test split, and images of components or centres."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF, PCA

    pca = PCA(MIXTURE, random_state=seed).fit(train)
    reduced = pca.transform(train), pca.transform(test)
    first = reduced[0][:, :COMPONENTS], reduced[1][:, :COMPONENTS]
    nmf = NMF(COMPONENTS, init="nndsvda", max_iter=200, tol=1e-3, random_state=seed).fit(train)
    loadings = nmf.transform(train), nmf.transform(test)
    means = KMeans(kinds, n_init=10, random_state=seed).fit(reduced[0])
    distances = means.transform(reduced[0]), means.transform(reduced[1])
    groups = mixture_classes(reduced[1], kinds, seed, reduced[0])
    centres = np.stack([test[groups == each].mean(axis=0) for each in range(kinds) if (groups == each).any()])
    return {
        "pca": (first, mixture_classes(first[1], kinds, seed, first[0]), pca.components_[:COMPONENTS]),
        "nmf": (loadings, mixture_classes(loadings[1], kinds, seed, loadings[0]), nmf.components_),
        "kmeans": (distances, means.predict(reduced[1]), pca.inverse_transform(means.cluster_centers_)),
        "gmm": (reduced, groups, centres),
    }
