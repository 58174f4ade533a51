"""What the comparison measures of a codec: a row at each setting, and the rows that are no codec's."""

from __future__ import annotations

from dataclasses import dataclass

INPUT = "input"  # the codec's name in the row of the patterns as they go in, of 32 bits a pixel
SIMULATED = "simulated counts"  # the subject of lossless rows
ENTROPY = "entropy"  # and of the entropy of the known Poisson process


@dataclass(frozen=True)
class LossyRow:
    """One codec at one setting: means over the patterns.

    Attributes
    ----------
    codec, level : names of the codec and of its setting.
    photons : expected in a pattern; NaN where the patterns are clean.
    patterns : how many were coded; fitted : how many of them the fit was made to.
    file_bytes : of a file. bits_per_pixel : of the file.
    psnr_log : dB; ms_ssim_log : on log10 of intensity over the true pattern's maximum, six decades to [0, 1].
    error_R_nm, error_D_nm : nm; error_sigma_over_R, error_omega_over_D : mean absolute difference of the
        parameters fitted to the decoded pattern from the true ones; NaN where no fit was made, or where a
        decoded pattern is without intensity.
    encode_MB_s, decode_MB_s : megabytes of the float32 image a second, one after the other, the change of
        scale in; NaN for files that were coded elsewhere. Measured: not the same from run to run.
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
        MB of int32. frames : how many were coded. file_bytes : mean. bits_per_pixel : all pixels counted.
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
