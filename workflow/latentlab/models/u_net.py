"""U-Net: a fully convolutional network with shortcuts between equal resolutions, for any image size."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


class UNet(nn.Module):
    """U-Net (Ronneberger et al. 2015, figure 1) with padded convolutions, for images of any size.

    Level k, from 0, works at 1 / 2^k of the resolution with `width` * 2^k channels: two 3 x 3 convolutions,
    each with a ReLU, then means over 2 x 2 pixels. On the way up bilinear interpolation takes the place of
    the paper's transposed convolutions, which leave a checkerboard. There is no normalisation over batch or
    image: the output at a pixel depends only on the pixels in its field of view.

    Parameters
    ----------
    in_channels, out_channels : of the images; the output has no activation.
    width : channels at full resolution. levels : resolutions, 1 or more.

    Attributes
    ----------
    last : the 1 x 1 convolution that gives the output; setting its weight and bias to 0 makes the output 0.

    Raises
    ------
    ValueError : one of the numbers is below 1.
    """

    def __init__(self, in_channels: int, out_channels: int, width: int, levels: int) -> None:
        super().__init__()
        given = {"in_channels": in_channels, "out_channels": out_channels, "width": width, "levels": levels}
        for name, value in given.items():
            if value < 1:
                raise ValueError(f"{name} is {value}, expected 1 or more")
        channels = [width * 2**level for level in range(levels)]
        self.down = nn.ModuleList(
            _two_convolutions(before, after)
            for before, after in zip([in_channels, *channels[:-1]], channels, strict=True)
        )
        self.up = nn.ModuleList(
            _two_convolutions(channels[level + 1] + channels[level], channels[level])
            for level in reversed(range(levels - 1))
        )
        self.last = nn.Conv2d(width, out_channels, 1)

    @property
    def multiple(self) -> int:
        """The network works on sides that are multiples of this; others are padded inside, then cropped."""
        return 2 ** (len(self.down) - 1)

    def forward(self, images: Tensor) -> Tensor:
        """(n, in_channels, h, w) -> (n, out_channels, h, w), any h and w of 1 or more."""
        height, width = images.shape[-2:]
        x = _padded(images, -height % self.multiple, -width % self.multiple)
        skipped = []
        for level, block in enumerate(self.down):
            x = block(functional.avg_pool2d(x, 2) if level else x)
            skipped.append(x)
        for block, skip in zip(self.up, reversed(skipped[:-1]), strict=True):
            x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = block(torch.cat([x, skip], dim=1))
        return self.last(x)[..., :height, :width]


def _two_convolutions(channels_in: int, channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1),
        nn.ReLU(),
    )


def _padded(images: Tensor, below: int, right: int) -> Tensor:
    """Reflected at the lower and the right border; repeated there where the image is too small to reflect."""
    if not (below or right):
        return images
    reflects = below < images.shape[-2] and right < images.shape[-1]
    return functional.pad(images, (0, right, 0, below), mode="reflect" if reflects else "replicate")
