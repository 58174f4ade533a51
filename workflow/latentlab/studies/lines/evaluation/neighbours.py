"""Nearest image of a large set, in the space of images or of spatial statistics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.image_sets import (
    Blocks,
    Space,
    check_images,
    image_slices,
    image_vectors,
)

# Rounding of a squared distance in float32, over the sum of the two squared norms: a bound for sums in blocks
# of 384 products, as matrix products use them, and ten times the largest error observed.
_ROUNDING = 3e-5
_SAME = 1e-26  # rounding in float64, over the same sum: (1e-13)^2
_PAIRS = 64  # compared at a time in float64


class Nearest(NamedTuple):
    """For each query, the nearest image's index in the set (int64) and its MSE per pixel (float64)."""

    index: np.ndarray
    mse: np.ndarray


def nearest(queries: torch.Tensor, blocks: Blocks, space: Space = "images", block: int = 512) -> Nearest:
    """Nearest image of a set for each query, by exhaustive search in blocks.

    Squared distances in float32 as norms and products of matrices, about the queries' mean so that
    little cancels; cases that rounding leaves open are decided in float64 from the differences
    themselves. The result is exact; of equal distances the first image of the set is taken.

    Parameters
    ----------
    queries : (n, side, side), uint8 or float.
    blocks : the set in slices, see `image_sets.image_slices`; only one slice is held at a time.
    space : "images" or "statistics".
    block : most images compared at a time: memory is about (2 n + 3 `block`) vectors of float32.

    Returns
    -------
    Nearest (index, mse); mse per pixel: of the pixels, or of the autocorrelations' values.

    Raises
    ------
    ValueError, ArtifactError : as `image_sets.check_images` and `image_slices`; on an empty set too.

    Source: document, section B.3 and tables 4 to 6.
    """
    check_images(queries, "queries")
    vectors = image_vectors(queries, space)
    centre = vectors.mean(0)
    vectors -= centre
    norms = _squared_norms(vectors)
    best = torch.full((len(queries),), torch.inf, dtype=torch.float64, device=queries.device)
    index = torch.full((len(queries),), -1, device=queries.device)
    start = 0
    for images in image_slices(blocks, queries.shape[-1], block):
        images = images.to(queries.device)
        others = image_vectors(images, space).sub_(centre)
        other_norms = _squared_norms(others)
        distances = torch.addmm(other_norms.expand(len(queries), -1), vectors, others.T, alpha=-2)
        distances += norms[:, None]
        slack = _ROUNDING * (norms + other_norms.max())
        limit = torch.minimum(distances.amin(1) + 2 * slack, best.float() + slack)
        limit[best == 0] = -torch.inf  # nothing is nearer
        query, other = (distances <= limit[:, None]).nonzero(as_tuple=True)
        exact = _distances(queries, images, query, other, space)
        for position in _first_smallest(query, exact):
            if exact[position] < best[query[position]]:
                best[query[position]], index[query[position]] = exact[position], start + other[position]
        start += len(images)
    if bool((index < 0).any()):
        raise ArtifactError("some images lie further from the set than float32 can represent")
    return Nearest(index.cpu().numpy(), best.cpu().numpy())


def _squared_norms(vectors: torch.Tensor) -> torch.Tensor:
    """Float32 (n,); summed in float64, as equal values of a binary image round alike and errors add up."""
    return torch.cat([part.square().sum(1, dtype=torch.float64) for part in vectors.split(_PAIRS)]).float()


def _distances(
    queries: torch.Tensor, images: torch.Tensor, query: torch.Tensor, other: torch.Tensor, space: Space
) -> torch.Tensor:
    """Float64 (pairs,) mean squared errors per pixel of the pairs (query, other).

    Differences due to rounding alone are 0: the statistics of shifted copies differ in the last digits.
    """
    parts = [torch.zeros(0, dtype=torch.float64, device=queries.device)]
    for q, o in zip(query.split(_PAIRS), other.split(_PAIRS), strict=True):
        first = image_vectors(queries[q], space, torch.float64)
        second = image_vectors(images[o], space, torch.float64)
        squares = (first - second).square().sum(1)
        size = first.square().sum(1) + second.square().sum(1)
        parts.append(torch.where(squares > _SAME * size, squares, 0.0))
    return torch.cat(parts)


def _first_smallest(query: torch.Tensor, exact: torch.Tensor) -> np.ndarray:
    """Of pairs sorted by query and image, each query's pair of smallest distance, the first of equal ones."""
    queries, distances = query.cpu().numpy(), exact.cpu().numpy()
    order = np.lexsort((distances, queries))  # stable
    return order[np.unique(queries[order], return_index=True)[1]]
