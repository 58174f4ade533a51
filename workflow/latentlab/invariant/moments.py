"""The frame of an image's own moments: where its brightness is centred, and to which side it leans.

Both move with the image, exactly up to interpolation. An encoder that sees the image in this frame gives
latents
that do not depend on where the image lies and how it is turned, and has only to learn what is left over.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from latentlab.invariant.transforms import Transform, canonical_affine, pixel_coordinates, sampling_grid


def moment_frame(images: Tensor, *, rotated: bool, shifted: bool) -> Transform:
    """Rotation and shift that bring an image from its own frame to where it is.

    Parameters
    ----------
    images : (n, channels, height, width), not negative, brightness on a dark background.
    rotated, shifted : which of the two is wanted; without shift the centre is the image's.

    Returns
    -------
    Transform of n images. The offset is the centre of brightness. The angle is the direction, from the
    centre, of
    the moment sum(brightness * r^2 * position): it turns with the image, and is at random if the moment
    vanishes,
    as it does for an image that is symmetric under a turn of less than a whole one.
    """
    places = pixel_coordinates(images.shape[-2], images.shape[-1]).to(images.device)
    bright = images.mean(1).flatten(1)
    total = bright.sum(1, keepdim=True).clamp(min=1e-6)
    centre = bright @ places / total
    angle = None
    if rotated:
        relative = places - centre[:, None] if shifted else places.expand(len(images), -1, -1)
        weights = bright * relative.square().sum(2) * (relative.square().sum(2) < 1)
        moment = (weights[:, None] @ relative)[:, 0]
        angle = torch.atan2(-moment[:, 1], moment[:, 0])
    return Transform(angle=angle, offset=centre if shifted else None)


def in_frame(images: Tensor, frame: Transform) -> Tensor:
    """The images as seen from their frames: (n, channels, height, width), bilinear, the edge continues
    outside."""
    if frame.nothing:
        return images
    affine = inverse(canonical_affine(frame))
    grid = sampling_grid(affine, (images.shape[-2], images.shape[-1]))
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def inverse(affine: Tensor) -> Tensor:
    """Inverse of (n, 2, 3) affine maps whose linear part is a rotation."""
    turn = affine[:, :, :2].transpose(1, 2)
    return torch.cat([turn, -turn @ affine[:, :, 2:]], dim=2)
