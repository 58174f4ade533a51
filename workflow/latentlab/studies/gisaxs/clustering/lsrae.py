"""The label and sparse regularised autoencoder (LSRAE) of latents, and its use as a classifier.

Thesis, 2.1.8 (eq. 2.22), 3.3 (eq. 3.11, figure 3.3) and 4.3.3, after Chai et al. 2019: one fully connected
layer with ReLU as encoder, one as decoder, one as classifier on the latents; the loss is the mean squared
error, the cross-entropy of the labels, the Kullback-Leibler divergence that asks for rarely active neurons,
and weight decay through AdamW. ReduceLROnPlateau acts on the loss.

The thesis does not give the weights of the terms, but its numbers do: each loss of tables 4.16 and 4.20 is
MSE + 0.1 label loss to the last digit (0.0597 + 0.1 x 1.2472 = 0.1844), which leaves no room for the sparse
loss, 1.0286, with a weight above 1e-4. It does not say either how ReLU, without an upper limit, becomes the
mean activity that the divergence compares: here by the sigmoid of what ReLU gets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

CROSS_ENTROPY, SOFTMAX_BCE = LABEL_LOSSES = ("cross-entropy", "softmax-bce")


@dataclass(frozen=True)
class LsraeSettings:
    """How an LSRAE is trained.

    Attributes
    ----------
    units : neurons of the latent space. epochs, learning_rate, weight_decay : of AdamW.
    label_weight, sparsity_weight : of the two terms beside the mean squared error.
    sparsity : the wanted mean activity, rho of eq. 2.12.
    label_loss : "cross-entropy" (3.3), or "softmax-bce", the binary cross-entropy of the softmax's outputs,
        mean over classes (4.3.3).
    """

    units: int
    epochs: int
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    label_weight: float = 0.1
    sparsity_weight: float = 1e-4
    sparsity: float = 0.05
    label_loss: str = CROSS_ENTROPY

    def __post_init__(self) -> None:
        if self.label_loss not in LABEL_LOSSES:
            raise ValueError(f"label_loss is '{self.label_loss}', expected one of {', '.join(LABEL_LOSSES)}")


@dataclass(frozen=True)
class Losses:
    """The terms of the loss, and their weighted sum; tensors without axes."""

    total: Tensor
    mse: Tensor
    label: Tensor
    sparse: Tensor


class Lsrae(nn.Module):
    """Vectors float32 (n, `inputs`) in and out, `units` latents of 0 or above, `classes` labels."""

    def __init__(self, inputs: int, units: int, classes: int) -> None:
        super().__init__()
        self.encoder = nn.Linear(inputs, units)
        self.decoder = nn.Linear(units, inputs)
        self.classifier = nn.Linear(units, classes)

    def losses(self, vectors: Tensor, labels: Tensor, settings: LsraeSettings) -> Losses:
        """The losses on float32 (n, inputs) with labels int64 (n,)."""
        before = self.encoder(vectors)
        latents = torch.relu(before)
        logits = self.classifier(latents)
        mse = nn.functional.mse_loss(self.decoder(latents), vectors)
        if settings.label_loss == CROSS_ENTROPY:
            label = nn.functional.cross_entropy(logits, labels)
        else:
            wanted = nn.functional.one_hot(labels, logits.shape[1]).float()
            label = nn.functional.binary_cross_entropy(torch.softmax(logits, dim=1), wanted)
        active = torch.sigmoid(before).mean(dim=0).clamp(1e-6, 1 - 1e-6)
        rho = settings.sparsity
        sparse = (rho * torch.log(rho / active) + (1 - rho) * torch.log((1 - rho) / (1 - active))).mean()
        return Losses(
            mse + settings.label_weight * label + settings.sparsity_weight * sparse, mse, label, sparse
        )

    @torch.no_grad()
    def latents(self, vectors: np.ndarray) -> np.ndarray:
        """Latents of float32 (n, inputs): float32 (n, units)."""
        return torch.relu(self.encoder(torch.from_numpy(np.ascontiguousarray(vectors)))).numpy()

    @torch.no_grad()
    def classes(self, vectors: np.ndarray) -> np.ndarray:
        """The most probable label of each vector, int64 (n,)."""
        latents = torch.from_numpy(self.latents(vectors))
        return self.classifier(latents).argmax(dim=1).numpy()

    @torch.no_grad()
    def measured(self, vectors: np.ndarray, labels: np.ndarray, settings: LsraeSettings) -> dict[str, float]:
        """ "loss", "mse", "label_loss", "sparse_loss" and "accuracy" on float32 (n, inputs), int64 (n,)."""
        losses = self.losses(
            torch.from_numpy(np.ascontiguousarray(vectors)), torch.from_numpy(labels), settings
        )
        return {
            "loss": float(losses.total),
            "mse": float(losses.mse),
            "label_loss": float(losses.label),
            "sparse_loss": float(losses.sparse),
            "accuracy": float(np.mean(self.classes(vectors) == labels)),
        }


def train_lsrae(
    vectors: np.ndarray, labels: np.ndarray, classes: int, settings: LsraeSettings, seed: int
) -> Lsrae:
    """Train on float32 (n, inputs) with labels int64 (n,), all at once; `seed` is that of the weights."""
    data = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32))
    wanted = torch.from_numpy(np.ascontiguousarray(labels, dtype=np.int64))
    torch.manual_seed(seed)
    model = Lsrae(data.shape[1], settings.units, classes)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    for _ in range(settings.epochs):
        losses = model.losses(data, wanted, settings)
        optimizer.zero_grad()
        losses.total.backward()
        optimizer.step()
        plateau.step(float(losses.total.detach()))
    return model
