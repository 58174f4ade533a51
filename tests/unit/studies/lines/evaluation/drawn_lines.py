"""Random images of parallel lines that do not touch, with what is known of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch


class Drawn(NamedTuple):
    images: torch.Tensor  # uint8 (n, side, side), background 1, lines 0
    counts: np.ndarray
    orientations: np.ndarray  # 0 vertical, 1 horizontal


def drawn_lines(number: int, side: int, seed: int, counts: tuple[int, int] = (1, 4)) -> Drawn:
    """Rectangles of the document's lengths, scaled, one orientation an image, wholly inside it."""
    rng = np.random.default_rng([seed])
    scale = side / 224
    gap = max(2, round(10 * scale))
    images = np.ones((number, side, side), dtype=np.uint8)
    chosen, orientations, image = [], [], 0
    while image < number:
        count, orientation = int(rng.integers(counts[0], counts[1] + 1)), int(rng.integers(2))
        boxes: list[tuple[int, int, int, int]] = []
        for _ in range(50 * count):
            if len(boxes) == count:
                break
            size = round(rng.integers(112, 224) * scale), max(1, round(rng.integers(5, 10) * scale))
            height, width = size if orientation == 0 else size[::-1]
            top, left = rng.integers(0, side - height + 1), rng.integers(0, side - width + 1)
            if all(
                max(top - y - h, y - top - height, left - x - w, x - left - width) >= gap
                for y, x, h, w in boxes
            ):
                boxes.append((top, left, height, width))
        if len(boxes) < count:
            continue
        for top, left, height, width in boxes:
            images[image, top : top + height, left : left + width] = 0
        chosen.append(count)
        orientations.append(orientation)
        image += 1
    return Drawn(torch.from_numpy(images), np.array(chosen), np.array(orientations))


def reference_autocorrelation(images: torch.Tensor) -> torch.Tensor:
    """The document's f in float64, uncentred, by a whole complex transform."""
    phase = torch.exp(-images.double().square() / (2 * 0.25**2))
    return torch.fft.ifft2(torch.fft.fft2(phase).abs().square()).real / images[0].numel()
