"""An autoencoder whose latent has two parts: what the form factor says, and what the structure factor says.

log I = log F + log S, so the decoder is a sum: log F decoded from the form part, log S from the structure
part. That alone would let one part carry what the other takes away again; training with swapped parts
(`clustering.separation_training`) forbids it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from latentlab.studies.gisaxs.regression.measurements import POOLED_ROWS, counted_sums, features
from latentlab.training.trained_file import load_weights, read_trained

KIND = "separated-autoencoder"
DECODER_UNITS, HEAD_UNITS = 128, 128
LOG_DEVIATION = (-7.0, 3.0)  # limits of the head's logarithm of the standard deviation


class SeparatedAutoencoder(nn.Module):
    """Noisy patterns with gaps to a form part and a structure part; these to log10 F and log10 S over bins.

    A head reads the four parameters, with standard deviations, from the latent.

    Parameters
    ----------
    side : of a pattern in bins. hidden : units of the encoder's layers.
    form_size, structure_size : numbers in the two parts.
    components : principal components in which log F and log S are decoded.
    """

    def __init__(
        self, side: int, hidden: Sequence[int], form_size: int, structure_size: int, components: int
    ) -> None:
        super().__init__()
        self.side, self.form_size = side, form_size
        size = form_size + structure_size
        inputs = 2 * (side // POOLED_ROWS) * side + 1
        self.encoder = _layers(inputs, hidden, size)
        self.form_decoder = _layers(form_size, (DECODER_UNITS,) * 2, components)
        self.structure_decoder = _layers(structure_size, (DECODER_UNITS,) * 2, components)
        self.head = _layers(size, (HEAD_UNITS,) * 2, 8)
        for name in ("form", "structure"):
            self.register_buffer(f"{name}_mean", torch.zeros(side**2))
            self.register_buffer(f"{name}_components", torch.zeros(components, side**2))
            self.register_buffer(f"{name}_scale", torch.ones(()))
        self.register_buffer("coordinate_mean", torch.zeros(4))
        self.register_buffer("coordinate_scale", torch.ones(4))

    def encode(self, counts: torch.Tensor, share: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Form part (n, form_size) and structure part (n, structure_size) of what `counted_sums` gives."""
        latent = self.encoder(features(counts, share))
        return latent[:, : self.form_size], latent[:, self.form_size :]

    def coefficients(self, form: torch.Tensor, structure: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Coefficients (n, components) of log10 F and of log10 S, in decades."""
        return (
            self.form_decoder(form) * self.form_scale,
            self.structure_decoder(structure) * self.structure_scale,
        )

    def decode(self, form: torch.Tensor, structure: torch.Tensor) -> torch.Tensor:
        """log10 intensity (n, side, side), relative to its maximum; the parts may be of two patterns."""
        of_form, of_structure = self.coefficients(form, structure)
        images = self.form_mean + of_form @ self.form_components
        images = images + self.structure_mean + of_structure @ self.structure_components
        return (images - images.amax(dim=1, keepdim=True)).view(-1, self.side, self.side)

    def parameters_of(self, latent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Coordinates (n, 4) (`parameter_space.coordinates`) and their standard deviations (n, 4)."""
        mean, log_deviation = self.standardised(latent)
        return (
            self.coordinate_mean + mean * self.coordinate_scale,
            log_deviation.exp() * self.coordinate_scale,
        )

    def standardised(self, latent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As `parameters_of`, in units of the training set's scatter, the deviation as its logarithm."""
        mean, log_deviation = self.head(latent).chunk(2, dim=1)
        return mean, log_deviation.clamp(*LOG_DEVIATION)


def encode_shares(
    model: SeparatedAutoencoder,
    shares: torch.Tensor,
    photons: float,
    gaps: torch.Tensor,
    generator: torch.Generator | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The two parts of patterns (n, side, side) of sum 1, counted (or as expected, without a generator)."""
    budgets = torch.full((len(shares),), photons)
    with torch.inference_mode():
        return model.encode(*counted_sums(shares, budgets, gaps, generator))


def build(record: Mapping[str, Any]) -> SeparatedAutoencoder:
    """The untrained network of a record."""
    keys = ("side", "hidden", "form_size", "structure_size", "components")
    return SeparatedAutoencoder(**{key: record[key] for key in keys})


def load_separated(path: Path | str) -> SeparatedAutoencoder:
    """Read a trained network; raises ArtifactError if it is none."""
    trained = read_trained(path, KIND)
    model = build(trained.record)
    load_weights(model, trained.state, path)
    return model


def _layers(inputs: int, hidden: Sequence[int], outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for units in hidden:
        layers += [nn.Linear(inputs, units), nn.GELU()]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))
