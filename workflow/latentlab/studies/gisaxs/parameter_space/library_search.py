"""Find the library pair nearest to a pattern: all pairs at once, then the neighbours of the best.

With l = log, the misfit ||l I - l F_i - l S_j - c||^2 (c: free exposure) expands into inner products of
the pattern with the F_i, of the pattern with the S_j, and of F_i with S_j; so all 3.4 million valid pairs
are compared without computing their patterns. The likelihood of photon counts expands in the same way. The
patterns of the best few are then computed, reduced like the pattern itself (six decades, binned), and the
best one is improved by Gauss-Newton steps.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Protocol

import numpy as np
import torch

from latentlab.log_scale import FLOOR
from latentlab.studies.gisaxs.parameter_space.pattern_space import Basis, PatternSpace, bin_mean

CANDIDATES = 4  # pairs of different R whose patterns are computed and compared
STEPS = 8  # Gauss-Newton steps, at most
REACH = 2.0  # grid steps, the largest Gauss-Newton step
LN10 = float(np.log(10.0))


class Objective(Protocol):
    """A misfit, smallest at the right pair. Models are log10 intensity over bins, float32 (k, bins)."""

    def misfit(self, models: torch.Tensor) -> torch.Tensor:
        """Misfit (k,) of models."""
        ...

    def residual(self, model: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Residual for the linearised model to fit, in decades, and its weights, float64 (bins,) each."""
        ...


