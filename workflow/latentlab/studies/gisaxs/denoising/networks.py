"""Image denoisers without a code: a convolutional denoising autoencoder, one that learns the noise, a U-Net.

Reference points for the codecs: nothing is rounded or coded, so they show what the input allows. They work in
log intensity: in raw intensity MSE is decided by the few brightest pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from latentlab.models.u_net import UNet

FIRST_OUTPUT = 0.1  # factor on the last layer's first weights: training starts near the mean image


class ConvolutionalAutoencoder(nn.Module):
    """A convolutional autoencoder: everything passes the smallest resolution, there are no shortcuts.

    Each step down is a 3 x 3 convolution with stride 2 and one without, each with a ReLU; each step up is a
    bilinear interpolation and two such convolutions. `width` channels at half the resolution, twice as many
    at each further step. At full resolution there is only the last convolution, which is linear.

    Parameters
    ----------
    width : channels at half the resolution. levels : resolutions, the full one included, 2 or more; sides
        must be multiples of 2^(levels - 1).
    """

    def __init__(self, width: int, levels: int) -> None:
        super().__init__()
        channels = [width * 2**level for level in range(levels - 1)]
        layers: list[nn.Module] = []
        for before, here in pairwise([1, *channels]):
            layers += [nn.Conv2d(before, here, 3, stride=2, padding=1), nn.ReLU()]
            layers += [nn.Conv2d(here, here, 3, padding=1), nn.ReLU()]
        for here, above in pairwise(reversed(channels)):
            layers += [_doubled(), nn.Conv2d(here, above, 3, padding=1), nn.ReLU()]
            layers += [nn.Conv2d(above, above, 3, padding=1), nn.ReLU()]
        self.layers = nn.Sequential(*layers, _doubled())
        self.last = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        """Images (n, 1, side, side) to images of the same shape."""
        return self.last(self.layers(images))


def _doubled() -> nn.Module:
    return nn.Upsample(scale_factor=2, mode="bilinear")


class ImageDenoiser(nn.Module):
    """A network between standardised images: less the mean training image, over the usual deviation from it.

    Parameters
    ----------
    network : with the attribute `last`, its last layer; weights drawn anew (He et al. 2015, for ReLU).
    mean : (1, side, side), mean of the training images. deviation : their rms deviation from it; both in the
        model's intensity scale.
    learns_noise : False: the network gives the clean image. True: it gives the noise, which is subtracted
        from the input (nlDAE: Lee et al. 2021, arXiv:2101.07937); "noise" is all that the input has and the
        target has not, so the gaps, too.
    """

    def __init__(self, network: nn.Module, mean: Tensor, deviation: float, learns_noise: bool) -> None:
        super().__init__()
        self.network, self.learns_noise = network, learns_noise
        self.register_buffer("mean", mean.clone())
        self.register_buffer("deviation", torch.tensor(deviation))
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        with torch.no_grad():
            network.last.weight.mul_(FIRST_OUTPUT)

    def forward(self, images: Tensor) -> Tensor:
        """Noisy images, float32 (n, 1, side, side) in the model's intensity scale, to clean ones."""
        found = self.deviation * self.network((images - self.mean) / self.deviation)
        return images - found if self.learns_noise else self.mean + found


def build_denoiser(record: Mapping[str, Any], mean: Tensor, deviation: float) -> ImageDenoiser:
    """The untrained denoiser of a record, from torch's generator as it is.

    Parameters
    ----------
    record : its "network" ("convolutional-dae", "nl-dae", which is the same autoencoder, or "u-net"), "width"
        and "levels". mean, deviation : see `ImageDenoiser`.

    Raises
    ------
    ValueError : another network.
    """
    networks = {"convolutional-dae": _autoencoder, "nl-dae": _autoencoder, "u-net": _u_net}
    name = record["network"]
    if name not in networks:
        raise ValueError(f"network is '{name}', expected one of: {', '.join(networks)}")
    network = networks[name](record["width"], record["levels"])
    return ImageDenoiser(network, mean, deviation, learns_noise=name == "nl-dae")


def _autoencoder(width: int, levels: int) -> nn.Module:
    return ConvolutionalAutoencoder(width, levels)


def _u_net(width: int, levels: int) -> nn.Module:
    return UNet(1, 1, width, levels)
