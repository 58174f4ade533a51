"""Latents in two dimensions: t-SNE as the thesis used it, UMAP, and principal components."""

from __future__ import annotations

import warnings

import numpy as np

from latentlab.lean_import import lean_import
from latentlab.studies.landcover.latent_space.neighbours import nearest


def principal_layout(latents: np.ndarray) -> np.ndarray:
    """The two principal components of latents (n, d): float32 (n, 2)."""
    centred = latents - latents.mean(axis=0, dtype=np.float64)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    return (left[:, :2] * lengths[:2]).astype(np.float32)


def tsne_layout(latents: np.ndarray, perplexity: float, iterations: int, seed: int) -> np.ndarray:
    """t-SNE of latents (n, d), started from their principal components: float32 (n, 2).

    scikit-learn's (Barnes-Hut, van der Maaten 2014), as the thesis, section 7.4.

    Parameters
    ----------
    iterations : steps of the descent, 250 or more.
    """
    from sklearn.manifold import TSNE

    # the scale does not matter, and latents that barely differ would be lost in single precision
    scaled = (latents - latents.mean(axis=0, dtype=np.float64)) / latents.std(dtype=np.float64)
    method = TSNE(perplexity=perplexity, max_iter=iterations, init="pca", random_state=seed, n_jobs=1)
    return method.fit_transform(scaled.astype(np.float32))


def umap_layout(latents: np.ndarray, neighbours: int, min_distance: float, seed: int) -> np.ndarray:
    """UMAP of latents (n, d), McInnes, Healy and Melville 2018: float32 (n, 2).

    Parameters
    ----------
    neighbours : of each point, itself among them. min_distance : of points in the layout.
    """
    # pynndescent compiles for 20 s when it is imported, to find neighbours of many points; here they are few
    stand_ins = {
        "pynndescent": {"NNDescent": type("NNDescent", (), {})},
        "pynndescent.distances": {"named_distances": {}},
        "pynndescent.sparse": {"sparse_named_distances": {}},
        "umap.parametric_umap": {"ParametricUMAP": None, "load_ParametricUMAP": None},
        "umap.aligned_umap": {"AlignedUMAP": None},
    }
    with lean_import(stand_ins):
        import numba
        from umap.umap_ import UMAP
    numba.config.THREADING_LAYER = "workqueue"  # OpenMP's would change how many threads torch uses

    scaled = (latents - latents.mean(axis=0, dtype=np.float64)) / latents.std(dtype=np.float64)
    places = nearest(scaled, scaled, neighbours)
    distances = np.stack([np.linalg.norm(scaled - scaled[each], axis=1) for each in places.T], axis=1)
    known = places.astype(np.int32), distances.astype(np.float32), None
    method = UMAP(
        n_neighbors=neighbours,
        min_dist=min_distance,
        random_state=seed,
        n_jobs=1,
        precomputed_knn=known,
        force_approximation_algorithm=True,  # else distances of small sets are computed again
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="precomputed_knn")  # new points are never placed
        return method.fit_transform(scaled.astype(np.float32)).astype(np.float32)
