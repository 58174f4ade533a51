"""Names in words of models and of answers without a network."""

from __future__ import annotations

from collections.abc import Iterable

MODELS = {
    "vae": "VAE, the control",
    "untrained": "VAE, random weights",
    "rvae": "rVAE: rotation",
    "tvae": "tVAE: shift",
    "trvae": "trVAE: rotation and shift",
    "jvae": "jVAE: five classes",
    "jrvae": "jrVAE: five classes and rotation",
    "ssvae": "ssVAE: five classes, few labels",
}
RIVALS = {
    "colour": "mean and standard deviation of each channel",
    "components": "principal components, as many as latents",
}


def title(name: str) -> str:
    """A row's name in words; a model that has none keeps its own."""
    return {**MODELS, **RIVALS}.get(name, name)


def short(name: str) -> str:
    """The lecture's name of a model: "rVAE"."""
    return title(name).partition(":")[0]


def ordered(names: Iterable[str]) -> list[str]:
    """Models in the order of `MODELS`, others behind them: a record does not keep its order."""
    names = sorted(names)
    return [*(name for name in MODELS if name in names), *(name for name in names if name not in MODELS)]
