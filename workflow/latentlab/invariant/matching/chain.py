"""Put the templates of one class in order: latents along their main differences, and a common orientation."""

from __future__ import annotations

import torch
from torch import Tensor

from latentlab.invariant.matching.linkage import spanning_tree
from latentlab.invariant.matching.polar import misfits


def arranged(templates: Tensor, weights: Tensor, angles: int, latent: int) -> tuple[Tensor, Tensor]:
    """Latents of templates, and how far each is turned against the first.

    Distances are those of the best relative orientation. The shortest tree that joins all templates compares
    each with templates that look like it: orientations follow it, and so does a single latent, since the two
    ends of a chain may look alike. Latents are the first coordinates of classical multidimensional scaling,
    with mean 0 and variance 1.

    Parameters
    ----------
    templates : spectra, complex (t, rings, frequencies). weights : (t,) images that each explains.
    latent : number of latents.

    Returns
    -------
    (t, latent), and (t,) in steps of the polar grid.
    """
    misfit, turn = misfits(templates, templates, angles).min(2)
    squares = (misfit + misfit.T).clamp(min=0)  # twice half the squares
    share = weights / weights.sum()
    root = int((squares @ share).argmin())
    turns = torch.zeros(len(squares), dtype=torch.long)
    along = torch.zeros_like(squares)  # distances along the tree
    inside = [root]
    for near, new in spanning_tree(squares, root):
        turns[new] = turns[near] + turn[new, near]
        distance = along[near, inside] + squares[near, new].sqrt()
        along[new, inside] = along[inside, new] = distance
        inside.append(new)
    return _scaled(along.square() if latent == 1 else squares, share, latent), turns


def _scaled(squares: Tensor, share: Tensor, latent: int) -> Tensor:
    """Coordinates (t, latent) by classical multidimensional scaling of squared distances (t, t)."""
    number = len(share)
    latents = torch.zeros(number, latent)
    centring = torch.eye(number) - share.expand(number, number)
    root = share.sqrt()
    inner = -0.5 * root[:, None] * (centring @ squares @ centring.T) * root
    values, vectors = torch.linalg.eigh(inner)
    for column in range(min(latent, number)):
        if values[-1 - column] > 1e-6 * values[-1].abs():
            latents[:, column] = vectors[:, -1 - column] / root
    return latents
