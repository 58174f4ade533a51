"""A microstructure VAE of 32 px that a CPU trains in a second: its record, and images of lines."""

from __future__ import annotations

from typing import Any

import torch

from latentlab.microstructures import generate

LINES = {
    "kind": "lines",
    "count": [1, 4],
    "length": [112, 223],
    "thickness": [5, 9],
    "gap": 10,
    "tries": 50,
    "orientations": ["vertical", "horizontal"],
}
RECORD: dict[str, Any] = {
    "data": "lines",
    "loss": "statistics",
    "alpha": 1000.0,
    "beta": 1.0,
    "thresholded": 0.0,
    "contrast": 10.0,
    "latent": 3,
    "weights": None,
    "frozen": False,
    "schedule": "one-cycle",
    "seed": 3,
    "side": 32,
    "depth": 18,
    "width": 4,
    "hidden": 16,
    "decoder_width": 0.5,
    "batch": 8,
    "learning_rate": 3e-3,
    "epochs": 2,
}


def micro_record(**changes: Any) -> dict[str, Any]:
    """The record; keyword arguments change keys."""
    assert set(changes) <= set(RECORD)
    return {**RECORD, **changes}


def line_images(count: int, first: int = 0, side: int = 32) -> torch.Tensor:
    """Lines as the document's, float32 (count, side, side), background 1."""
    drawn = generate(LINES, count=count, side=side, seed=7, first=first)
    return torch.from_numpy(drawn.images).float()


class Images:
    """Images by lists of indices, as `studies.lines.sets.PackedImages`."""

    def __init__(self, images: torch.Tensor) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, indices: list[int]) -> torch.Tensor:
        return self.images[indices]
