"""Invariant variational autoencoders: one family, composed of settings.

>>> import numpy as np
>>> from latentlab.invariant import InvariantVAE, Settings, Training
>>> images = np.random.default_rng(0).random((64, 1, 12, 12), dtype=np.float32)
>>> settings = Settings(shape=(1, 12, 12), latent=2, rotation="amortised", translation_prior=0.1)
>>> vae = InvariantVAE(settings, seed=42)
>>> history = vae.fit(images, training=Training(epochs=2), progress=False)
>>> latents = vae.encode(images)
>>> latents.continuous.shape, latents.angle.shape, latents.offset.shape
((64, 2), (64,), (64, 2))
>>> vae.decode(latents.continuous, angle=latents.angle).shape, vae.manifold2d(side=3).shape
((64, 1, 12, 12), (3, 3, 1, 12, 12))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentlab.invariant.latents import Latents
    from latentlab.invariant.settings import Settings, Training
    from latentlab.invariant.vae import InvariantVAE

__all__ = ["InvariantVAE", "Latents", "Settings", "Training"]

_HOMES = {"InvariantVAE": "vae", "Latents": "latents", "Settings": "settings", "Training": "settings"}


def __getattr__(name: str) -> Any:
    """Import on first use: settings alone do not need torch."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
