"""What tables and figures call the latent spaces that the thesis compares."""

from __future__ import annotations

NAMES = {"8": "pure convolution", "14": "max pooling"}  # thesis, section 7.3


def space_title(architecture: str, latent: int) -> str:
    """Architecture and latent size: "pure convolution, 50 latents"."""
    return f"{NAMES.get(architecture, f'architecture {architecture}')}, {latent} latents"
