"""Maximum likelihood of photon counts at continuous parameters, from a start that is near: Fisher scoring.

The counts of a pattern are multinomial, given their number: the exposure is free. Gaps are left out. The
inverse of Fisher's information gives the standard deviations (Cramer and Rao's bound).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from latentlab.studies.gisaxs.parameter_space.coordinates import from_coordinates, to_coordinates
from latentlab.studies.gisaxs.parameter_space.emulator import PatternEmulator

STEPS = 4
BLOCK = 64  # patterns at a time; 1 MB each
SCALE = torch.tensor([0.1, 0.03, 0.1, 0.03], dtype=torch.float64)  # of the coordinates, see `coordinates`
DIFFERENCE = torch.tensor([0.01, 0.004, 0.005, 0.004], dtype=torch.float64)  # of numerical derivatives
REACH = 3.0  # of SCALE, the longest step
WEAK = 1e-2  # least information, of SCALE: a coordinate without any keeps its start


@dataclass(frozen=True)
class Refined:
    """parameters (n, 4): R in nm, sigma/R, D in nm, omega/D; deviation (n, 4) of the coordinates; float64."""

    parameters: np.ndarray
    deviation: np.ndarray


def refine(
    emulator: PatternEmulator, counts: torch.Tensor, gaps: torch.Tensor, start: np.ndarray, steps: int = STEPS
) -> Refined:
    """Improve parameters of measured patterns.

    Parameters
    ----------
    emulator : of the expected patterns. counts : float32 (n, side, side), photons.
    gaps : bool (n, side, side), True where not measured. start : float64 (n, 4), R in nm, sigma/R, D in nm,
        omega/D. steps : of Levenberg and Marquardt, each an evaluation of five patterns.

    Raises
    ------
    ValueError : a pattern without photons, or another side than the emulator's.
    """
    if counts.shape != gaps.shape or counts.shape[1:] != (emulator.side, emulator.side):
        raise ValueError(
            f"counts have shape {tuple(counts.shape)}, gaps {tuple(gaps.shape)}, expected n x "
            f"{emulator.side} x {emulator.side} for both"
        )
    measured = counts.masked_fill(gaps, 0.0).flatten(1)
    if bool((measured.sum(dim=1) <= 0).any()):
        raise ValueError("a pattern has no photons outside its gaps: nothing can be fitted to it")
    parts = [
        _refined(emulator, measured[rows], gaps[rows].flatten(1), torch.from_numpy(start[rows]), steps)
        for rows in (slice(first, first + BLOCK) for first in range(0, len(counts), BLOCK))
    ]
    found, deviation = (torch.cat(part).numpy() for part in zip(*parts, strict=True))
    return Refined(from_coordinates(found), deviation)


def _refined(
    emulator: PatternEmulator, counts: torch.Tensor, gaps: torch.Tensor, start: torch.Tensor, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    limits = _Limits(emulator)
    place = best = limits.clip(torch.from_numpy(to_coordinates(start.numpy())))
    likelihood = torch.full((len(counts),), -torch.inf, dtype=torch.float64)
    damping = torch.full((len(counts),), 1e-3, dtype=torch.float64)
    gradient = torch.zeros(len(counts), 4, dtype=torch.float64)
    information = torch.zeros(len(counts), 4, 4, dtype=torch.float64)
    for step in range(steps + 1):
        model = _Model(emulator, place, counts, gaps)
        better = model.likelihood > likelihood
        likelihood = torch.where(better, model.likelihood, likelihood)
        best = torch.where(better[:, None], place, best)
        if step:
            damping = torch.where(better, damping * 0.1, damping * 10)
        new_gradient, new_information = model.derivatives(limits)
        gradient = torch.where(better[:, None], new_gradient, gradient)
        information = torch.where(better[:, None, None], new_information, information)
        damped = information * (1 + torch.eye(4, dtype=torch.float64) * damping[:, None, None])
        move = torch.linalg.solve(damped + WEAK * torch.eye(4, dtype=torch.float64), gradient)
        place = limits.clip(best + move.clamp(-REACH, REACH) * SCALE)
    covariance = torch.linalg.inv(information + WEAK * torch.eye(4, dtype=torch.float64))
    return best, covariance.diagonal(dim1=1, dim2=2).sqrt() * SCALE


class _Limits:
    """Keeps coordinates within the emulator's ranges, and R between D/4 and D/2."""

    def __init__(self, emulator: PatternEmulator) -> None:
        ends = np.stack([emulator.low, emulator.high])
        self.low, self.high = (torch.from_numpy(end) for end in to_coordinates(ends))

    def clip(self, place: torch.Tensor) -> torch.Tensor:
        place = place.clamp(self.low, self.high)
        radius = place[:, 0].clamp(place[:, 2] - np.log(4), place[:, 2] - np.log(2))
        return torch.cat([radius.clamp(self.low[0], self.high[0])[:, None], place[:, 1:]], dim=1)


class _Model:
    """The expected patterns at coordinates (n, 4), and the likelihood of counts (n, bins)."""

    def __init__(
        self, emulator: PatternEmulator, place: torch.Tensor, counts: torch.Tensor, gaps: torch.Tensor
    ) -> None:
        self._emulator, self._place, self._counts = emulator, place, counts
        parameters = torch.from_numpy(from_coordinates(place.numpy()))
        self._form = emulator.log_form(parameters[:, :2])
        self._structure, moment = emulator.structure(parameters[:, 2:])
        logarithm = emulator.combined(self._form, self._structure, moment).masked_fill(gaps, -torch.inf)
        self._log_shares = logarithm.log_softmax(dim=1)
        kept = self._log_shares.masked_fill(gaps, 0.0)
        self.likelihood = (counts.double() * kept).sum(dim=1)

    def derivatives(self, limits: _Limits) -> tuple[torch.Tensor, torch.Tensor]:
        """Gradient (n, 4) of the likelihood and Fisher's information (n, 4, 4), in units of SCALE."""
        slopes = torch.stack([self._slope(axis, limits) for axis in range(4)], dim=2)
        shares = self._log_shares.exp()
        centred = slopes - torch.einsum("np,npk->nk", shares, slopes)[:, None]
        total = self._counts.sum(dim=1, keepdim=True)
        gradient = torch.einsum("npk,np->nk", centred, self._counts - total * shares)
        information = torch.einsum("npk,npl->nkl", centred * shares[..., None], centred) * total[..., None]
        return gradient.double(), information.double()

    def _slope(self, axis: int, limits: _Limits) -> torch.Tensor:
        """Derivative of the log intensity, float32 (n, bins), towards the inside of the range."""
        step = torch.where(self._place[:, axis] + DIFFERENCE[axis] > limits.high[axis], -1.0, 1.0)
        step = step.double() * DIFFERENCE[axis]
        moved = self._place.clone()
        moved[:, axis] += step
        parameters = torch.from_numpy(from_coordinates(moved.numpy()))
        if axis < 2:
            change = self._emulator.log_form(parameters[:, :2]) - self._form
        else:
            change = self._emulator.structure(parameters[:, 2:])[0] - self._structure
        return change * (SCALE[axis] / step).float()[:, None]
