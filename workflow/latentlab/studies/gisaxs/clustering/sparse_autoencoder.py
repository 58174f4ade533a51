"""The k-sparse autoencoder, whose number of active neurons falls to one, and what keeps its neurons alive.

Thesis, 2.1.4, 3.3, 4.2.2 and A.1.1 to A.1.3, after Makhzani and Frey (arXiv:1312.5663): a linear encoder, the
k largest of |z| kept and all others set to 0, a linear decoder, mean squared error, Adam. Here a step takes
all patterns at once. A pattern's cluster is its active neuron when k is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

MAGNITUDE, POSITIVE, BATCH = SELECTIONS = ("magnitude", "positive", "batch")
RANDOM, PATTERNS = STARTS = ("random", "patterns")
DEAD_AFTER = 10  # epochs without a pattern after which the auxiliary loss calls a neuron dead


@dataclass(frozen=True)
class SparseSettings:
    """How a k-sparse autoencoder is trained.

    Attributes
    ----------
    units : neurons of the latent space. epochs, learning_rate : of Adam.
    decrease : share of the epochs in which k falls from `units` to 1, linearly (A.1.2); 0 for k = 1
        throughout.
    warm_up : share of the epochs, at the start, in which the learning rate is not changed (A.1.3); after it
        ReduceLROnPlateau acts on the loss, with PyTorch's defaults.
    selection : "magnitude", the k largest |z| of a pattern (A.1.1); "positive", its k largest z, those below
        0 set to 0 (Gao et al. 2024, arXiv:2406.04093); "batch", the n k largest z of n patterns together,
        those below 0 set to 0 (Bussmann et al. 2024, arXiv:2412.06410).
    auxiliary : weight of the loss by which dead neurons learn what the others leave over (Gao et al. 2024); 0
        for none.
    start : of the weights: "random", PyTorch's own; "patterns", the directions of patterns from their mean,
        drawn far apart as k-means++ does, for encoder and decoder alike.
    """

    units: int
    epochs: int
    learning_rate: float = 1e-3
    decrease: float = 0.5
    warm_up: float = 0.0
    selection: str = MAGNITUDE
    auxiliary: float = 0.0
    start: str = RANDOM

    def __post_init__(self) -> None:
        if self.selection not in SELECTIONS:
            raise ValueError(f"selection is '{self.selection}', expected one of {', '.join(SELECTIONS)}")
        if self.start not in STARTS:
            raise ValueError(f"start is '{self.start}', expected one of {', '.join(STARTS)}")


class SparseAutoencoder(nn.Module):
    """A linear encoder, a choice of neurons, a linear decoder; vectors float32 (n, `inputs`)."""

    def __init__(self, inputs: int, units: int, selection: str) -> None:
        super().__init__()
        self.selection = selection
        self.encoder = nn.Linear(inputs, units)
        self.decoder = nn.Linear(units, inputs)

    def code(self, vectors: Tensor, k: int) -> Tensor:
        """The latents with `k` active neurons a pattern, float32 (n, units); all others are 0."""
        z = self.encoder(vectors)
        if self.selection == MAGNITUDE:
            return _kept(z, z.abs().topk(k, dim=1, sorted=False).indices)
        z = torch.relu(z)
        if self.selection == POSITIVE:
            return _kept(z, z.topk(k, dim=1, sorted=False).indices)
        chosen = z.flatten().topk(k * len(z), sorted=False).indices
        return _kept(z.reshape(1, -1), chosen[None]).reshape(z.shape)

    def forward(self, vectors: Tensor, k: int) -> Tensor:
        """The vectors as restored from `k` active neurons."""
        return self.decoder(self.code(vectors, k))

    @torch.no_grad()
    def clusters(self, vectors: np.ndarray) -> np.ndarray:
        """Index of the neuron that each of `vectors`, float32 (n, inputs), makes most active: int64 (n,)."""
        z = self.encoder(torch.from_numpy(np.ascontiguousarray(vectors)))
        return (z.abs() if self.selection == MAGNITUDE else z).argmax(dim=1).numpy()

    def start_from(self, vectors: Tensor, generator: torch.Generator) -> None:
        """Weights from the directions of `vectors`; see "patterns" in `SparseSettings.start`."""
        mean = vectors.mean(dim=0)
        directions = nn.functional.normalize(vectors[far_apart(vectors, self.units, generator)] - mean, dim=1)
        with torch.no_grad():
            self.encoder.weight.copy_(directions)
            self.encoder.bias.copy_(-directions @ mean)
            self.decoder.weight.copy_(directions.T)
            self.decoder.bias.copy_(mean)

    @property
    def units(self) -> int:
        """Neurons of the latent space."""
        return self.encoder.out_features


def sparsity_levels(units: int, epochs: int, decrease: float) -> np.ndarray:
    """k in each epoch, int (epochs,): from `units` to 1 in the share `decrease` of them, then 1 (A.1.2)."""
    falling = np.linspace(units, 1, int(epochs * decrease), dtype=np.int64)
    return np.concatenate([falling, np.ones(epochs - len(falling), dtype=np.int64)])


def train_sparse(
    vectors: np.ndarray, settings: SparseSettings, seed: int
) -> tuple[SparseAutoencoder, Mapping[str, np.ndarray]]:
    """Train on float32 (n, inputs); `seed` is that of the weights.

    Returns
    -------
    The model, and its history: arrays (epochs,) "k", "train_loss" (before the epoch's step), "val_loss"
    (after it, of the same patterns: the thesis has no others here), "learning_rate".
    """
    data = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32))
    torch.manual_seed(seed)
    model = SparseAutoencoder(data.shape[1], settings.units, settings.selection)
    if settings.start == PATTERNS:
        model.start_from(data, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate, fused=True)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    levels = sparsity_levels(settings.units, settings.epochs, settings.decrease)
    idle = torch.zeros(settings.units)  # epochs since a neuron was active
    rows: list[tuple[Any, ...]] = []
    for epoch, k in enumerate(levels.tolist()):
        code = model.code(data, k)
        restored = model.decoder(code)
        loss = nn.functional.mse_loss(restored, data)
        total = loss
        if settings.auxiliary:
            idle = torch.where((code != 0).any(dim=0), 0.0, idle + 1)
            total = loss + settings.auxiliary * _auxiliary_loss(model, data, restored, idle > DEAD_AFTER)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        with torch.no_grad():
            after = float(nn.functional.mse_loss(model(data, k), data))
        if epoch >= round(settings.warm_up * settings.epochs):
            plateau.step(after)
        rows.append((k, float(loss.detach()), after, optimizer.param_groups[0]["lr"]))
    names = ("k", "train_loss", "val_loss", "learning_rate")
    return model, {
        name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }


def far_apart(vectors: Tensor, count: int, generator: torch.Generator) -> list[int]:
    """Indices of `count` of `vectors`, each drawn by its squared distance from those before (k-means++)."""
    chosen = [int(torch.randint(len(vectors), (1,), generator=generator))]
    nearest = torch.full((len(vectors),), torch.inf)
    while len(chosen) < count:
        nearest = torch.minimum(nearest, (vectors - vectors[chosen[-1]]).square().sum(dim=1))
        weights = nearest if nearest.sum() > 0 else torch.ones(len(vectors))
        chosen.append(int(torch.multinomial(weights, 1, generator=generator)))
    return chosen


def _kept(values: Tensor, indices: Tensor) -> Tensor:
    """`values`, 0 except at `indices` of each row."""
    return torch.zeros_like(values).scatter(1, indices, values.gather(1, indices))


def _auxiliary_loss(model: SparseAutoencoder, data: Tensor, restored: Tensor, dead: Tensor) -> Tensor:
    """Mean squared error of what is left over, restored by dead neurons alone: half as many as inputs."""
    if not dead.any():
        return torch.zeros(())
    z = model.encoder(data)[:, dead]  # as it is: below 0 a ReLU has no gradient, and dead neurons are below
    most = min(z.shape[1], max(1, data.shape[1] // 2))
    code = _kept(z, z.topk(most, dim=1, sorted=False).indices)
    return nn.functional.mse_loss(code @ model.decoder.weight[:, dead].T, (data - restored).detach())
