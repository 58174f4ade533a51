"""Rows of the comparison: one for each codec and setting, and those of the input and of the entropy."""

from __future__ import annotations

from dataclasses import dataclass

INPUT = "input"  # the codec's name in the row of the patterns before coding, of 32 bits per pixel
SIMULATED = "simulated counts"  # the subject of lossless rows
ENTROPY = "entropy"  # and of the entropy of the known Poisson process


@dataclass(frozen=True)
class LossyRow:
    """One codec at one setting: means over the patterns.

    Attributes
    ----------
    codec, level : names of the codec and of its setting.
    photons : expected per pattern; NaN where the patterns are clean.
    patterns : number coded; fitted : number of these that were fitted.
    file_bytes, bits_per_pixel : of a whole file.
    psnr_log : dB; ms_ssim_log : on log10 of intensity over the true pattern's maximum, six decades to [0, 1].
    error_R_nm, error_D_nm : nm; error_sigma_over_R, error_omega_over_D : mean absolute difference of the
        parameters fitted to the decoded pattern from the true ones; NaN where no fit was made, or where a
        decoded pattern has no intensity.
    encode_MB_s, decode_MB_s : megabytes of the float32 image per second, one image after the other, with
        the change of scale; NaN for files that were coded elsewhere. They differ from run to run.
    """

    codec: str
    level: str
    photons: float
    patterns: int
    fitted: int
    file_bytes: float
    bits_per_pixel: float
    psnr_log: float
    ms_ssim_log: float
    error_R_nm: float
    error_sigma_over_R: float
    error_D_nm: float
    error_omega_over_D: float
    encode_MB_s: float
    decode_MB_s: float


@dataclass(frozen=True)
class LosslessRow:
    """One lossless codec at one setting, over the frames of one subject; sums over the frames.

    Attributes
    ----------
    subject : what the frames are. codec, level, photons, encode_MB_s, decode_MB_s : as in `LossyRow`,
        MB of int32. frames : number coded. file_bytes : mean. bits_per_pixel : over all pixels.
    """

    subject: str
    codec: str
    level: str
    photons: float
    frames: int
    file_bytes: float
    bits_per_pixel: float
    encode_MB_s: float
    decode_MB_s: float
