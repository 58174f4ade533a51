"""The VAE of microstructures: ResNet encoder, nine latents, the document's decoder (appendix A, figure 1)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from latentlab.models.resnet import IMAGENET_MEAN, IMAGENET_STD, ResNet, load_torchvision_weights

DECODER_CHANNELS = (64, 32, 8, 3)  # of the 4 x 4 map and after each transposed convolution
START = 4  # side of the decoder's first map in pixels
BACKGROUND = 2.5  # logit of the decoder's uniform image at the start: 0.92, about the share of background


class Reconstruction(NamedTuple):
    """Output of a VAE: images (n, side, side) in [0, 1], and mean and log-variance (n, latent)."""

    images: Tensor
    mean: Tensor
    log_variance: Tensor


class Encoder(nn.Module):
    """1 x 1 convolution to colours, ImageNet's normalisation, ResNet, two dense layers, mean, log-variance.

    Parameters
    ----------
    depth, width : of the ResNet. hidden : units of the two dense layers. latent : latent variables.
    frozen : the ResNet keeps its weights and its batch statistics.
    """

    def __init__(self, depth: int, width: int, hidden: int, latent: int, *, frozen: bool) -> None:
        super().__init__()
        self.to_colour = nn.Conv2d(1, 3, 1)
        self.resnet = ResNet(depth, width, classes=None)
        self.frozen = frozen
        self.resnet.requires_grad_(not frozen)
        self.dense = nn.Sequential(*_dense(self.resnet.features, hidden), *_dense(hidden, hidden))
        self.mean = nn.Linear(hidden, latent)
        self.log_variance = nn.Linear(hidden, latent)
        self.register_buffer("colour_mean", torch.tensor(IMAGENET_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("colour_std", torch.tensor(IMAGENET_STD).view(3, 1, 1), persistent=False)
        self.train()  # Lightning does not change the modes

    def train(self, mode: bool = True) -> Encoder:
        """A frozen ResNet stays in eval mode, so that its batch statistics stay ImageNet's."""
        super().train(mode)
        if self.frozen:
            self.resnet.eval()
        return self

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(n, side, side) in [0, 1] -> mean and log-variance, (n, latent) each."""
        hidden = self.dense(self.resnet(self._colour(images)))
        return self.mean(hidden), self.log_variance(hidden)

    def _colour(self, images: Tensor) -> Tensor:
        """Three normalised channels; as a convolution this takes longer on a CPU than a whole ResNet-18."""
        scale = self.to_colour.weight.view(3, 1, 1) / self.colour_std
        shift = (self.to_colour.bias.view(3, 1, 1) - self.colour_mean) / self.colour_std
        return images.unsqueeze(1) * scale + shift


class Decoder(nn.Module):
    """Dense layer, three transposed convolutions, bilinear enlargement, 1 x 1 convolution, sigmoid.

    Parameters
    ----------
    latent : latent variables. side : of the images in pixels.
    width : factor on the channel numbers 64-32-8-3 of the document's repository.
    """

    def __init__(self, latent: int, side: int, width: float = 1.0) -> None:
        super().__init__()
        channels = [round(width * count) for count in DECODER_CHANNELS[:3]] + [DECODER_CHANNELS[3]]
        self.side = side
        units = channels[0] * START**2
        self.dense = nn.Sequential(*_dense(latent, units), *_dense(units, units))
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            layers += [nn.ConvTranspose2d(before, after, 3, stride=2), nn.BatchNorm2d(after), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])
        self.to_grey = nn.Conv2d(channels[3], 1, 1)

    def forward(self, latent: Tensor) -> Tensor:
        """(n, latent) -> (n, side, side) in (0, 1)."""
        x = self.layers(self.dense(latent).view(len(latent), -1, START, START))
        # enlarged after the 1 x 1 convolution, not before: both are linear, and one channel is cheaper
        grey = nn.functional.interpolate(self.to_grey(x), size=(self.side, self.side), mode="bilinear")
        return torch.sigmoid(grey).squeeze(1)


def _dense(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]


class MicrostructureVAE(nn.Module):
    """Encoder and decoder; the latent is sampled in training; in evaluation it is the mean."""

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, images: Tensor) -> Reconstruction:
        """(n, side, side) in [0, 1], background 1 -> reconstruction, mean, log-variance."""
        mean, log_variance = self.encoder(images)
        latent = mean
        if self.training:
            latent = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return Reconstruction(self.decoder(latent), mean, log_variance)

    @torch.no_grad()
    def encode(self, images: Tensor, batch: int = 128) -> tuple[Tensor, Tensor]:
        """Images (n, side, side), float or uint8 -> means and log-variances (n, latent), in eval mode."""
        self.eval()
        parts = [self.encoder(part.float().to(self._device())) for part in images.split(batch)]
        return torch.cat([mean.cpu() for mean, _ in parts]), torch.cat(
            [variance.cpu() for _, variance in parts]
        )

    @torch.no_grad()
    def decode(self, latent: Tensor, batch: int = 128) -> Tensor:
        """Latents (n, latent) -> images (n, side, side), in eval mode."""
        self.eval()
        return torch.cat([self.decoder(part.to(self._device())).cpu() for part in latent.split(batch)])

    def reconstruct(self, images: Tensor) -> Tensor:
        """Images (n, side, side), float or uint8 -> images decoded from the latents' means."""
        return self.decode(self.encode(images)[0])

    def _device(self) -> torch.device:
        return self.decoder.to_grey.weight.device


def build_vae(record: Mapping[str, Any]) -> MicrostructureVAE:
    """The VAE of a run's record, its weights drawn from torch's generator.

    Parameters
    ----------
    record : `side`, `latent`, `depth`, `width`, `hidden`, `decoder_width`, `frozen`, `weights` and `contrast`
        are used; the last multiplies the decoder's last weights: the loss has no gradient at a uniform image.
        The decoder starts with images that are mostly background.

    Raises
    ------
    ConfigError : the weight file is missing, or holds another network's weights.
    """
    encoder = Encoder(
        record["depth"], record["width"], record["hidden"], record["latent"], frozen=record["frozen"]
    )
    if record["weights"] is not None:
        load_torchvision_weights(encoder.resnet, record["weights"])
    decoder = Decoder(record["latent"], record["side"], record["decoder_width"])
    with torch.no_grad():
        decoder.to_grey.weight.mul_(record["contrast"])
        decoder.to_grey.bias.fill_(BACKGROUND)
    return MicrostructureVAE(encoder, decoder)
