"""Images seen from their canonical frame, and where they may lie before anything is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from latentlab.invariant.transforms import sampling_grid

FLOOR = 0.3  # share of an image's range below which a pixel has no weight in its centre


@dataclass(frozen=True)
class Pose:
    """What is known of n images.

    Attributes
    ----------
    continuous : (n, latent). classes : (n,) whole numbers. angle : (n,) rad. offset : (n, 2) half sides.
    log_scale : (n,).
    """

    continuous: Tensor
    classes: Tensor
    angle: Tensor
    offset: Tensor
    log_scale: Tensor

    def __len__(self) -> int:
        return len(self.angle)

    def rows(self, rows: Tensor) -> Pose:
        """Some of the images."""
        return Pose(**{name: value[rows] for name, value in vars(self).items()})

    def but(self, **values: Tensor) -> Pose:
        """With other values."""
        return replace(self, **values)


def in_frame(images: Tensor, pose: Pose) -> Tensor:
    """(n, channels, height, width): images shifted, turned and scaled back; outside, the edge continues."""
    scale = pose.log_scale.exp()
    cosine, sine = scale * torch.cos(pose.angle), scale * torch.sin(pose.angle)
    x, y = pose.offset.unbind(1)
    affine = torch.stack([cosine, sine, x, -sine, cosine, y], 1).reshape(-1, 2, 3)
    grid = sampling_grid(affine, (images.shape[2], images.shape[3]))
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def centres_and_radii(images: Tensor) -> tuple[Tensor, Tensor]:
    """Centre of mass (n, 2) and radius of gyration (n,) of what is bright, half sides; y downwards.

    The range of an image is that between its 5 % and 95 % quantiles, so that noise hardly matters.
    """
    values = images.mean(1)
    low, high = torch.quantile(values.flatten(1), torch.tensor([0.05, 0.95], device=images.device), dim=1)
    high = torch.maximum(high, low + 1e-6)
    weight = (values - (low + FLOOR * (high - low))[:, None, None]).clamp(min=0)
    total = weight.sum((1, 2)).clamp(min=1e-6)
    height, width = values.shape[1:]
    x = (torch.arange(width, device=images.device) + 0.5) * (2 / width) - 1
    y = (torch.arange(height, device=images.device) + 0.5) * (2 / height) - 1
    columns, rows = weight.sum(1) / total[:, None], weight.sum(2) / total[:, None]
    centre = torch.stack([columns @ x, rows @ y], 1)
    square = columns @ x.square() + rows @ y.square() - centre.square().sum(1)
    return centre, square.clamp(min=1e-6).sqrt()
