"""Training of the separated latent by swaps: the form part of one pattern with the structure part of another.

Of two simulated patterns, (F1, S1) and (F2, S2), the form part of the first and the structure part of the
second must decode to the pattern (F1, S2). A form part that knew anything of S1 would do worse. No parameter
is shown to the autoencoder if `label_weight` is 0; the head then learns from the finished latents alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch

from latentlab.studies.gisaxs.clustering.separation import SeparatedAutoencoder, build
from latentlab.studies.gisaxs.parameter_space.bases import principal_components
from latentlab.studies.gisaxs.parameter_space.binned_factors import BinnedFactors, Factors
from latentlab.studies.gisaxs.parameter_space.coordinates import to_coordinates
from latentlab.studies.gisaxs.regression.measurements import counted_sums, moving_gaps, photon_budgets

BASIS_ENTRIES = 1000  # factors that a basis is made from, where there are more
WARM_UP = 0.1  # share of the steps in which the learning rate rises; then it falls as a cosine
HISTORY = 20  # rows
SOFT = 1e-4  # decades^2, added below the root of the loss, whose gradient stays finite
Progress = Callable[[Iterable[int]], Iterable[int]]


def train_separated(
    factors: BinnedFactors, gaps: torch.Tensor, record: Mapping[str, Any], progress: Progress = iter
) -> tuple[SeparatedAutoencoder, list[dict[str, float]]]:
    """The trained network and its history: rms error of swapped decodings (decades), and the head's loss.

    Parameters
    ----------
    factors : whose random pairs are the patterns. gaps : of the detector, bool (side, side).
    record : `seed`, `steps`, `batch`, `learning_rate`, `photons` (limits of the budgets), `without_gaps`,
        `label_weight` (of the head's loss for the encoder; 0: the encoder learns from swaps alone), and the
        sizes of `clustering.separation.build`.
    """
    torch.manual_seed(record["seed"])
    generator = torch.Generator().manual_seed(record["seed"] + 1)
    rng = np.random.default_rng(record["seed"])
    model = build({**record, "side": factors.side})
    form, structure = (
        _prepare(model, name, getattr(factors, name), record["components"]) for name in ("form", "structure")
    )
    root = _root_of_metric(torch.cat([model.form_components, model.structure_components]))
    coordinates = torch.from_numpy(to_coordinates(factors.parameters(factors.pairs(2000, rng)))).float()
    model.coordinate_mean.copy_(coordinates.mean(dim=0))
    model.coordinate_scale.copy_(coordinates.std(dim=0))
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=1e-4, fused=True)
    history: list[dict[str, float]] = []
    sums, since = np.zeros(2), 0
    steps, n = record["steps"], record["batch"]
    for step in progress(range(steps)):
        pairs = factors.pairs(n, rng)
        images = factors.patterns(pairs).view(n, factors.side, factors.side)
        masks = moving_gaps(gaps, n, rng, record["without_gaps"])
        budgets = photon_budgets(n, record["photons"], rng)
        parts = model.encode(*counted_sums(images, budgets, masks, generator))
        decoded = model.coefficients(*parts)
        swap = torch.randperm(n, generator=generator)
        rows = torch.from_numpy(pairs)
        errors = decoded[0] - form[rows[:, 0]], (decoded[1] - structure[rows[:, 1]])[swap]
        rms = ((torch.cat(errors, dim=1) @ root).square().sum(dim=1) + SOFT).sqrt().mean()
        latent = torch.cat(parts, dim=1)
        truth = torch.from_numpy(to_coordinates(factors.parameters(pairs))).float()
        likelihood = _gaussian_loss(model, latent if record["label_weight"] else latent.detach(), truth)
        optimiser.zero_grad()
        (rms + (record["label_weight"] or 1.0) * likelihood).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = record["learning_rate"] * _schedule(step / steps)
        optimiser.step()
        sums += rms.item(), likelihood.item()
        since += 1
        if (step + 1) * HISTORY // steps > step * HISTORY // steps:
            means = sums / since
            history.append({"epoch": step + 1, "swap_rms": means[0], "head_loss": means[1]})
            sums, since = np.zeros(2), 0
    return model.eval(), history


def _gaussian_loss(model: SeparatedAutoencoder, latent: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Mean negative log likelihood of the coordinates (n, 4), in units of the training set's scatter."""
    mean, log_deviation = model.standardised(latent)
    error = (truth - model.coordinate_mean) / model.coordinate_scale - mean
    return (0.5 * (error * torch.exp(-log_deviation)).square() + log_deviation).mean()


def _prepare(model: SeparatedAutoencoder, name: str, factors: Factors, components: int) -> torch.Tensor:
    """Put the basis of a factor into the model; its coefficients (n, components), in decades."""
    log = factors.log_mean.float().numpy()
    mean, basis, projection = principal_components(log[:BASIS_ENTRIES], components)
    if len(basis) < components:
        raise ValueError(
            f"{len(factors.log_mean)} {name} factors have {len(basis)} components, asked for {components}"
        )
    coefficients = torch.from_numpy((log - mean) @ projection.T)
    getattr(model, f"{name}_mean").copy_(torch.from_numpy(mean))
    getattr(model, f"{name}_components").copy_(torch.from_numpy(basis))
    getattr(model, f"{name}_scale").copy_(coefficients[:, 0].std())
    return coefficients


def _root_of_metric(components: torch.Tensor) -> torch.Tensor:
    """Coefficients times this have the norm of their image's rms, the mean left out: the exposure is free."""
    centred = components - components.mean(dim=1, keepdim=True)
    metric = (centred @ centred.T).double() / components.shape[1]
    ridge = 1e-9 * torch.eye(len(metric), dtype=torch.float64)
    return torch.linalg.cholesky(metric + ridge).float()


def _schedule(share: float) -> float:
    return min(1.0, share / WARM_UP + 0.02) * (0.5 * (1 + math.cos(math.pi * share)) + 1e-3)
