"""Patches and spectra as networks take them: mean 0 and mean square 1 over the training pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scaling:
    """(value - mean of its channel) / scale; `mean` (channels,), `scale` one number: their spread is kept."""

    mean: np.ndarray
    scale: float

    @classmethod
    def of(cls, spectra: np.ndarray) -> Scaling:
        """From training spectra (n, channels): the scaled ones have mean square 1."""
        mean = spectra.mean(axis=0)
        return cls(mean, float(np.sqrt(((spectra - mean) ** 2).mean())))

    def __call__(self, spectra: np.ndarray) -> np.ndarray:
        """Scaled spectra, float32 (n, 1, channels)."""
        return ((spectra - self.mean) / self.scale).astype(np.float32)[..., None, :]

    def extra(self, energies_ev: np.ndarray) -> dict[str, np.ndarray]:
        """What a set keeps of it."""
        return {
            "energies_ev": energies_ev,
            "spectrum_mean": self.mean,
            "spectrum_scale": np.float64(self.scale),
        }


@dataclass(frozen=True)
class Standard:
    """(value - mean) / scale of patches, one number each."""

    mean: float
    scale: float

    @classmethod
    def of(cls, patches: np.ndarray) -> Standard:
        """From training patches."""
        return cls(float(patches.mean()), float(patches.std()))

    def __call__(self, patches: np.ndarray) -> np.ndarray:
        """Standardised patches, float32."""
        return ((patches - self.mean) / self.scale).astype(np.float32)

    def extra(self) -> dict[str, np.ndarray]:
        """What a set keeps of it."""
        return {"patch_mean": np.float64(self.mean), "patch_scale": np.float64(self.scale)}
