"""Random sequential addition of hard discs and spheres in a periodic box."""

from __future__ import annotations

import numpy as np

MOST_TRIES = 20_000  # positions tried for one disc or sphere
LARGEST_BATCH = 256  # positions tried at a time


def random_sequential_addition(
    rng: np.random.Generator, radii: np.ndarray, side: float, dimensions: int, gap: float = 0.0
) -> np.ndarray | None:
    """Positions of hard discs or spheres, placed one after the other, each uniform over the free space.

    Parameters
    ----------
    rng : draws the positions.
    radii : float (n,), px, in the order of placing.
    side : of the periodic square or cube, px.
    dimensions : 2 or 3.
    gap : least distance between two surfaces, px.

    Returns
    -------
    float64 (n, dimensions), centres in [0, side); None if one found no position in `MOST_TRIES` tries.

    Source: Torquato, Random Heterogeneous Materials (2002), sec. 3.4.
    """
    centres = np.empty((len(radii), dimensions))
    for placed, radius in enumerate(radii):
        least = (radii[:placed] + radius + gap) ** 2
        tried, batch = 0, 4
        while True:
            places = rng.uniform(0.0, side, size=(batch, dimensions))
            squared = np.zeros((batch, placed))
            for axis in range(dimensions):
                distance = np.abs(places[:, axis, None] - centres[None, :placed, axis])
                squared += np.minimum(distance, side - distance) ** 2
            free = (squared >= least).all(axis=1)
            if free.any():
                centres[placed] = places[free.argmax()]
                break
            tried += batch
            if tried >= MOST_TRIES:
                return None
            batch = min(2 * batch, LARGEST_BATCH)
    return centres
