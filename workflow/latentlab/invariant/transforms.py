"""Rotation, scale and shift of images, in coordinates where the image is the square [-1, 1]^2.

An image is shift(rotate(scale(canonical image))). x points to the right and y downwards, in half sides.
Angles are in rad; a positive one turns counter-clockwise as displayed with row 0 at the top (as
scikit-image does).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from latentlab.errors import InvariantError


@dataclass(frozen=True)
class Transform:
    """What is done to n canonical images; None: nothing.

    Attributes
    ----------
    angle : (n,) rad. offset : (n, 2), x to the right and y downwards, half sides. scale : (n,), factor.
    """

    angle: Tensor | None = None
    offset: Tensor | None = None
    scale: Tensor | None = None

    def repeated(self, times: int) -> Transform:
        """Each image's transform `times` in a row, for n * times images."""
        values = {name: value for name, value in vars(self).items() if value is not None}
        return replace(self, **{name: v.repeat_interleave(times, dim=0) for name, v in values.items()})

    @property
    def nothing(self) -> bool:
        """Whether there is no transform at all."""
        return self.angle is None and self.offset is None and self.scale is None


def canonical_affine(transform: Transform) -> Tensor:
    """(n, 2, 3) matrices that give, from a point of the image, its point in the canonical image.

    Raises
    ------
    InvariantError : no transform at all.
    """
    given = next((v for v in (transform.angle, transform.offset, transform.scale) if v is not None), None)
    if given is None:
        raise InvariantError("transform: expected an angle, an offset or a scale, found none")
    angle = given.new_zeros(len(given)) if transform.angle is None else transform.angle
    cosine, sine = torch.cos(angle), torch.sin(angle)
    if transform.scale is not None:
        cosine, sine = cosine / transform.scale, sine / transform.scale
    if transform.offset is None:
        right, down = torch.zeros_like(cosine), torch.zeros_like(cosine)
    else:
        x, y = transform.offset[:, 0], transform.offset[:, 1]
        right, down = sine * y - cosine * x, -sine * x - cosine * y
    return torch.stack([cosine, -sine, right, sine, cosine, down], dim=1).reshape(-1, 2, 3)


def sampling_grid(affine: Tensor, size: tuple[int, int]) -> Tensor:
    """(n, *size, 2) points of the canonical images for each pixel, from (n, 2, 3) matrices.

    As `torch.nn.functional.affine_grid`, whose batched product takes a fifth of a training step.
    """
    height, width = size
    y = (torch.arange(height, device=affine.device) + 0.5) * (2 / height) - 1
    x = (torch.arange(width, device=affine.device) + 0.5) * (2 / width) - 1
    of_x, of_y, constant = (each[:, None, None] for each in affine.unbind(2))
    return of_x * x[:, None] + (of_y * y[:, None, None] + constant)


def pixel_coordinates(height: int, width: int) -> Tensor:
    """(height * width, 2) float32: x and y of the pixels' centres, in half sides."""
    y = (torch.arange(height) + 0.5) * (2 / height) - 1
    x = (torch.arange(width) + 0.5) * (2 / width) - 1
    return torch.stack([x.repeat(height), y.repeat_interleave(width)], dim=1)


def warp(canonical: Tensor, transform: Transform, size: tuple[int, int], canvas: float = 1.0) -> Tensor:
    """Scale, rotate and shift canonical images by bilinear interpolation; outside, the edge continues.

    Parameters
    ----------
    canonical : (n, channels, side, side). transform : of n images. size : height and width to draw, px.
    canvas : side of the canonical image in sides of the drawn one.

    Returns
    -------
    (n, channels, *size)
    """
    if transform.nothing:
        transform = Transform(angle=canonical.new_zeros(len(canonical)))
    affine = canonical_affine(transform)
    if canvas != 1.0:
        affine = affine / canvas
    return functional.grid_sample(
        canonical, sampling_grid(affine, size), padding_mode="border", align_corners=False
    )


def transform_images(
    images: np.ndarray | Tensor,
    angle: float | np.ndarray | Tensor | None = None,
    offset: np.ndarray | Tensor | None = None,
    scale: float | np.ndarray | Tensor | None = None,
) -> np.ndarray | Tensor:
    """Scale images, rotate them about their centre, then shift them; outside, the nearest edge continues.

    Parameters
    ----------
    images : (n, channels, height, width), float32; square ones if they are rotated or scaled.
    angle : rad, counter-clockwise as displayed; one for all images or one each.
    offset : (2,) or (n, 2), x to the right and y downwards, half sides.
    scale : factor, one for all images or one each.

    Returns
    -------
    float32 images of the same shape and kind (NumPy or torch).

    Raises
    ------
    InvariantError : not a stack of images, or not square though rotated or scaled.
    """
    stack = torch.as_tensor(images, dtype=torch.float32)
    if stack.ndim != 4:
        raise InvariantError(
            f"images: expected (n, channels, height, width), found shape {tuple(stack.shape)}"
        )
    if (angle is not None or scale is not None) and stack.shape[2] != stack.shape[3]:
        raise InvariantError(
            f"images: those that are rotated or scaled must be square, found {tuple(stack.shape)}"
        )

    def each(value: float | np.ndarray | Tensor | None, *width: int) -> Tensor | None:
        if value is None:
            return None
        return torch.as_tensor(value, dtype=torch.float32).expand(len(stack), *width)

    result = warp(stack, Transform(each(angle), each(offset, 2), each(scale)), tuple(stack.shape[2:]))
    return result if isinstance(images, Tensor) else result.numpy()


def disc_mask(height: int, width: int) -> Tensor:
    """(height, width) float32: 1 in the pixels whose centre lies in the inscribed disc, else 0."""
    return (pixel_coordinates(height, width).square().sum(dim=1) <= 1).float().reshape(height, width)


def turned(offset: Tensor, angle: Tensor) -> Tensor:
    """(n, 2) offsets turned counter-clockwise as displayed by (n,) angles in rad."""
    x, y = offset[:, 0], offset[:, 1]
    cosine, sine = torch.cos(angle), torch.sin(angle)
    return torch.stack([x * cosine + y * sine, y * cosine - x * sine], dim=1)
