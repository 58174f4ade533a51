"""What the separated latent knows of the small set: clusters of its form part, and swapped decodings.

The clusters are made by k-means on the training patterns' form parts (D = 10.0 and 10.4 nm) and used on the
test patterns' (D = 10.2 nm). The network has seen neither: it learned on continuous random pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from latentlab.log_scale import FLOOR
from latentlab.studies.gisaxs.clustering.metric_names import PARAMETERS
from latentlab.studies.gisaxs.clustering.plain_methods import cluster
from latentlab.studies.gisaxs.clustering.scores import eta_squared, permutation_test
from latentlab.studies.gisaxs.clustering.separation import SeparatedAutoencoder, encode_shares
from latentlab.studies.gisaxs.regression.measurements import moving_gaps

CLEAN_PHOTONS = 1e7  # exposure at which expected patterns without noise are shown to the network
PERMUTATIONS = 1000


@dataclass(frozen=True)
class Latents:
    """Form parts and structure parts by split, float32 (n, k), and the masks, bool (n, side, side)."""

    form: dict[str, np.ndarray]
    structure: dict[str, np.ndarray]
    gaps: dict[str, torch.Tensor]


def clean_latents(model: SeparatedAutoencoder, shares: Mapping[str, torch.Tensor]) -> Latents:
    """Latents of patterns (n, side, side) of sum 1, by split, without noise or gaps."""
    masks = {split: torch.zeros(images.shape, dtype=torch.bool) for split, images in shares.items()}
    return _encoded(model, shares, CLEAN_PHOTONS, masks, None)


def counted_latents(
    model: SeparatedAutoencoder,
    shares: Mapping[str, torch.Tensor],
    photons: float,
    gaps: torch.Tensor,
    seed: int,
) -> Latents:
    """As `clean_latents`, with Poisson counts and the detector's gaps (side, side), moved at random."""
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    masks = {split: moving_gaps(gaps, len(images), rng, 0.0) for split, images in shares.items()}
    return _encoded(model, shares, photons, masks, generator)


def _encoded(
    model: SeparatedAutoencoder,
    shares: Mapping[str, torch.Tensor],
    photons: float,
    masks: dict[str, torch.Tensor],
    generator: torch.Generator | None,
) -> Latents:
    parts = {
        split: [part.numpy() for part in encode_shares(model, images, photons, masks[split], generator)]
        for split, images in shares.items()
    }
    form, structure = ({split: pair[part] for split, pair in parts.items()} for part in (0, 1))
    return Latents(form, structure, masks)


def explained(labels: np.ndarray, parameters: np.ndarray) -> dict[str, float]:
    """Share of the variance of R, D and omega/D that clusters (n,) explain; those that vary alone."""
    varied = {name: parameters[:, column] for name, column in PARAMETERS.items()}
    return {
        f"eta2_{name}": float(eta_squared(labels, values))
        for name, values in varied.items()
        if np.ptp(values) > 0
    }


def cluster_scores(
    latents: Sequence[Latents], parameters: Mapping[str, np.ndarray], n_clusters: int, seeds: Sequence[int]
) -> dict[str, float]:
    """Means over draws of the noise and seeds of k-means, and the range as `_low` and `_high`.

    eta2_r, eta2_omega : of the test patterns. eta2_d : of the training patterns, which have two distances.
    """
    found: dict[str, list[float]] = {}
    for latent in latents:
        for seed in seeds:
            labels = {
                split: cluster(latent.form["train"], latent.form[split], n_clusters, seed)
                for split in ("train", "test")
            }
            values = explained(labels["test"], parameters["test"])
            values["eta2_d"] = explained(labels["train"], parameters["train"])["eta2_d"]
            for name, value in values.items():
                found.setdefault(name, []).append(value)
    summary = {}
    for name, values in found.items():
        ends = {"": np.mean(values), "_low": np.min(values), "_high": np.max(values)}
        summary |= {f"{name}{end}": float(value) for end, value in ends.items()}
    return summary


def chance(labels: Mapping[str, np.ndarray], parameters: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Of R, D and omega/D: one-sided probability of as high a share by chance, and the mean share by chance.

    `labels` (n,), `parameters` (n, 4) by split; D is that of the training patterns, which have two distances.
    """
    summary = {}
    for name, column in PARAMETERS.items():
        split = "train" if name == "d" else "test"
        test = permutation_test(eta_squared, labels[split], parameters[split][:, column], PERMUTATIONS)
        summary |= {f"eta2_{name}_p": test.p, f"eta2_{name}_chance": test.null_mean}
    return summary


def swapped(
    model: SeparatedAutoencoder, latents: Latents, parameters: np.ndarray, shares: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decodings with a form part of one test pattern and the structure part of another, beside the truth.

    The other pattern has another omega/D and another radius, half the set away; the truth is the test pattern
    with the first one's radius and the second one's omega/D.

    Returns
    -------
    rows int64 (n, 3): of form part, structure part and truth; decoded and true log10 intensity, float32
    (n, side, side), relative to their maximum.
    """
    place = {(round(R, 4), round(w, 4)): row for row, (R, _, _, w) in enumerate(parameters)}
    radii, widths = np.unique(parameters[:, 0].round(4)), np.unique(parameters[:, 3].round(4))
    rows = []
    for number, radius in enumerate(radii):
        other = radii[(number + len(radii) // 2) % len(radii)]
        for first, second in zip(widths, np.roll(widths, 1), strict=True):
            wanted = (radius, first), (other, second), (radius, second)
            if all(pair in place for pair in wanted):
                rows.append([place[pair] for pair in wanted])
    found = np.array(rows)
    form, structure = (torch.from_numpy(part["test"]) for part in (latents.form, latents.structure))
    with torch.inference_mode():
        decoded = model.decode(form[found[:, 0]], structure[found[:, 1]]).numpy()
    truth = torch.log10(shares[found[:, 2]].clamp_min(1e-30))
    return found, decoded, (truth - truth.amax(dim=(1, 2), keepdim=True)).numpy()


def log_errors(decoded: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Rms error in decades of each pattern, (n,), exposure free, over the six decades below the maximum."""
    errors = []
    for image, true in zip(decoded, truth, strict=True):
        difference = (image - true)[true > np.log10(FLOOR)]
        errors.append(difference.std())
    return np.array(errors)
