"""An autoencoder with one active neuron of value 1, all of its neurons alive: learned by annealing.

The k-sparse autoencoder keeps the amplitude of its active neuron, so that one neuron restores a whole line of
vectors, and it chooses the neuron by a hard maximum, so that a neuron without a pattern never learns. Here
the active neuron has the value 1, and at first several neurons are active in part, by a softmax with a
temperature. The temperature falls until one is certain (deterministic annealing, Rose 1998, Proc. IEEE 86,
2210); a neuron that then has no pattern takes over the one that is restored worst. Encoder and decoder share
their weights: neuron j has the column c_j of the decoder, and its input is -|x - c_j|^2 / T, which is linear
in x but for a term that all neurons share.

With the value 1, a neuron's column is what its patterns are restored to: their mean. At temperature 0 this
minimises what k-means minimises. It is k-means, learned by gradients, and is named so wherever it is shown.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from latentlab.studies.gisaxs.clustering.sparse_autoencoder import far_apart

HOTTEST, COLDEST = 0.1, 1e-4  # temperature at the start and end, of the vectors' variance
LEARNING_RATE = 3e-2  # of Adam, of the vectors' standard deviation
RESTARTS = 3  # of which the one that restores best is used, as with k-means
REVIVAL = (0.5, 0.9, 20)  # from and up to which share of the epochs, and how often, idle neurons are moved


class OneNeuronAutoencoder(nn.Module):
    """One neuron is active and has the value 1; vectors float32 (n, inputs).

    Parameters
    ----------
    columns : float32 (units, inputs), the decoder's columns at the start.
    """

    def __init__(self, columns: Tensor) -> None:
        super().__init__()
        self.columns = nn.Parameter(columns.clone())

    def errors(self, vectors: Tensor) -> Tensor:
        """Mean squared error of each vector if each neuron were the active one: float32 (n, units)."""
        squares = vectors.square().sum(dim=1)[:, None] + self.columns.square().sum(dim=1)
        return (squares - 2 * vectors @ self.columns.T).clamp_min(0) / vectors.shape[1]

    def free_energy(self, vectors: Tensor, temperature: float) -> Tensor:
        """The errors' soft minimum over the neurons, mean over the vectors; the loss at a temperature."""
        return -temperature * torch.logsumexp(-self.errors(vectors) / temperature, dim=1).mean()

    @torch.no_grad()
    def clusters(self, vectors: np.ndarray) -> np.ndarray:
        """Index of the active neuron of each of `vectors`, float32 (n, inputs): int64 (n,)."""
        return self.errors(torch.from_numpy(np.ascontiguousarray(vectors))).argmin(dim=1).numpy()

    @torch.no_grad()
    def revive(self, vectors: Tensor) -> None:
        """Move each neuron that is active for none of `vectors` to the one that is restored worst."""
        errors = self.errors(vectors)
        for idle in sorted(set(range(len(self.columns))) - set(errors.argmin(dim=1).tolist())):
            self.columns[idle] = vectors[int(errors.min(dim=1).values.argmax())]
            errors = self.errors(vectors)


def train_one_neuron(vectors: np.ndarray, units: int, epochs: int, seed: int) -> OneNeuronAutoencoder:
    """Train on float32 (n, inputs), all at once: the best of `RESTARTS` trainings.

    `units` is lowered to the number of distinct vectors; `seed` is that of the neurons' first columns.
    """
    data = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32))
    units = min(units, len(torch.unique(data, dim=0)))
    generator = torch.Generator().manual_seed(seed)
    trained = [_trained(data, units, epochs, generator) for _ in range(RESTARTS)]
    with torch.no_grad():
        return min(trained, key=lambda model: float(model.errors(data).min(dim=1).values.mean()))


def _trained(data: Tensor, units: int, epochs: int, generator: torch.Generator) -> OneNeuronAutoencoder:
    model = OneNeuronAutoencoder(data[far_apart(data, units, generator)])
    variance = max(float((data - data.mean(dim=0)).square().mean()), 1e-12)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE * variance**0.5, fused=True)
    first, last, period = REVIVAL
    for epoch, temperature in enumerate(np.geomspace(HOTTEST * variance, COLDEST * variance, epochs)):
        optimizer.zero_grad()
        model.free_energy(data, float(temperature)).backward()
        optimizer.step()
        if first * epochs <= epoch < last * epochs and epoch % period == 0:
            model.revive(data)
    return model
