"""Images decoded along the latents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from latentlab.errors import InvariantError
from latentlab.invariant.settings import Settings


class Manifold:
    """What a model that decodes shows of its latents."""

    settings: Settings

    decode: Callable[..., Any]  # latents to images, as `InvariantVAE.decode`

    def manifold2d(
        self,
        side: int = 9,
        limits: tuple[float, float] = (-2.0, 2.0),
        dimensions: tuple[int, int] = (0, 1),
        classes: Any = None,
        conditions: Any = None,
        angle: Any = None,
    ) -> np.ndarray:
        """Images decoded from a square grid of two latents, the others being 0.

        Parameters
        ----------
        side : images in a row. limits : smallest and largest value of each latent.
        dimensions : the latent that grows to the right, and the one that grows upwards, as in a scatter plot.
        classes, conditions, angle : as `decode` takes them, one for all.

        Returns
        -------
        (side, side, *target shape) float32; row 0 is drawn at the top and has the largest second latent.

        Raises
        ------
        InvariantError : there are no two such latents.
        """
        axis = np.linspace(*limits, side, dtype=np.float32)
        codes = np.zeros((side, side, self.settings.latent), dtype=np.float32)
        for dimension in dimensions:
            self._check_dimension(dimension)
        codes[..., dimensions[0]] = axis
        codes[..., dimensions[1]] = axis[::-1, None]
        images = self.decode(codes.reshape(side * side, -1), angle, None, None, classes, conditions)
        return images.reshape(side, side, *self.settings.drawn_shape)

    def manifold_traversal(
        self,
        dimension: int = 0,
        steps: int = 9,
        limits: tuple[float, float] = (-2.0, 2.0),
        conditions: Any = None,
        start: Sequence[float] | None = None,
    ) -> np.ndarray:
        """Images decoded along one latent, in a row for each class.

        Parameters
        ----------
        dimension : the latent that grows. steps : images in a row. limits : its smallest and largest value.
        conditions : as `decode` takes them, one for all. start : the other latents, 0 if None.

        Returns
        -------
        (number of classes, or 1 without classes, steps, *target shape) float32.

        Raises
        ------
        InvariantError : there is no such latent.
        """
        self._check_dimension(dimension)
        number = max(1, self.settings.classes)
        origin = (
            np.zeros(self.settings.latent, np.float32) if start is None else np.asarray(start, np.float32)
        )
        codes = np.tile(origin.astype(np.float32), (number, steps, 1))
        codes[..., dimension] = np.linspace(*limits, steps)
        classes = np.repeat(np.arange(number), steps) if self.settings.classes else None
        images = self.decode(codes.reshape(number * steps, -1), classes=classes, conditions=conditions)
        return images.reshape(number, steps, *self.settings.drawn_shape)

    def _check_dimension(self, dimension: int) -> None:
        if not 0 <= dimension < self.settings.latent:
            raise InvariantError(
                f"dimension: expected 0 to {self.settings.latent - 1}, as there are {self.settings.latent} "
                f"continuous latents, found {dimension}"
            )
