"""Classes as chains of images that look alike in some orientation: single linkage.

A class whose images change continuously, as a sheared object does, may be wider than the distance to the next
class. It is still connected: each image has a near neighbour of its own class.
"""

from __future__ import annotations

import torch
from torch import Tensor

from latentlab.invariant.matching.polar import misfits

LEAST_SHARE = 0.05  # of the images: fewer make no class
TOGETHER = 50  # images compared with all others at a time
MOST_CUTS = 0.05  # as a share of the images: more outliers than that, and linkage has failed


def chained_classes(images: Tensor, angles: int, number: int) -> Tensor | None:
    """Class of each image (n,), 0 to number - 1; None if there are no such chains, as with strong noise.

    The longest links of the minimum spanning tree are cut until `number` parts have a share of the images;
    outliers join the class of their nearest neighbour.

    Parameters
    ----------
    images : spectra, complex (n, rings, frequencies).
    """
    rows = torch.arange(len(images)).split(TOGETHER)
    squares = 2 * torch.cat([misfits(images[each], images, angles).amin(2) for each in rows])
    squares = torch.minimum(squares, squares.T).clamp(min=0)
    links = spanning_tree(squares)
    links = sorted(links, key=lambda link: float(squares[link]))
    for cuts in range(number - 1, number + int(MOST_CUTS * len(images))):
        labels = _parts(links[: len(links) - cuts], len(images))
        names, sizes = labels.unique(return_counts=True)
        large = names[sizes >= LEAST_SHARE * len(images)]
        if len(large) < number:
            continue
        if len(large) > number:
            return None
        classes = torch.full((len(images),), -1)
        for place, name in enumerate(large):
            classes[labels == name] = place
        inside = torch.where(classes >= 0)[0]
        for outlier in torch.where(classes < 0)[0]:
            classes[outlier] = classes[inside[squares[outlier, inside].argmin()]]
        return classes
    return None


def spanning_tree(squares: Tensor, root: int = 0) -> list[tuple[int, int]]:
    """Pairs (inside, new) of the minimum spanning tree of distances (n, n), in order of joining (Prim)."""
    joined: list[tuple[int, int]] = []
    nearest = torch.full((len(squares),), root)
    least = squares[root].clone()
    least[root] = torch.inf
    for _ in range(len(squares) - 1):
        new = int(least.argmin())
        joined.append((int(nearest[new]), new))
        closer = (squares[new] < least) & torch.isfinite(least)
        least = torch.where(closer, squares[new], least)
        nearest[closer] = new
        least[new] = torch.inf
    return joined


def _parts(links: list[tuple[int, int]], number: int) -> Tensor:
    """(number,) name of the part that each image belongs to, if only `links` join them."""
    names = list(range(number))

    def name(each: int) -> int:
        while names[each] != each:
            names[each] = names[names[each]]
            each = names[each]
        return each

    for first, second in links:
        names[name(first)] = name(second)
    return torch.tensor([name(each) for each in range(number)])
