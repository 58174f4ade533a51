"""Deep embedded clustering (Xie, Girshick and Farhadi 2016, arXiv:1511.06335), small, as for 158 vectors."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from latentlab.studies.gisaxs.clustering.plain_methods import cluster

HIDDEN = 64  # units of the hidden layers
EMBEDDED = 4  # numbers of the embedding
LEARNING_RATE = 3e-3
UPDATE = 10  # epochs between two updates of the target


class Embedding(nn.Module):
    """Two fully connected layers to the embedding, two back, and the clusters' centres in the embedding."""

    def __init__(self, inputs: int, n_clusters: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, EMBEDDED))
        self.decoder = nn.Sequential(nn.Linear(EMBEDDED, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, inputs))
        self.centres = nn.Parameter(torch.zeros(n_clusters, EMBEDDED))

    def shares(self, vectors: Tensor) -> Tensor:
        """Soft assignments by Student's t with one degree of freedom (eq. 1): float32 (n, clusters)."""
        distances = (self.encoder(vectors)[:, None] - self.centres[None]).square().sum(dim=2)
        kernel = 1 / (1 + distances)
        return kernel / kernel.sum(dim=1, keepdim=True)


def embedded_clusters(
    train: np.ndarray, vectors: np.ndarray, n_clusters: int, epochs: int, seed: int
) -> np.ndarray:
    """Learn an embedding with its clusters on `train`, float32 (n, k), and give clusters to `vectors`, (m,
    k).

    Half of the `epochs` train the autoencoder, the others sharpen the clusters, from k-means in the
    embedding. Returns int64 (m,).
    """
    data = torch.from_numpy(np.ascontiguousarray(train, dtype=np.float32))
    torch.manual_seed(seed)
    model = Embedding(data.shape[1], n_clusters)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    for _ in range(epochs // 2):
        optimizer.zero_grad()
        nn.functional.mse_loss(model.decoder(model.encoder(data)), data).backward()
        optimizer.step()
    with torch.no_grad():
        embedded = model.encoder(data)
        labels = torch.from_numpy(cluster(embedded.numpy(), embedded.numpy(), n_clusters, seed))
        for number in labels.unique():
            model.centres[number] = embedded[labels == number].mean(dim=0)
    target = torch.zeros(())
    for epoch in range(epochs - epochs // 2):
        shares = model.shares(data)
        if epoch % UPDATE == 0:
            squared = shares.detach().square() / shares.detach().sum(dim=0)
            target = squared / squared.sum(dim=1, keepdim=True)  # eq. 3
        optimizer.zero_grad()
        nn.functional.kl_div(shares.log(), target, reduction="batchmean").backward()
        optimizer.step()
    with torch.no_grad():
        others = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32))
        return model.shares(others).argmax(dim=1).numpy()
