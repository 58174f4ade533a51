"""Principal bases of the two libraries: what `studies.gisaxs.parameter_space.pattern_space` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array

from latentlab.log_scale import FLOOR
from latentlab.scattering.form_factor_table import FormFactorTable
from latentlab.scattering.structure_factor_mean import StructureFactorCurve, structure_factor_mean

LOWEST = 1e-2 * FLOOR  # of an entry's maximum: below what any pattern shows, so that minima stay finite
BASIS_ENTRIES = 1200  # library entries that a basis is made from, where there are more
SEED = 20261121


@dataclass(frozen=True)
class LibraryBasis:
    """mean (m,), components (k, m), coefficients (n, k), float32, in decades; see `pattern_space.Basis`."""

    mean: np.ndarray
    components: np.ndarray
    coefficients: np.ndarray


def chosen_entries(parameters: np.ndarray) -> np.ndarray:
    """Sorted rows, at most BASIS_ENTRIES, that a basis is made from.

    Half of them are those of the smallest relative width, whose fringes or peaks are the sharpest.
    """
    order = np.random.default_rng(SEED).permutation(len(parameters))
    by_width = order[np.argsort(parameters[order, 1], kind="stable")]
    narrow, other = np.split(by_width, [BASIS_ENTRIES // 2])
    others = np.random.default_rng(SEED).permutation(other)[: BASIS_ENTRIES - len(narrow)]
    return np.sort(np.concatenate([narrow, others]))


def principal_components(
    rows: np.ndarray, k: int, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean (m,), components (k, m) and projection (k, m) of rows (n, m), by their Gram matrix's eigenvectors.

    `weights` (m,) are the weights of the columns in the error; (row - mean) @ projection.T are coefficients.
    """
    root = np.sqrt(np.ones(rows.shape[1]) if weights is None else weights).astype(np.float32)
    mean = rows.mean(axis=0)
    centred = torch.from_numpy((rows - mean) * root)
    values, vectors = torch.linalg.eigh((centred @ centred.T).double())
    k = min(k, int((values > 1e-9 * values[-1]).sum()))
    values, vectors = values.flip(0)[:k], vectors.flip(1)[:, :k]
    basis = ((vectors / values.sqrt()).float().T @ centred).numpy()
    return mean, (basis / root).astype(np.float32), (basis * root).astype(np.float32)


def form_factor_bases(
    table: FormFactorTable, pairs: np.ndarray, k: int, k_binned: int, binning: int, sizes: dict[str, float]
) -> tuple[LibraryBasis, LibraryBasis, np.ndarray]:
    """Bases of log10 F over pixels and over bins, and the means over bins themselves.

    Parameters
    ----------
    table : of |F|^2 on the square crop. pairs : (n, 2) R in nm, sigma/R.
    k, k_binned : numbers of components. binning : side of a bin in pixels. sizes : see `table.average`.

    Returns
    -------
    Two bases and float32 (n, bins), relative to the maximum of the unbinned form factor.
    """
    some = pairs[chosen_entries(pairs)]
    rows = np.concatenate([log for log, _ in _log_form_factors(table, some, binning, sizes)])
    mean, components, projection = principal_components(rows, k)
    del rows
    coefficients, binned = [], []
    for log, means in _log_form_factors(table, pairs, binning, sizes):
        coefficients.append((log - mean) @ projection.T)
        binned.append(means)
    means = np.concatenate(binned)
    return (
        LibraryBasis(mean, components, np.concatenate(coefficients)),
        binned_basis(means, pairs, k_binned),
        means,
    )


def binned_basis(means: np.ndarray, parameters: np.ndarray, k: int) -> LibraryBasis:
    """Basis of log10 of positive means over bins (n, bins)."""
    log = torch.from_numpy(means).clamp_min(LOWEST).log10_().numpy()
    mean, components, projection = principal_components(log[chosen_entries(parameters)], k)
    return LibraryBasis(mean, components, (log - mean) @ projection.T)


