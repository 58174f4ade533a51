"""The intensity scale of a model, and its inverse."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from latentlab.log_scale import DECADES

DYNAMIC_RANGE = 10.0**DECADES


@dataclass(frozen=True)
class IntensityTransform:
    """Maps raw intensity to the scale of a model.

    kind "raw": the identity, as in the thesis. kind "log": log1p(I / floor) / log1p(1e6) with
    floor = maximum / 1e6, so that `maximum` (the training set's) maps to 1 and 0 to 0; the six
    decades below the maximum share the range about evenly.

    Attributes
    ----------
    kind : "raw" or "log".
    maximum : largest raw intensity of the training set, in its own unit; > 0.
    """

    kind: str
    maximum: float

    def __post_init__(self) -> None:
        if self.kind not in ("raw", "log"):
            raise ValueError(f"kind is '{self.kind}', expected 'raw' or 'log'")
        if not (math.isfinite(self.maximum) and self.maximum > 0):
            raise ValueError(f"maximum is {self.maximum}, expected a positive intensity")

    @property
    def floor(self) -> float:
        """Intensity below which the log scale is about linear."""
        return self.maximum / DYNAMIC_RANGE

    def forward(self, intensity: torch.Tensor) -> torch.Tensor:
        """Raw intensity (any shape, >= 0) to the model's scale."""
        if self.kind == "raw":
            return intensity
        return torch.log1p(intensity.clamp_min(0) / self.floor) / math.log1p(DYNAMIC_RANGE)

    def inverse(self, scaled: torch.Tensor) -> torch.Tensor:
        """The model's scale to raw intensity; for "log", values below 0 give 0.

        A scaled value above 2 (a million times the training maximum) is taken as 2, to avoid overflow.
        """
        if self.kind == "raw":
            return scaled
        return torch.expm1(scaled.clamp(0, 2) * math.log1p(DYNAMIC_RANGE)) * self.floor
