"""R, sigma/R, D, omega/D of measured patterns, with intervals: by a network, and by fit steps after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from latentlab.studies.gisaxs.clustering.separation import SeparatedAutoencoder, build
from latentlab.studies.gisaxs.parameter_space.coordinates import from_coordinates, to_coordinates
from latentlab.studies.gisaxs.parameter_space.emulator import PatternEmulator
from latentlab.studies.gisaxs.parameter_space.refinement import refine
from latentlab.studies.gisaxs.regression.calibration import LEVELS, conformal_factors
from latentlab.studies.gisaxs.regression.cases import ExactPatterns, counted
from latentlab.studies.gisaxs.regression.measurements import POOLED_ROWS, summed_rows
from latentlab.training.trained_file import load_weights, read_trained

KIND = "regressor"
METHODS = ("network", "refined")


@dataclass(frozen=True)
class Estimate:
    """Parameters of n patterns by one method.

    Attributes
    ----------
    method : "network" or "refined". parameters : float64 (n, 4), R in nm, sigma/R, D in nm, omega/D.
    deviation : float64 (n, 4), standard deviations of the coordinates (`parameter_space.coordinates`), not
        calibrated. photons : float64 (n,), estimated number in a whole pattern without gaps.
    """

    method: str
    parameters: np.ndarray
    deviation: np.ndarray
    photons: np.ndarray


class Regressor(nn.Module):
    """A trained network with its calibration, for simulated patterns with the gaps of the study's detector.

    It has seen no other masks. With the brightest rows hidden, as by a sample's shadow, the network errs many
    times more than its intervals say; the fit steps then hold only where they start near the truth.

    Parameters
    ----------
    network : with a head for the parameters. low, high : (4,), the ranges of the parameters.
    budgets : photons at which it is calibrated; in between, factors are interpolated in their logarithm.
    """

    def __init__(
        self, network: SeparatedAutoencoder, low: np.ndarray, high: np.ndarray, budgets: list[float]
    ) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("low", torch.from_numpy(np.asarray(low, dtype=np.float64)))
        self.register_buffer("high", torch.from_numpy(np.asarray(high, dtype=np.float64)))
        self.register_buffer("log_budgets", torch.log10(torch.tensor(budgets, dtype=torch.float64)))
        for method in METHODS:
            shape = len(LEVELS), len(budgets), 4
            self.register_buffer(f"{method}_factors", torch.ones(shape, dtype=torch.float64))

    def estimate(self, counts: torch.Tensor, gaps: torch.Tensor) -> Estimate:
        """The network's answer.

        Parameters
        ----------
        counts : float32 (n, side, side), photons per bin. gaps : bool (n, side, side), True if not measured.

        Raises
        ------
        ValueError : shapes that are not the network's, or a pattern without photons outside its gaps.
        """
        side = self.network.side
        if counts.shape != gaps.shape or counts.shape[1:] != (side, side):
            raise ValueError(
                f"counts have shape {tuple(counts.shape)}, gaps {tuple(gaps.shape)}, expected n x {side} x "
                f"{side} for both"
            )
        measured = counts.masked_fill(gaps, 0.0)
        if bool((measured.sum(dim=(1, 2)) <= 0).any()):
            raise ValueError("a pattern has no photons outside its gaps: it says nothing of the parameters")
        share = summed_rows((~gaps).float()) / POOLED_ROWS
        with torch.inference_mode():
            latent = torch.cat(self.network.encode(summed_rows(measured), share), dim=1)
            coordinates, deviation = self.network.parameters_of(latent)
        parameters = from_coordinates(coordinates.double().numpy())
        photons = measured.sum(dim=(1, 2)).double() / share.mean(dim=(1, 2)).double()
        low, high = self.low.numpy(), self.high.numpy()
        return Estimate("network", parameters.clip(low, high), deviation.double().numpy(), photons.numpy())

    def refined(
        self, estimate: Estimate, emulator: PatternEmulator, counts: torch.Tensor, gaps: torch.Tensor
    ) -> Estimate:
        """The network's answer improved by steps of maximum likelihood (`parameter_space.refinement`)."""
        better = refine(emulator, counts, gaps, estimate.parameters)
        return Estimate("refined", better.parameters, better.deviation, estimate.photons)

    def factors(self, estimate: Estimate, level: float) -> np.ndarray:
        """Calibrated factors (n, 4) on the deviations, for intervals at a level of LEVELS."""
        table = getattr(self, f"{estimate.method}_factors")[LEVELS.index(level)].numpy()
        place = np.log10(estimate.photons)
        return np.column_stack([np.interp(place, self.log_budgets.numpy(), column) for column in table.T])

    def interval(self, estimate: Estimate, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper ends, float64 (n, 4), within the ranges of the parameters."""
        reach = self.factors(estimate, level) * estimate.deviation
        centre = to_coordinates(estimate.parameters)
        low, high = self.low.numpy(), self.high.numpy()
        return tuple(from_coordinates(centre + sign * reach).clip(low, high) for sign in (-1, 1))

    def ratios(self, estimate: Estimate, truth: np.ndarray) -> np.ndarray:
        """Error over deviation in the coordinates, float64 (n, 4); `truth` (n, 4) as the parameters."""
        return (to_coordinates(truth) - to_coordinates(estimate.parameters)) / estimate.deviation


def calibrate(regressor: Regressor, emulator: PatternEmulator, patterns: ExactPatterns, seed: int) -> None:
    """Set the regressor's factors from patterns that its training has not seen."""
    for number, log_photons in enumerate(regressor.log_budgets):
        counts, gaps = counted(patterns, 10.0 ** float(log_photons), seed)
        first = regressor.estimate(counts, gaps)
        estimates = first, regressor.refined(first, emulator, counts, gaps)
        for method, estimate in zip(METHODS, estimates, strict=True):
            ratios = regressor.ratios(estimate, patterns.parameters)
            for level, value in enumerate(LEVELS):
                factors = torch.from_numpy(conformal_factors(ratios, value))
                getattr(regressor, f"{method}_factors")[level, number] = factors


def build_regressor(record: Mapping[str, Any], low: np.ndarray, high: np.ndarray) -> Regressor:
    """An untrained regressor of a record, with `budgets` and the sizes of `clustering.separation.build`."""
    return Regressor(build(record), low, high, record["budgets"])


def load_regressor(path: Path | str) -> Regressor:
    """Read a trained and calibrated regressor; raises ArtifactError if it is none."""
    trained = read_trained(path, KIND)
    regressor = build_regressor(trained.record, np.zeros(4), np.ones(4))
    load_weights(regressor, trained.state, path)
    return regressor