def _log_form_factors(
    table: FormFactorTable, pairs: np.ndarray, binning: int, sizes: dict[str, float]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for _, block in table.iter_averages(pairs, 128, **sizes):
        images = torch.from_numpy(block)
        images = images / images.amax(dim=(1, 2), keepdim=True)
        means = torch.nn.functional.avg_pool2d(images.unsqueeze(1), binning)
        yield images.flatten(1).clamp_min_(LOWEST).log10_().numpy(), means.flatten(1).numpy()


@dataclass(frozen=True)
class Nodes:
    """Nodes at which the curves S(q) are stored, and their interpolation to the pixels.

    Attributes
    ----------
    q : float64 (n,), nodes in 1/nm. left : int32 (h, w), the node below a pixel. weight : float32 (h, w), of
    the node above it (linear interpolation).
    """

    q: np.ndarray
    left: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, q_parallel: np.ndarray, n: int) -> Nodes:
        """n nodes, quadratic in q, up to the largest q of the pixels (h, w), in 1/nm."""
        q_max = float(q_parallel.max())
        position = (n - 1) * np.sqrt(q_parallel / q_max)
        left = np.minimum(position.astype(np.int32), n - 2)
        q = q_max * np.linspace(0.0, 1.0, n) ** 2
        return cls(q, left, (position - left).astype(np.float32))

    def counts(self) -> np.ndarray:
        """Share of the pixels at each node, float64 (n,)."""
        both = np.stack([self.left, self.left + 1]), np.stack([1 - self.weight, self.weight])
        share = np.bincount(both[0].ravel(), weights=both[1].ravel(), minlength=len(self.q))
        return share / share.sum()

    def bin_means(self, curves: np.ndarray, binning: int) -> np.ndarray:
        """Curves (k, n) to means over bins of binning x binning pixels, float32 (k, bins)."""
        height, width = self.left.shape
        rows = (np.arange(height)[:, None] // binning) * (width // binning) + np.arange(width) // binning
        values = np.stack([1 - self.weight, self.weight]).ravel() / binning**2
        columns = np.stack([self.left, self.left + 1]).ravel()
        shape = (height // binning) * (width // binning), len(self.q)
        operator = csr_array((values, (np.tile(rows.ravel(), 2), columns)), shape=shape)
        return np.ascontiguousarray((operator @ curves.T).T, dtype=np.float32)


def pixel_width(q_low: np.ndarray, q_high: np.ndarray) -> float:
    """Width in q of a typical pixel, 1/nm: the median over the pixels of `AngularGrid.q_range`."""
    return float(np.median(q_high - q_low))


def structure_factor_curves(nodes: Nodes, width: float, pairs: np.ndarray) -> np.ndarray:
    """Means of S over `width` in q, 1/nm, about each node, float32 (m, n); `pairs` (m, 2): D in nm, omega/D.

    A basis over q has one width for all pixels. On the 256 x 256 crop, for omega/D of 0.05 and more, that is
    within 0.3 % of the means over each pixel's own width; over the whole detector it would not be accurate.
    """
    low, high = np.maximum(nodes.q - width / 2, 0.0), nodes.q + width / 2
    largest = float(high[-1] * pairs[:, 0].max())
    kept = {w: StructureFactorCurve.of(w, largest) for w in np.unique(pairs[:, 1])}
    return np.stack([kept[w].mean(low, high, D) for D, w in pairs])


def structure_factor_bases(
    nodes: Nodes, width: float, pairs: np.ndarray, k: int, k_binned: int, binning: int
) -> tuple[LibraryBasis, LibraryBasis, np.ndarray]:
    """Bases of log10 S over the nodes and over bins, and the means over bins (m, bins) themselves.

    `width`, `pairs` (m, 2): see `structure_factor_curves`; a node's weight in the error is the share of
    pixels at it. Eq. 2.30.
    """
    curves = structure_factor_curves(nodes, width, pairs)
    means = nodes.bin_means(curves, binning)
    log = np.log10(curves, out=curves)
    weights = nodes.counts() + 1e-9  # where there is no pixel the curve is kept approximately
    mean, components, projection = principal_components(log[chosen_entries(pairs)], k, weights)
    basis = LibraryBasis(mean, components, (log - mean) @ projection.T)
    return basis, binned_basis(means, pairs, k_binned), means


def held_out_pairs(valid: np.ndarray, n: int, seed: int = SEED) -> np.ndarray:
    """`n` different valid pairs of rows, int64 (n, 2), drawn uniformly; `valid` is bool (forms, structures).

    Raises
    ------
    ValueError : fewer than 2 `n` valid pairs, so that fewer than `n` would be left to train.
    """
    codes = np.flatnonzero(valid)
    if 2 * n > len(codes):
        raise ValueError(f"cannot hold out {n} of {len(codes)} valid pairs and leave as many to train")
    drawn = np.random.default_rng(seed).choice(codes, size=n, replace=False)
    return np.column_stack(np.divmod(drawn, valid.shape[1]))


def exact_patterns(
    table: FormFactorTable,
    q_range: tuple[np.ndarray, np.ndarray],
    parameters: np.ndarray,
    sizes: dict[str, float],
) -> np.ndarray:
    """Patterns from the simulator itself, not from a basis: float32 (n, h, w), relative to their maximum.

    Parameters
    ----------
    table : of |F|^2 on the crop. q_range : see `AngularGrid.q_range`, 1/nm.
    parameters : (n, 4), R in nm, sigma/R, D in nm, omega/D. sizes : see `table.average`.
    """
    images = np.empty((len(parameters), *q_range[0].shape), dtype=np.float32)
    for start, forms in table.iter_averages(parameters[:, :2], 64, **sizes):
        for row, form in enumerate(forms, start):
            D_nm, omega_over_D = parameters[row, 2:]
            image = form * structure_factor_mean(*q_range, D_nm, omega_over_D * D_nm)
            images[row] = image / image.max()
    return images


def log_totals(form: np.ndarray, structure: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Natural logarithm of the sum over bins of F S, float32 (n, m); 0 where the pair is not valid.

    `form` (n, bins), `structure` (m, bins): means over bins.
    """
    totals = torch.from_numpy(form) @ torch.from_numpy(structure).T
    return np.where(valid, totals.log_().numpy(), np.float32(0))


def all_of(bases: dict[str, LibraryBasis]) -> Iterable[tuple[str, np.ndarray]]:
    """Dataset names and arrays of named bases."""
    for name, basis in bases.items():
        for part in ("mean", "components", "coefficients"):
            yield f"{name}/{part}", getattr(basis, part)
