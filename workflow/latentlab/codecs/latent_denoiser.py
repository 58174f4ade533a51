"""Fully connected denoisers of a codec's latents (Schaefer, sec. 3.2 and 4.2.2, figure 3.2b).

The thesis gives: a fully connected autoencoder, over-complete, complete or under-complete, one or two levels
deep, with LeakyReLU; the latents are flattened before it and get their shape back behind it. It does not
give the numbers of hidden units, nor where LeakyReLU stands. Chosen here: as many hidden units as latents,
half or twice as many; `depth` hidden layers; LeakyReLU (slope 0.01) behind each hidden layer and none behind
the last, as latents have either sign; PyTorch's initial weights. A denoiser is trained with its codec, by
its loss.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import Tensor, nn

from latentlab.codecs.compressai_import import CompressionModel, ScaleHyperprior
from latentlab.codecs.shapes import DENOISER_POSITIONS, DENOISER_WIDTHS, denoiser_sizes, latent_shape

# The transform of the model that a denoiser joins, and whether it stands behind it.
TRANSFORMS = {"z": ("h_a", True), "z_hat": ("h_s", False), "y": ("g_a", True), "y_hat": ("g_s", False)}


class LatentDenoiser(nn.Sequential):
    """A fully connected autoencoder on flattened latents: float (n, channels, rows, columns) in and out.

    Its children are Flatten, Linear, LeakyReLU and Unflatten, so that `bitstream.dyadic` has exact arithmetic
    for it.

    Parameters
    ----------
    shape : channels, rows and columns of the latents.
    width : a key of `shapes.DENOISER_WIDTHS`. depth : number of hidden layers.
    """

    def __init__(self, shape: tuple[int, int, int], width: str, depth: int) -> None:
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(denoiser_sizes(prod(shape), width, depth)):
            layers += [nn.Linear(inputs, outputs), nn.LeakyReLU()]
        super().__init__(nn.Flatten(), *layers[:-1], nn.Unflatten(1, shape))
        self.shape = tuple(shape)

    def forward(self, latents: Tensor) -> Tensor:
        """Denoised latents; ValueError for latents of another shape."""
        if tuple(latents.shape[1:]) != self.shape:
            raise ValueError(
                f"latents of {tuple(latents.shape[1:])} (channels, rows, columns), expected {self.shape}: a "
                "codec with a denoiser codes images of one size only"
            )
        return super().forward(latents)


def add_denoisers(
    model: CompressionModel,
    channels: Sequence[int],
    side: int,
    positions: Sequence[str],
    width: str,
    depth: int,
) -> None:
    """Put a denoiser of its own at each position of a codec, which then codes images of one size only.

    A transform that gets one becomes a Sequential of "denoiser" and "layers" in the order of use; forward and
    coding call the transforms as before, so y is denoised before the hyperprior's analysis sees it.

    Parameters
    ----------
    model : a model with a hyperprior. channels : those that it was built with. side : px of the images.
    positions : of `shapes.DENOISER_POSITIONS`, each once. width, depth : see `LatentDenoiser`.

    Raises
    ------
    ValueError : a model without hyperprior, or an argument that is none of these.
    """
    if not isinstance(model, ScaleHyperprior):
        raise ValueError("denoiser: expected a model with a hyperprior, whose latents are z and y")
    if len(set(positions)) != len(positions) or not set(positions) <= set(DENOISER_POSITIONS):
        raise ValueError(
            f"denoiser: found {list(positions)}, expected some of {', '.join(DENOISER_POSITIONS)}"
        )
    if width not in DENOISER_WIDTHS or depth < 1:
        raise ValueError(
            f"denoiser: width {width} and depth {depth}, expected one of {', '.join(DENOISER_WIDTHS)}, and 1 "
            "or more"
        )
    for position in positions:
        name, behind = TRANSFORMS[position]
        parts = [
            ("layers", getattr(model, name)),
            ("denoiser", LatentDenoiser(latent_shape(channels, side, position), width, depth)),
        ]
        setattr(model, name, nn.Sequential(OrderedDict(parts if behind else parts[::-1])))
