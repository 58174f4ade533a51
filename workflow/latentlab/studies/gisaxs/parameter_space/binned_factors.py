"""Form and structure factors with continuous parameters, as means over bins: any pair's pattern at once.

The mean of F S over a bin is not the product of the means: a peak of S is narrower than a bin. F is smooth
over a bin, so it is taken as linear in 2theta_f there: F = mean (1 + slope x), x the column from the centre
of the bin in px. Then the mean of F S is mean(F) mean(S) (1 + slope moment), moment = mean(x S) / mean(S).
S hardly depends on alpha_f within a bin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from latentlab.artifacts import read_artifact
from latentlab.scattering.form_factor_table import FormFactorTable
from latentlab.studies.gisaxs.parameter_space.bases import LOWEST, Nodes, structure_factor_curves
from latentlab.studies.gisaxs.parameter_space.continuous import physical

KIND = "binned-factors"
BLOCK = 64  # factors computed at a time; 17 MB at 256 px
LEAST = 0.05  # of the product of the means: the linear form factor may be negative at a bin's edge


@dataclass(frozen=True)
class Factors:
    """One of the two factors over bins.

    Attributes
    ----------
    parameters : float64 (n, 2): R in nm, sigma/R or D in nm, omega/D.
    log_mean : float16 (n, side * side), log10 of the mean over each bin, relative to the largest of all bins.
    first : float16 (n, side * side): of F the slope in 2theta_f, per pixel, relative to its mean; of S the
        first moment in pixels, relative to its mean.
    """

    parameters: np.ndarray
    log_mean: torch.Tensor
    first: torch.Tensor


def bin_moments(images: torch.Tensor, binning: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Means over bins and mean(x image) / mean(image), x the column from the bin's centre in pixels.

    `images` float32 (n, h, w), above 0; returns two float32 (n, (h / binning) * (w / binning)).
    """
    n, height, width = images.shape
    rows = torch.nn.functional.avg_pool2d(images.unsqueeze(1), (binning, 1))
    bins = rows.view(n, height // binning, width // binning, binning)
    x = torch.arange(binning, dtype=images.dtype) - (binning - 1) / 2
    mean = bins.mean(dim=-1)
    return mean.flatten(1), ((bins * x).mean(dim=-1) / mean).flatten(1)


def form_factors(table: FormFactorTable, pairs: np.ndarray, binning: int, sizes: dict[str, float]) -> Factors:
    """Form factors of `pairs` (n, 2), R in nm and sigma/R; `sizes`: see `table.average`."""

    def images() -> Iterator[torch.Tensor]:
        for _, block in table.iter_averages(pairs, BLOCK, **sizes):
            forms = torch.from_numpy(block)
            yield forms.clamp_min_(LOWEST * forms.amax(dim=(1, 2), keepdim=True))

    variance = (binning**2 - 1) / 12  # of x over a bin
    return _factors(images(), pairs, binning, variance)


def structure_factors(nodes: Nodes, width: float, pairs: np.ndarray, binning: int) -> Factors:
    """Structure factors of `pairs` (n, 2), D in nm and omega/D; see `bases.structure_factor_curves`."""
    left, weight = torch.from_numpy(nodes.left.astype(np.int64)), torch.from_numpy(nodes.weight)

    def images() -> Iterator[torch.Tensor]:
        for start in range(0, len(pairs), BLOCK):
            curves = torch.from_numpy(structure_factor_curves(nodes, width, pairs[start : start + BLOCK]))
            below = curves[:, left]
            yield below + weight * (curves[:, left + 1] - below)

    return _factors(images(), pairs, binning, 1.0)


def _factors(blocks: Iterator[torch.Tensor], pairs: np.ndarray, binning: int, variance: float) -> Factors:
    means, firsts = [], []
    for images in blocks:
        mean, moment = bin_moments(images, binning)
        means.append((mean / mean.amax(dim=1, keepdim=True)).log10().half())
        firsts.append((moment / variance).half())
    return Factors(pairs, torch.cat(means), torch.cat(firsts))


class BinnedFactors:
    """Random pairs of the factors that stage gisaxs_continuous stored, and their patterns.

    Attributes
    ----------
    side : of a pattern in bins. form, structure : the factors.

    Raises
    ------
    ArtifactError : not such an artifact, or damaged.
    """

    def __init__(self, path: Path | str) -> None:
        shapes = {
            f"{name}/{part}": shape
            for name in ("form", "structure")
            for part, shape in (
                ("parameters", (None, 2)),
                ("log_mean", (None, None)),
                ("first", (None, None)),
            )
        }
        with read_artifact(path, kind=KIND, datasets=shapes) as file:
            self.side = int(file.attrs["side"])
            self.form, self.structure = (
                Factors(
                    file[f"{name}/parameters"][()],
                    torch.from_numpy(file[f"{name}/log_mean"][()]),
                    torch.from_numpy(file[f"{name}/first"][()]),
                )
                for name in ("form", "structure")
            )

    def pairs(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """`n` pairs of rows, int64 (n, 2), uniform over those with D/4 <= R <= D/2."""
        chosen = np.empty((0, 2), dtype=np.int64)
        limits = len(self.form.parameters), len(self.structure.parameters)
        while len(chosen) < n:
            drawn = rng.integers(limits, size=(8 * n, 2))
            parameters = self.parameters(drawn)
            chosen = np.concatenate([chosen, drawn[physical(parameters[:, 0], parameters[:, 2])]])
        return chosen[:n]

    def parameters(self, pairs: np.ndarray) -> np.ndarray:
        """(n, 4) float64: R in nm, sigma/R, D in nm, omega/D of pairs of rows (n, 2)."""
        return np.column_stack([self.form.parameters[pairs[:, 0]], self.structure.parameters[pairs[:, 1]]])

    def patterns(self, pairs: np.ndarray) -> torch.Tensor:
        """Patterns (n, side * side) of pairs of rows (n, 2): float32, the sum of each is 1."""
        rows = torch.from_numpy(np.asarray(pairs))
        form, structure = rows[:, 0], rows[:, 1]
        images = self.form.log_mean[form].float() + self.structure.log_mean[structure].float()
        images.mul_(np.log(10.0)).exp_()
        correction = 1 + self.form.first[form].float() * self.structure.first[structure].float()
        images *= correction.clamp_min_(LEAST)
        return images / images.sum(dim=1, keepdim=True)