class LogSquares:
    """Least squares in log10 intensity with free exposure; for clean and for decoded patterns."""

    def __init__(self, target: torch.Tensor) -> None:
        self.target = target

    def misfit(self, models: torch.Tensor) -> torch.Tensor:
        return (models - self.target).var(dim=1, correction=0)

    def residual(self, model: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return (self.target - model).double(), torch.ones(len(model), dtype=torch.float64)


class PhotonLikelihood:
    """Multinomial likelihood of counts over bins, in any unit: Poisson's, given the number of photons."""

    def __init__(self, shares: torch.Tensor) -> None:
        self.shares = shares.double()

    def misfit(self, models: torch.Tensor) -> torch.Tensor:
        logarithm = models.double() * LN10
        return logarithm.logsumexp(dim=1) - logarithm @ self.shares

    def residual(self, model: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        expected = (model.double() * LN10).softmax(dim=0)
        return (self.shares / expected - 1) / LN10, expected


class LibrarySearch:
    """Finds library pairs of patterns, float (n, side, side) of any exposure.

    Parameters
    ----------
    space : whose libraries are searched. Patterns have its side (256 px), or are its means over bins (64 px).
    """

    def __init__(self, space: PatternSpace) -> None:
        self.space = space
        self.grid = PairGrid(space)
        self._blocks = _blocks(space.form_parameters[:, 0], space.valid)
        # The free exposure projects out every image's mean.
        self._form, self._structure = _centred(space.form_binned), _centred(space.structure_binned)
        gram = self._form.coefficients @ (self._form.components @ self._structure.components.T)
        half_misfit = gram @ self._structure.coefficients.T
        half_misfit += _products(self._form, self._structure.mean[None]).T
        half_misfit += self._structure.coefficients @ (self._structure.components @ self._form.mean)
        half_misfit += _norms(self._form)[:, None] / 2 + _norms(self._structure) / 2
        self._half_misfit = half_misfit.where(torch.from_numpy(space.valid), torch.inf)

    def checked(self, patterns: np.ndarray | torch.Tensor) -> torch.Tensor:
        """Patterns (n, side, side) as a float32 tensor.

        Raises
        ------
        ValueError : a side that is neither the space's nor its bins', a pattern empty or not finite.
        """
        if isinstance(patterns, np.ndarray):
            patterns = np.ascontiguousarray(patterns, dtype=np.float32)
        patterns = torch.as_tensor(patterns, dtype=torch.float32)
        sides = self.space.side, self.space.fit_side
        if patterns.ndim != 3 or patterns.shape[1] != patterns.shape[2] or patterns.shape[1] not in sides:
            raise ValueError(
                f"patterns have shape {tuple(patterns.shape)}, expected (n, side, side) with a side of "
                f"{sides[0]} or {sides[1]} px"
            )
        usable = (patterns.amax(dim=(1, 2)) > 0) & torch.isfinite(patterns).flatten(1).all(dim=1)
        if not usable.all():
            raise ValueError(f"pattern {int((~usable).nonzero()[0])} has no intensity, or values not finite")
        return patterns

    def by_squares(self, pattern: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Nearest pair of rows, int64 (2,), and the offset from it in grid steps, float64 (4,).

        For one pattern (side, side) by least squares in log10. Values below a millionth of its maximum, also
        0 and negative ones, are set to it; the library's patterns get the same floor.
        """
        target = log_binned(pattern[None], self.space.fit_side)[0]
        centred = (target - target.mean())[None]
        form, structure = _products(self._form, centred)[0], _products(self._structure, centred)[0]
        candidates = self._best(form, structure, self._half_misfit)
        return self._descend(LogSquares(target), candidates, pattern.shape[-1])

    def by_photons(self, counts: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
        """As `by_squares`, for Poisson counts (side, side) in any unit, by maximum likelihood.

        Pixels without a photon are used too, and no pixel has more weight than its photons.
        """
        shares = bin_mean(counts[None].clamp_min(0), self.space.fit_side).flatten(1)
        shares = shares / shares.sum()
        form = LN10 * _products(self.space.form_binned, shares)[0]
        structure = LN10 * _products(self.space.structure_binned, shares)[0]
        candidates = self._best(form, structure, self.space.log_totals)
        return self._descend(PhotonLikelihood(shares[0]), candidates, counts.shape[-1])

    def _best(self, form: torch.Tensor, structure: torch.Tensor, cross: torch.Tensor) -> np.ndarray:
        """The pair of least cross_ij - form_i - structure_j for each of the CANDIDATES best radii, (k, 2)."""
        values, pairs = [], []
        for rows, columns in self._blocks:
            misfit = cross[rows, columns] - form[rows, None]
            misfit -= structure[columns]
            value, place = misfit.flatten().min(0)
            row, column = divmod(int(place), misfit.shape[1])
            values.append(float(value))
            pairs.append((rows.start + row, columns.start + column))
        return np.array(pairs, dtype=np.int64)[np.argsort(values)[:CANDIDATES]]

    def _descend(
        self, objective: Objective, candidates: np.ndarray, side: int
    ) -> tuple[np.ndarray, np.ndarray]:
        pair = candidates[int(objective.misfit(self.models(candidates, side)).argmin())]
        best, tried = (np.inf, pair, np.zeros(4)), set()
        for _ in range(STEPS):
            tried.add(tuple(pair))
            pairs, width = self.grid.neighbours(pair)
            models = self.models(pairs, side)
            misfits = objective.misfit(models)
            offset = _gauss_newton(models, width, *objective.residual(models[0]))
            if misfits[0] < best[0]:
                best = float(misfits[0]), pair, offset
            pair = self.grid.moved(pair, offset)
            if tuple(pair) in tried:  # the step gives no new pair: take a better neighbour, if any
                pair = pairs[int(misfits.argmin())]
            if tuple(pair) in tried:
                break
        return best[1], best[2].clip(-1, 1)

    def models(self, pairs: np.ndarray, side: int) -> torch.Tensor:
        """log10 of library patterns (k, bins), reduced like a pattern of that side."""
        forms, of_form = np.unique(pairs[:, 0], return_inverse=True)
        structures, of_structure = np.unique(pairs[:, 1], return_inverse=True)
        log_form = self.space.log_form(self.space.form.coefficients[forms])
        log_structure = self.space.log_structure(self.space.structure.coefficients[structures])
        images = self.space.product(log_form[of_form], log_structure[of_structure], side)
        return log_binned(images, self.space.fit_side)


@lru_cache(maxsize=1)
def search_of(space: PatternSpace) -> LibrarySearch:
    """The search of a space, made once for all callers: its tables take 50 MB and a third of a second."""
    return LibrarySearch(space)


class PairGrid:
    """Pairs of rows as positions on the grid of the four parameters, in grid steps."""

    def __init__(self, space: PatternSpace) -> None:
        self._grids = _Grid(space.form_parameters), _Grid(space.structure_parameters)

    def neighbours(self, pair: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pair (2,) and its neighbours one step below and above in each parameter, int64 (9, 2).

        Also the steps between the two neighbours in each parameter, (4,): 2, or 1 at an end of the grid.
        """
        pairs, width = [pair], []
        for parameter in range(4):
            library, axis = divmod(parameter, 2)
            ends = [self._grids[library].step(pair[library], axis, step) for step in (-1, 1)]
            for row, _ in ends:
                neighbour = pair.copy()
                neighbour[library] = row
                pairs.append(neighbour)
            width.append(ends[1][1] - ends[0][1])
        return np.array(pairs), np.array(width)

    def moved(self, pair: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """The pair nearest to an offset (4,) in grid steps."""
        steps = np.rint(offset).astype(np.int64).reshape(2, 2)
        return np.array(
            [grid.moved(row, step) for grid, row, step in zip(self._grids, pair, steps, strict=True)]
        )

    def parameters(self, pair: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """R in nm, sigma/R, D in nm, omega/D (4,) at an offset (4,) in grid steps from a pair."""
        halves = offset.reshape(2, 2)
        values = [grid.value(row, half) for grid, row, half in zip(self._grids, pair, halves, strict=True)]
        return np.concatenate(values)


class _Grid:
    """A library's parameters (n, 2) as a full grid of two axes; its rows in any order."""

    def __init__(self, parameters: np.ndarray) -> None:
        rounded = parameters.round(6)
        self._axes = [np.unique(rounded[:, axis]) for axis in (0, 1)]
        self._place = np.column_stack(
            [np.searchsorted(self._axes[axis], rounded[:, axis]) for axis in (0, 1)]
        )
        self._row = np.full([len(axis) for axis in self._axes], -1)
        self._row[self._place[:, 0], self._place[:, 1]] = np.arange(len(parameters))
        if (self._row < 0).any():
            raise ValueError("the library's parameters are not a full grid of two axes")

    def step(self, row: int, axis: int, step: int) -> tuple[int, int]:
        moved = self.moved(row, np.eye(2, dtype=np.int64)[axis] * step)
        return moved, int(self._place[moved, axis] - self._place[row, axis])

    def moved(self, row: int, steps: np.ndarray) -> int:
        place = np.clip(self._place[row] + steps, 0, np.array(self._row.shape) - 1)
        return int(self._row[tuple(place)])

    def value(self, row: int, offset: np.ndarray) -> list[float]:
        position = self._place[row] + offset
        return [
            np.interp(x, np.arange(len(axis)), axis) for x, axis in zip(position, self._axes, strict=True)
        ]


def log_binned(patterns: torch.Tensor, side: int) -> torch.Tensor:
    """log10 (n, side * side) of patterns (n, h, h), floored at a millionth of their maximum, then binned."""
    floored = patterns.maximum(FLOOR * patterns.amax(dim=(1, 2), keepdim=True))
    binned = bin_mean(floored, side).flatten(1)
    return (binned / binned.amax(dim=1, keepdim=True)).log10()


def _gauss_newton(
    models: torch.Tensor, width: np.ndarray, residual: torch.Tensor, weights: torch.Tensor
) -> np.ndarray:
    """Step (4,) in grid steps from models[0]; `models` (9, bins) in the order of `PairGrid.neighbours`."""
    spread = (models[2::2] - models[1::2]).double().numpy()
    slope = spread / np.maximum(width, 1)[:, None]
    share = (weights / weights.sum()).numpy()
    slope = slope - (slope @ share)[:, None]  # the exposure is free
    right = residual.numpy() - residual.numpy() @ share
    root = np.sqrt(share)
    step = np.linalg.lstsq((slope * root).T, right * root, rcond=1e-6)[0]
    return step.clip(-REACH, REACH)


def _blocks(radii: np.ndarray, valid: np.ndarray) -> list[tuple[slice, slice]]:
    """For each R its rows, and the range of columns that holds all its valid structure factors."""
    blocks = []
    edges = np.flatnonzero(np.diff(radii, prepend=np.nan, append=np.nan))
    for first, last in itertools.pairwise(edges):
        columns = np.flatnonzero(valid[first])
        if len(columns):
            blocks.append((slice(first, last), slice(columns[0], columns[-1] + 1)))
    return blocks


def _products(basis: Basis, images: torch.Tensor) -> torch.Tensor:
    """Inner products (n, entries) of images (n, bins) with a library's."""
    return (images @ basis.components.T) @ basis.coefficients.T + (images @ basis.mean)[:, None]


def _centred(basis: Basis) -> Basis:
    mean, components = (x - x.mean(dim=-1, keepdim=True) for x in (basis.mean, basis.components))
    return Basis(mean, components, basis.coefficients)


def _norms(basis: Basis) -> torch.Tensor:
    """Squared norms (entries,) of a library's images."""
    gram = basis.components @ basis.components.T
    quadratic = ((basis.coefficients @ gram) * basis.coefficients).sum(dim=1)
    return quadratic + 2 * basis.coefficients @ (basis.components @ basis.mean) + basis.mean @ basis.mean
