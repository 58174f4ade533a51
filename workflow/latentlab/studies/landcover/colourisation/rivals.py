"""Chroma of grey tiles without a network: from the luminance, from like tiles, from surroundings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from latentlab.studies.landcover.perception.planes import halved

# By name, in words.
RIVALS = {
    "grey": "no colour",
    "luminance_chroma": "mean colour of the pixel's luminance",
    "neighbour_chroma": "mean colour of the pixel's luminance in like training tiles",
    "ridge_chroma": "ridge regression on the pixel's surroundings",
}
LEVELS = 32  # of luminance, for mean chroma
LIKE = 10  # training tiles
SCALES_PX = (1.0, 2.0, 4.0, 8.0)  # of the surroundings: standard deviations of Gaussians
PIXELS = 40_000  # to which the ridge regression is fitted
RIDGE = 1e-3  # of the standardised features' variance
TOGETHER = 32  # tiles whose features are held at a time
Predicted = Callable[[np.ndarray], np.ndarray]


def predicted_chroma(
    grey: np.ndarray, colours: np.ndarray, given: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """Chroma of grey tiles by each of RIVALS.

    Parameters
    ----------
    grey, colours : luminance (n, h, w) and chroma (n, 2, h, w) of the training tiles.
    given : luminance of the tiles to colour (m, h, w). seed : of the pixels that the regression is fitted to.

    Returns
    -------
    float (m, 2, h, w) by name.
    """
    return {
        "grey": np.zeros((len(given), 2, *given.shape[1:]), np.float32),
        "luminance_chroma": _by_luminance(grey, colours)(given),
        "neighbour_chroma": _by_neighbours(grey, colours, given),
        "ridge_chroma": _by_surroundings(grey, colours, seed)(given),
    }


def _levels(grey: np.ndarray) -> np.ndarray:
    return np.clip((grey * LEVELS).astype(int), 0, LEVELS - 1)


def _sums(grey: np.ndarray, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of each level (LEVELS,), and the sums of their chroma (2, LEVELS)."""
    levels = _levels(grey).ravel()
    count = np.bincount(levels, minlength=LEVELS)
    sums = [np.bincount(levels, colours[:, part].ravel(), LEVELS) for part in range(2)]
    return count, np.array(sums)


def _by_luminance(grey: np.ndarray, colours: np.ndarray) -> Predicted:
    """Mean chroma of the training pixels of the same level of luminance; of all where there are none."""
    count, sums = _sums(grey, colours)
    mean = np.where(count > 0, sums / np.maximum(count, 1), sums.sum(axis=1, keepdims=True) / count.sum())
    return lambda given: np.moveaxis(mean[:, _levels(given)], 0, 1).astype(np.float32)


def _by_neighbours(grey: np.ndarray, colours: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The same, of the LIKE training tiles whose luminance is distributed and textured most alike."""
    from scipy.spatial import cKDTree

    known, asked = _texture(grey), _texture(given)
    centre, spread = known.mean(axis=0), known.std(axis=0) + 1e-6
    tree = cKDTree((known - centre) / spread)
    nearest = tree.query((asked - centre) / spread, k=min(LIKE, len(grey)))[1].reshape(len(given), -1)
    return np.concatenate(
        [
            _by_luminance(grey[tiles], colours[tiles])(each[None])
            for tiles, each in zip(nearest, given, strict=True)
        ]
    )


def _texture(grey: np.ndarray) -> np.ndarray:
    """Quantiles of the luminance, and log contrast at four scales: (n, 9)."""
    flat = grey.reshape(len(grey), -1)
    columns = list(np.quantile(flat, [0.1, 0.3, 0.5, 0.7, 0.9], axis=1))
    plane = grey
    for _ in range(4):
        coarse = halved(plane)
        fine = plane[:, ::2, ::2][:, : coarse.shape[1], : coarse.shape[2]] - coarse
        columns.append(np.log10(fine.std(axis=(1, 2)) + 1e-3))
        plane = coarse
    return np.column_stack(columns)


def _by_surroundings(grey: np.ndarray, colours: np.ndarray, seed: int) -> Predicted:
    """Ridge regression of chroma on luminance, its blurs, local contrasts, and the products of all these."""
    random = np.random.default_rng(seed)
    each = max(1, PIXELS // len(grey))  # pixels of a tile
    inputs, outputs = [], []
    for start in range(0, len(grey), TOGETHER):
        part = slice(start, start + TOGETHER)
        columns = _surroundings(grey[part])
        chosen = random.choice(columns.shape[1], size=min(each, columns.shape[1]), replace=False)
        inputs.append(columns[:, chosen].reshape(-1, columns.shape[-1]))
        values = colours[part].reshape(len(columns), 2, -1)[..., chosen]
        outputs.append(values.swapaxes(1, 2).reshape(-1, 2))
    known = np.concatenate(inputs)
    centre, spread = known.mean(axis=0), known.std(axis=0) + 1e-6

    def design(columns: np.ndarray) -> np.ndarray:
        scaled = (columns - centre) / spread
        first, second = np.triu_indices(scaled.shape[1])
        return np.concatenate(
            [np.ones((len(scaled), 1), np.float32), scaled, scaled[:, first] * scaled[:, second]], axis=1
        )

    rows = design(known).astype(np.float64)
    penalty = RIDGE * len(rows) * np.eye(rows.shape[1])
    penalty[0, 0] = 0.0
    weights = np.linalg.solve(rows.T @ rows + penalty, rows.T @ np.concatenate(outputs)).astype(np.float32)

    def predict(given: np.ndarray) -> np.ndarray:
        height, width = given.shape[1:]
        found = []
        for start in range(0, len(given), TOGETHER):
            columns = _surroundings(given[start : start + TOGETHER])
            values = design(columns.reshape(-1, columns.shape[-1])) @ weights
            found.append(values.reshape(len(columns), height, width, 2).transpose(0, 3, 1, 2))
        return np.clip(np.concatenate(found), -0.5, 0.5)

    return predict


def _surroundings(grey: np.ndarray) -> np.ndarray:
    """Of each pixel: luminance, its blurs and its local standard deviations, float32 (n, h w, 9)."""
    from scipy.ndimage import gaussian_filter

    grey = grey.astype(np.float32)
    planes = [grey]
    for scale in SCALES_PX:
        blurred, squares = (gaussian_filter(each, (0, scale, scale), truncate=3) for each in (grey, grey**2))
        planes += [blurred, np.sqrt(np.maximum(squares - blurred**2, 0) + 1e-6)]
    return np.stack(planes, axis=-1).reshape(len(grey), -1, len(planes))
