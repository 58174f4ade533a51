"""Do tiles of micrographs hold both phases, and structures that are small beside the tile?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Why these: measured on Gaussian random fields (sides of 32 to 112 px), more than half of the tiles are
# counted once their volume fractions scatter by more than a quarter of a single pixel's standard deviation:
# once a tile holds fewer than 4 x 4 independent regions. The covariance is taken about each tile's own mean,
# so it becomes negative at some lag even where the structure is much larger than the tile: at a quarter of
# the side in two tiles out of five, at a fifth in one out of five. Of the study's own sets at most one tile
# in ten is counted.
DECAYED = 0.1  # of the autocovariance at lag 0
WITHIN = 5  # the lag is side / WITHIN
MOST_UNDECAYED = 0.5  # share of the tiles above which a warning is given
BLOCK = 256  # tiles transformed at a time
TINY = 1e-9  # of a variance: below, a tile is all one phase


@dataclass(frozen=True)
class TileReport:
    """Counts of tiles.

    Attributes
    ----------
    tiles : all. one_phase : tiles without any pixel of one of the phases.
    undecayed : tiles of both phases whose autocovariance does not decay within the tile (`report_tiles`).
    """

    tiles: int
    one_phase: int
    undecayed: int

    @property
    def one_phase_share(self) -> float:
        """Share of all tiles, 0 to 1."""
        return self.one_phase / self.tiles

    @property
    def undecayed_share(self) -> float:
        """Share of the tiles with both phases, 0 to 1; NaN if there are none."""
        both = self.tiles - self.one_phase
        return self.undecayed / both if both else float("nan")

    def facts(self) -> str:
        """Both shares in one sentence."""
        both = self.tiles - self.one_phase
        return (
            f"{self.one_phase} of {self.tiles} tiles are all one phase; in {self.undecayed} of the other "
            f"{both} the autocovariance stays above {100 * DECAYED:g} % of its value at lag 0 within a fifth "
            "of the side."
        )

    def warnings(self) -> list[str]:
        """What is wrong with the tiles, with advice; empty if nothing is."""
        found = []
        if self.one_phase:
            found.append(
                f"{percent(self.one_phase_share)} of the tiles are all one phase, without structure to "
                "learn: use a larger binning, or check the threshold."
            )
        if self.undecayed_share > MOST_UNDECAYED:
            found.append(
                f"In {percent(self.undecayed_share)} of the tiles with both phases the correlation does not "
                "decay within the tile, which is too small for the structure: use a larger binning."
            )
        return found


def report_tiles(images: np.ndarray) -> TileReport:
    """Count tiles that are all one phase, and tiles whose correlation does not decay.

    The periodic autocovariance of a tile's phase, about the tile's mean, averaged over directions: it has
    decayed if it falls to a tenth of its value at lag 0 or below within a fifth of the side.

    Parameters
    ----------
    images : (n, side, side) of 0 and 1.

    Source: Torquato, Random Heterogeneous Materials (2002): autocovariance S_2(r) - phi^2, which is
    phi (1 - phi) at lag 0, and 0 where two points are independent.
    """
    one_phase = undecayed = 0
    for first in range(0, len(images), BLOCK):
        covariances = _radial_autocovariance(images[first : first + BLOCK])
        both = covariances[:, 0] > TINY
        one_phase += int((~both).sum())
        undecayed += int((covariances[both].min(axis=1) > DECAYED * covariances[both, 0]).sum())
    return TileReport(len(images), one_phase, undecayed)


def _radial_autocovariance(images: np.ndarray) -> np.ndarray:
    """Float64 (n, side // WITHIN + 1): at lags of 0, 1, ... px, mean over all directions."""
    side = images.shape[-1]
    deviations = images - images.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
    power = np.square(np.abs(np.fft.rfft2(deviations)))
    covariances = np.fft.irfft2(power, s=(side, side)) / side**2
    lags = np.minimum(np.arange(side), side - np.arange(side))  # periodic
    rings = np.rint(np.hypot(lags[:, None], lags))
    return np.stack(
        [covariances[:, rings == ring].mean(axis=1) for ring in range(side // WITHIN + 1)], axis=1
    )


def percent(share: float) -> str:
    """A share in per cent: 0.3 %, 12 %, 100 %."""
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{100 * share:.1g} %"
