"""What a codec should reach over the whole parameter space."""

from typing import NamedTuple


class Goal(NamedTuple):
    """Bits per pixel of the whole file; PSNR in dB and MS-SSIM on the log scale of `latentlab.metrics`."""

    bits_per_pixel: float
    psnr_log: float
    ms_ssim_log: float


GOAL = Goal(0.001, 50.0, 0.999)
GOAL_TEST_SET = "space"  # the comparison's test set that the goal is for
