"""First classes, latents and angles of some images, without gradients: mixtures of turned templates."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from latentlab.errors import InvariantError
from latentlab.invariant.matching.chain import arranged
from latentlab.invariant.matching.frames import Pose, in_frame
from latentlab.invariant.matching.linkage import chained_classes
from latentlab.invariant.matching.mixture import best_mixture
from latentlab.invariant.matching.network import MatchedNetwork

IMAGES = 150  # of each class, at most
STARTS, ITERATIONS = 8, 30  # of the mixture of classes
INNER_STARTS, INNER_ITERATIONS = 3, 20  # of the mixtures inside a class
TEMPLATES = {1: 6, 2: 12}  # inside a class, by number of latents; more latents: SCATTERED
SCATTERED = 16
# Variances of a pixel, first and last, in shares of the images' variance about their mean: the first is large
# enough that an image belongs to several templates, the last small enough that it belongs to one.
CLASS_VARIANCES = (0.1, 0.0125)
INNER_VARIANCES = (0.05, 0.0075)


def first_poses(
    network: MatchedNetwork, images: Tensor, total: float, generator: torch.Generator
) -> tuple[Tensor, Pose]:
    """Rows of some images, and their poses.

    First the classes, as a mixture with one template each; of several starts the most likely. Then in each
    class a mixture of some templates, which are put in order (`chain.arranged`).

    Parameters
    ----------
    total : the images' variance about their mean, summed over pixels.
    """
    number, latent, angles = network.classes, network.settings.latent, network.settings.orientations
    if len(images) < 3 * number:
        raise InvariantError(
            f"images: expected at least {3 * number} for {number} classes, found {len(images)}"
        )
    rows = torch.randperm(len(images), generator=generator)[: IMAGES * number]
    pose = network.unposed(images[rows])
    spectra = network.grid.spectrum(in_frame(images[rows], pose))
    outer = tuple(share * total for share in CLASS_VARIANCES)
    chosen = (
        torch.zeros(len(rows), dtype=torch.long) if number == 1 else chained_classes(spectra, angles, number)
    )
    if chosen is None:
        chosen = best_mixture(spectra, angles, number, outer, STARTS, ITERATIONS, generator).chosen
    continuous, turn = pose.continuous.clone(), torch.zeros_like(chosen)
    inner = tuple(share * total for share in INNER_VARIANCES)
    templates = TEMPLATES.get(latent, SCATTERED)
    for each in range(number):
        inside = torch.where(chosen == each)[0]
        several = templates if latent and len(inside) >= 3 * templates else 1
        found = best_mixture(
            spectra[inside], angles, several, inner, INNER_STARTS, INNER_ITERATIONS, generator
        )
        if several == 1:
            turn[inside] = found.orientation
            continue
        weights = torch.bincount(found.chosen, minlength=templates) + 0.01
        latents, turns = arranged(found.templates, weights, angles, latent)
        continuous[inside] = latents[found.chosen]
        turn[inside] = found.orientation + turns[found.chosen]
    angle = (turn % angles) * (2 * math.pi / angles)
    return rows, pose.but(continuous=continuous, classes=chosen, angle=angle)
