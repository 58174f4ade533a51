"""Where a restored frame can be used: counts kept in total, in each part of the image, and pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCKS = 8  # per side
TOTAL = (0.9, 1.1)  # restored counts over measured ones
FACTOR = 2.0  # between the counts of a block
DEVIATIONS = 3.0  # of counting, that a block's difference must exceed


@dataclass(frozen=True)
class FrameVerdict:
    """What was measured on a restored frame, outside all masks.

    The restoration fails for the frame as a whole where its total differs by more than 10 % from the
    measured one: frames are normalised by their total, whose counting noise is far below that (0.1 % at a
    million photons). It also fails where it is no better than the trivial answer, one value for all pixels,
    in the rms error of log10 counts. And it fails in a block, an eighth of the image in each direction, whose
    counts differ by more than a factor of 2 and by more than three standard deviations of counting: a
    difference that a logarithmic colour scale shows and that cannot be chance. Gaps are not judged: what
    belongs there is not known.

    Attributes
    ----------
    measured, restored : counts.
    log_rmse : rms error, decades, with counts of at least 1. log_rmse_one_value : that of the trivial answer.
    failing : bool (n, n), True in the blocks that fail. failing_blocks, blocks : of those with counts, how
        many fail, how many there are.
    """

    measured: float
    restored: float
    log_rmse: float
    log_rmse_one_value: float
    failing: np.ndarray
    failing_blocks: int
    blocks: int

    @property
    def share(self) -> float:
        """Restored counts over measured ones."""
        return self.restored / self.measured

    @property
    def keeps_total(self) -> bool:
        """Whether the total agrees within 10 %."""
        return TOTAL[0] <= self.share <= TOTAL[1]

    @property
    def fails(self) -> bool:
        """Whether the restoration fails for the frame as a whole."""
        return not self.keeps_total or self.log_rmse >= self.log_rmse_one_value

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        reasons = []
        if not self.keeps_total:
            reasons.append(
                f"{100 * self.share:.0f} % of the counts are restored, expected {100 * TOTAL[0]:.0f} to "
                f"{100 * TOTAL[1]:.0f} %"
            )
        if self.log_rmse >= self.log_rmse_one_value:
            reasons.append("it is no better than one value for all pixels")
        if self.failing_blocks:
            reasons.append(
                f"in {self.failing_blocks} of {self.blocks} blocks the counts differ by more than a factor "
                f"of {FACTOR:g}"
            )
        if not reasons:
            return "restored: the counts agree within 10 % in total, and within a factor of 2 in each block"
        where = "restoration fails" if self.fails else "restoration fails in places"
        return f"{where}: {'; '.join(reasons)}"

    @property
    def summary(self) -> dict[str, float]:
        """The numbers by name."""
        return {
            "counts_measured": self.measured,
            "counts_restored": self.restored,
            "counts_share": self.share,
            "log_rmse": self.log_rmse,
            "log_rmse_one_value": self.log_rmse_one_value,
            "failing_blocks": self.failing_blocks,
            "blocks": self.blocks,
        }


def judge(measured: np.ndarray, restored: np.ndarray, mask: np.ndarray) -> FrameVerdict:
    """Compare a restored frame with what was measured.

    Parameters
    ----------
    measured, restored : (n, n), counts per grid pixel. mask : bool (n, n), True where nothing was counted or
        the codec was given nothing; at least one pixel with counts is not masked.
    """
    counted = ~mask
    side = len(mask)
    places = np.arange(side) * BLOCKS // side
    numbers = places[:, None] * BLOCKS + places[None, :]

    def sums(image: np.ndarray) -> np.ndarray:
        return np.bincount(numbers[counted], image[counted].astype(np.float64), BLOCKS**2)

    there, kept = sums(measured), sums(restored)
    larger, smaller = np.maximum(there, kept), np.minimum(there, kept)
    fails = (larger > FACTOR * smaller) & (larger - smaller > DEVIATIONS * np.sqrt(larger))
    log_measured, log_restored = (
        np.log10(np.maximum(image[counted].astype(np.float64), 1)) for image in (measured, restored)
    )
    return FrameVerdict(
        measured=float(there.sum()),
        restored=float(kept.sum()),
        log_rmse=float(np.sqrt(np.square(log_measured - log_restored).mean())),
        log_rmse_one_value=float(log_measured.std()),
        failing=fails[numbers],
        failing_blocks=int(fails.sum()),
        blocks=len(np.unique(numbers[counted])),
    )
