"""The frame of an image's own moments: where its brightness is centred, and how it is turned.

Both move with the image, exactly up to interpolation. An encoder that sees the image in this frame gives
latents
that do not depend on where the image lies and how it is turned, and has only to learn what is left over.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from latentlab.invariant.transforms import Transform, canonical_affine, pixel_coordinates, sampling_grid

ORDERS = 6  # of the angular harmonics
WEAK = 0.02  # share of the brightness below which a harmonic is that of noise or of sampling


def moment_frame(images: Tensor, *, rotated: bool, shifted: bool) -> Transform:
    """Rotation and shift that bring an image from its own frame to where it is.

    Parameters
    ----------
    images : (n, channels, height, width), not negative, brightness on a dark background.
    rotated, shifted : which of the two is wanted; without shift the centre is the image's.

    Returns
    -------
    Transform of n images. The offset is the centre of brightness. The angle is that of the angular harmonic
    of the lowest order k that is not weak: 1 for an image without symmetry, 2 for one that half a turn leaves
    as it is, and so on up to ORDERS. It is known up to 1 / k of a turn. Where all are weak, as for a disc,
    the angle is that of noise.
    """
    frame = Transform(offset=brightness_centre(images) if shifted else None)
    if not rotated:
        return frame
    harmonics, total = angular_harmonics(in_frame(images, frame), ORDERS)
    lowest = (harmonics.abs() > WEAK * total).int().argmax(1)  # the first that is strong, or order 1
    return replace(frame, angle=_angle(harmonics, lowest))


def ambiguous_angle(images: Tensor, orientations: int, *, shifted: bool) -> Tensor:
    """(n,) angles, rad, of the strongest angular harmonic whose order divides the number of orientations.

    Known up to 1 / order of a turn, so up to a whole number of spacings between the orientations: together
    with all of these, it describes the image completely.
    """
    frame = moment_frame(images, rotated=False, shifted=shifted)
    harmonics, _ = angular_harmonics(in_frame(images, frame), ORDERS)
    orders = torch.arange(1, ORDERS + 1, device=images.device)
    strongest = torch.where(orientations % orders == 0, harmonics.abs(), -1.0).argmax(1)
    return _angle(harmonics, strongest)


def brightness_centre(images: Tensor) -> Tensor:
    """(n, 2) centre of brightness, x to the right and y downwards, half sides."""
    places = pixel_coordinates(images.shape[-2], images.shape[-1]).to(images.device)
    bright = images.mean(1).flatten(1)
    return bright @ places / bright.sum(1, keepdim=True).clamp(min=1e-6)


def angular_harmonics(images: Tensor, orders: int) -> tuple[Tensor, Tensor]:
    """Angular harmonics of (n, channels, height, width) images about their middle.

    Returns
    -------
    (n, orders) complex sums of brightness r^2 exp(i k phi), for k from 1, and (n, 1) sums of brightness r^2,
    over the inscribed disc; phi is counter-clockwise as displayed.
    """
    places = pixel_coordinates(images.shape[-2], images.shape[-1]).to(images.device)
    square = places.square().sum(1)
    direction = torch.complex(places[:, 0], -places[:, 1]) / square.sqrt().clamp(min=1e-6)
    powers = torch.cumprod(direction[:, None].expand(-1, orders), dim=1)
    weights = images.mean(1).flatten(1) * (square * (square < 1))
    return torch.complex(weights @ powers.real, weights @ powers.imag), weights.sum(1, keepdim=True)


def _angle(harmonics: Tensor, chosen: Tensor) -> Tensor:
    """(n,) angle of one harmonic each, divided by its order."""
    return harmonics.gather(1, chosen[:, None])[:, 0].angle() / (chosen + 1)


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
