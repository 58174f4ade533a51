"""The variational autoencoder of the thesis (sections 7.3 and 8.1), with any of its architectures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from latentlab.errors import ConfigError
from latentlab.studies.landcover.network.initialisation import initialise
from latentlab.studies.landcover.network.layers import Flatten, Reshape, decoder_layers, encoder_layers
from latentlab.studies.landcover.run_tiles import CHANNELS


class LandcoverVAE(nn.Module):
    """Encoder, two dense layers for mean and logarithm of the variance, dense layer, decoder.

    Parameters
    ----------
    layers : the architecture, lists "encoder" and "decoder", see `layers`. latent : size of the latent.
    side : of a picture, px. given, restored : channels of the pictures encoded and decoded.
    variational : False for a plain autoencoder, which has no variances.

    Raises
    ------
    ConfigError : the decoder does not give pictures of this side.
    """

    def __init__(
        self,
        layers: Mapping[str, Any],
        latent: int,
        side: int,
        given: int = 3,
        restored: int = 3,
        variational: bool = True,
    ) -> None:
        super().__init__()
        self.latent, self.variational = latent, variational
        convolutions, channels, last_side = encoder_layers(layers["encoder"], given, side)
        values = channels * last_side**2
        deconvolutions, decoded = decoder_layers(layers["decoder"], channels, last_side, restored)
        if decoded != side:
            raise ConfigError(
                f"architectures: the decoder gives pictures of {decoded} px, expected {side} px"
            )
        self.encoder = nn.Sequential(convolutions, Flatten())
        self.mean = nn.Linear(values, latent)
        self.log_variance = nn.Linear(values, latent) if variational else None
        self.decoder = nn.Sequential(
            nn.Linear(latent, values), nn.SELU(), Reshape(channels, last_side), deconvolutions
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Mean and logarithm of the variance of each latent, (n, latent) each.

        Parameters
        ----------
        x : float32 (n, channels, side, side), 0 to 1.

        Returns
        -------
        The second is None for a plain autoencoder.
        """
        values = self.encoder(x.contiguous(memory_format=torch.channels_last))
        return self.mean(values), self.log_variance(values) if self.variational else None

    def decode(self, z: Tensor) -> Tensor:
        """Pictures (n, channels, side, side), 0 to 1, of latents (n, latent)."""
        return self.decoder(z)

    def weights(self) -> int:
        """How many weights are trained, as Keras counts them."""
        return sum(parameter.numel() for parameter in self.parameters())


def sampled(mean: Tensor, log_variance: Tensor | None, noise: Tensor) -> Tensor:
    """Latents drawn from the encoder's distribution with standard normal noise; the mean if it has none."""
    return mean if log_variance is None else mean + torch.exp(log_variance / 2) * noise


def build_vae(record: Mapping[str, Any]) -> LandcoverVAE:
    """The network of a record, its weights drawn with the record's seed.

    Parameters
    ----------
    record : its "layers", "latent", "side", "input", "restores", "variational", "initialisation", "seed".

    Raises
    ------
    ConfigError : layers that do not fit the side.
    """
    model = LandcoverVAE(
        record["layers"],
        record["latent"],
        record["side"],
        CHANNELS[record["input"]],
        CHANNELS[record["restores"]],
        record["variational"],
    )
    initialise(model, record["initialisation"], record["seed"])
    return model.to(memory_format=torch.channels_last)
