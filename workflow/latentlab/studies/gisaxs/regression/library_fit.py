"""The fit to the library, which takes no mask, on patterns with gaps: they are filled, then fitted again."""

from __future__ import annotations

import numpy as np
import torch

from latentlab.studies.gisaxs.gap_interpolation import GapInterpolation
from latentlab.studies.gisaxs.parameter_space.emulator import PatternEmulator
from latentlab.studies.gisaxs.parameter_space.fit import ParameterFit


def fit_with_gaps(
    fit: ParameterFit, emulator: PatternEmulator, counts: torch.Tensor, gaps: torch.Tensor, rounds: int = 1
) -> np.ndarray:
    """Parameters (n, 4) by maximum likelihood: R in nm, sigma/R, D in nm, omega/D.

    The gaps are first interpolated in log intensity; then, `rounds` times, filled with what the fitted
    pattern expects there and fitted again (expectation maximisation: Dempster, Laird, Rubin 1977).

    Parameters
    ----------
    counts : float32 (n, side, side), photons. gaps : bool (n, side, side); all or none of a pattern's pixels
        being gaps is refused by `GapInterpolation`.
    """
    filled = np.stack(
        [
            GapInterpolation(mask).fill(image[None])[0]
            for image, mask in zip(counts.numpy(), gaps.numpy(), strict=True)
        ]
    )
    fitted = fit.counted(filled)
    for _ in range(rounds):
        fitted = fit.counted(filled_by_model(emulator, fitted, counts, gaps))
    return fitted


def filled_by_model(
    emulator: PatternEmulator, parameters: np.ndarray, counts: torch.Tensor, gaps: torch.Tensor
) -> np.ndarray:
    """Counts with the expectation of the parameters' patterns (n, 4) inside the gaps, float32 (n, h, w)."""
    inside = np.clip(parameters, emulator.low, emulator.high)
    expected = emulator(torch.from_numpy(inside)).softmax(dim=1).view(counts.shape)
    measured = counts.masked_fill(gaps, 0.0).sum(dim=(1, 2))
    exposure = measured / expected.masked_fill(gaps, 0.0).sum(dim=(1, 2))
    return torch.where(gaps, expected * exposure[:, None, None], counts).numpy()
