"""How long a training's loop took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch


@dataclass
class Timing:
    """Time of the steps of a training: without validation, checkpoints and imports.

    Attributes
    ----------
    seconds : of this process; an interrupted training's are lost. steps, images : done in this time.
    device : name of the processor or of the GPU. threads : of torch on the processor.
    """

    seconds: float = 0.0
    steps: int = 0
    images: int = 0
    device: str = "cpu"
    threads: int = 1

    @contextmanager
    def measured(self, steps: int, images: int, device: torch.device) -> Iterator[None]:
        """Add the block's time; it ends when its results have been read from the device."""
        self.threads = torch.get_num_threads()
        self.device = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
        start = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - start
        self.steps += steps
        self.images += images

    @property
    def images_per_second(self) -> float:
        """NaN if no step was done."""
        return self.images / self.seconds if self.seconds else float("nan")
