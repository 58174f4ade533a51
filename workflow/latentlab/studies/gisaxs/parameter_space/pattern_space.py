"""The whole space of patterns I = F(R, sigma/R) S(D, omega/D) as two bases: any pattern in milliseconds.

log I = log F + log S, so log10 F of all form factors lies in one small principal basis over the pixels,
and log10 S of all structure factors in another over q. A library entry is stored as its coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np
import torch

from latentlab.artifacts import read_artifact
from latentlab.errors import ArtifactError

KIND = "space"
# Below this omega/D the peaks of log S are so narrow that 128 components do not represent them.
LEAST_OMEGA_OVER_D = 0.05
BLOCK = 64  # patterns computed at a time; 17 MB per factor at 256 px


@dataclass(frozen=True)
class Basis:
    """Principal components of a library of log10 curves or images.

    Attributes
    ----------
    mean : float32 (m,), in decades.
    components : float32 (k, m), orthonormal in the metric that they were computed in.
    coefficients : float32 (n, k), of each library entry, in decades.
    """

    mean: torch.Tensor
    components: torch.Tensor
    coefficients: torch.Tensor

    def __call__(self, coefficients: torch.Tensor) -> torch.Tensor:
        """Coefficients (..., k) to log10 values (..., m)."""
        return self.mean + coefficients @ self.components

    def entries(self, rows: torch.Tensor | slice = slice(None)) -> torch.Tensor:
        """log10 values (n, m) of library rows."""
        return self(self.coefficients[rows])


class PatternSpace:
    """All valid pairs of a form and a structure factor: omega/D of 0.05 and more, D/4 <= R <= D/2.

    Attributes
    ----------
    side : of a pattern, px; fit_side : of its means over bins, which the fit uses, px.
    form_parameters : float64 (n, 2): R in nm, sigma/R.
    structure_parameters : float64 (m, 2): D in nm, omega/D.
    form, structure : bases of log10 F (over side * side pixels, relative to its maximum) and of log10 S
        (over the nodes in q).
    form_binned, structure_binned : bases of log10 of their means over bins (fit_side * fit_side).
    held_out : int64 (k, 2), pairs of rows that no training uses.

    Raises
    ------
    ArtifactError : not a space artifact, or damaged.
    """

    def __init__(self, path: Path | str) -> None:
        shapes = {
            "form/parameters": (None, 2),
            "structure/parameters": (None, 2),
            "structure/node": (None, None),
            "structure/node_weight": (None, None),
            "log_totals": (None, None),
            "held_out": (None, 2),
            "held_out_patterns": (None, None, None),
        }
        with read_artifact(path, kind=KIND, datasets=shapes) as file:
            self.side, self.fit_side = int(file.attrs["side"]), int(file.attrs["fit_side"])
            self.form_parameters = file["form/parameters"][()]
            self.structure_parameters = file["structure/parameters"][()]
            self.form = _basis(path, file, "form")
            self.structure = _basis(path, file, "structure")
            self.form_binned = _basis(path, file, "form_binned")
            self.structure_binned = _basis(path, file, "structure_binned")
            self._node = torch.from_numpy(file["structure/node"][()].astype(np.int64).ravel())
            self._node_weight = torch.from_numpy(file["structure/node_weight"][()].ravel())
            self.held_out = file["held_out"][()]
            self._path, self._shown = path, len(file["held_out_patterns"])
        self.valid = valid_pairs(self.form_parameters, self.structure_parameters)
        self._held_out_codes = np.sort(self._codes(self.held_out))

    @cached_property
    def log_totals(self) -> torch.Tensor:
        """Natural logarithm of the sum over bins of F S, float32 (n, m); read when first asked for, 46 MB."""
        with read_artifact(self._path, kind=KIND) as file:
            return torch.from_numpy(file["log_totals"][()])

    def log_form(self, coefficients: torch.Tensor) -> torch.Tensor:
        """log10 F (n, side * side), relative to its maximum, from coefficients (n, k) of `form`."""
        return self.form(coefficients)

    def log_structure(self, coefficients: torch.Tensor) -> torch.Tensor:
        """log10 S (n, side * side) from coefficients (n, k) of `structure`."""
        return self.at_pixels(self.structure(coefficients))

    def at_pixels(self, curves: torch.Tensor) -> torch.Tensor:
        """Curves (n, nodes) over q, linearly interpolated to the pixels (n, side * side)."""
        left = curves[:, self._node]
        return left + self._node_weight * (curves[:, self._node + 1] - left)

    def patterns(self, pairs: np.ndarray, side: int | None = None) -> np.ndarray:
        """Patterns of pairs of rows (n, 2), float32 (n, side, side), relative to their maximum.

        A `side` below the space's gives means over bins, again relative to their maximum.

        Raises
        ------
        ValueError : a row outside the library, or a side that does not divide the space's.
        """
        pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        self.check_pairs(pairs)
        images = np.empty((len(pairs), *(2 * (side or self.side,))), dtype=np.float32)
        for start in range(0, len(pairs), BLOCK):
            rows = torch.from_numpy(pairs[start : start + BLOCK])
            form = self.form.coefficients[rows[:, 0]]
            structure = self.structure.coefficients[rows[:, 1]]
            images[start : start + len(rows)] = self.decode(form, structure, side).numpy()
        return images

    def held_out_patterns(self, n: int) -> np.ndarray:
        """The first `n` held-out pairs, from the simulator itself, float32 (n, side, side), maximum 1.

        Raises
        ------
        ValueError : the artifact holds fewer.
        """
        if not 1 <= n <= self._shown:
            raise ValueError(f"{self._path}: keeps 1 to {self._shown} held-out patterns, asked for {n}")
        with read_artifact(self._path, kind=KIND) as file:
            return file["held_out_patterns"][:n]

    def decode(self, form: torch.Tensor, structure: torch.Tensor, side: int | None = None) -> torch.Tensor:
        """Patterns (n, side, side), relative to their maximum, from coefficients of the two bases."""
        return self.product(self.log_form(form), self.log_structure(structure), side)

    def product(self, log_form: torch.Tensor, log_structure: torch.Tensor, side: int | None) -> torch.Tensor:
        """Patterns (n, side, side), relative to their maximum, of log10 F and log10 S (n, side * side)."""
        log_intensity = log_form + log_structure
        log_intensity -= log_intensity.amax(dim=1, keepdim=True)
        images = torch.exp(log_intensity.mul_(np.log(10.0))).view(-1, self.side, self.side)
        return images if side in (None, self.side) else relative(bin_mean(images, side))

    def parameters(self, pairs: np.ndarray) -> np.ndarray:
        """(n, 4) float64: R in nm, sigma/R, D in nm, omega/D of pairs of rows (n, 2)."""
        pairs = np.asarray(pairs)
        return np.column_stack([self.form_parameters[pairs[:, 0]], self.structure_parameters[pairs[:, 1]]])

    def training_pairs(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """`n` valid pairs of rows, int64 (n, 2), uniformly drawn with replacement, none held out."""
        chosen = np.empty(0, dtype=np.int64)
        while len(chosen) < n:
            drawn = rng.choice(self._valid_codes, size=2 * n)
            chosen = np.concatenate([chosen, drawn[~np.isin(drawn, self._held_out_codes)]])
        return np.column_stack(np.divmod(chosen[:n], len(self.structure_parameters)))

    @property
    def _valid_codes(self) -> np.ndarray:
        return np.flatnonzero(self.valid)

    def _codes(self, pairs: np.ndarray) -> np.ndarray:
        return pairs[:, 0] * len(self.structure_parameters) + pairs[:, 1]

    def check_pairs(self, pairs: np.ndarray) -> None:
        """Raise ValueError unless all pairs (n, 2) are rows of the two libraries."""
        limits = len(self.form_parameters), len(self.structure_parameters)
        if ((pairs < 0) | (pairs >= np.array(limits))).any():
            raise ValueError(f"pairs must be rows of libraries of {limits[0]} and {limits[1]} entries")


def valid_pairs(form_parameters: np.ndarray, structure_parameters: np.ndarray) -> np.ndarray:
    """Which pairs are patterns of the space: bool (n, m), D/4 <= R <= D/2 (Schaefer, sec. 4.1).

    `form_parameters` (n, 2) holds R in nm, sigma/R; `structure_parameters` (m, 2) D in nm, omega/D.
    """
    radius = np.rint(form_parameters[:, :1] * 1e4)  # integers: bounds are exact
    distance = np.rint(structure_parameters[:, 0] * 1e4)
    return (distance <= 4 * radius) & (distance >= 2 * radius)


def bin_mean(images: torch.Tensor, side: int) -> torch.Tensor:
    """Means over square bins: (n, h, h) to (n, side, side); ValueError where `side` does not divide h."""
    if side < 1 or images.shape[-1] % side:
        raise ValueError(f"side is {side}, expected a divisor of the patterns' {images.shape[-1]} px")
    factor = images.shape[-1] // side
    return torch.nn.functional.avg_pool2d(images.unsqueeze(1), factor).squeeze(1) if factor > 1 else images


def relative(images: torch.Tensor) -> torch.Tensor:
    """Images (n, h, w) divided by their own maximum."""
    return images / images.amax(dim=(1, 2), keepdim=True)


def _basis(path: Path | str, file: h5py.File, name: str) -> Basis:
    parts = []
    for part in ("mean", "components", "coefficients"):
        if f"{name}/{part}" not in file:
            raise ArtifactError(f"{path}: dataset '{name}/{part}' is missing")
        parts.append(torch.from_numpy(file[f"{name}/{part}"][()]))
    mean, components, coefficients = parts
    shapes: Sequence[tuple[int, ...]] = [tuple(part.shape) for part in parts]
    if components.shape[1:] != mean.shape or coefficients.shape[1:] != components.shape[:1]:
        raise ArtifactError(f"{path}: mean, components and coefficients of '{name}' do not fit: {shapes}")
    return Basis(mean, components, coefficients)
