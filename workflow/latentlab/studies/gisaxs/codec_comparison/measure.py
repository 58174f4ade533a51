"""The comparison: every codec at every setting over the same patterns: bytes, distortion, fit, speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch

from latentlab.metrics import image_metrics
from latentlab.scattering.counting import poisson_counts
from latentlab.studies.gisaxs.codec_comparison.poisson_entropy import poisson_entropy_bits
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import Codec, CodecLevels, LosslessCodec
from latentlab.studies.gisaxs.codec_comparison.rows import (
    ENTROPY,
    INPUT,
    SIMULATED,
    LosslessRow,
    LossyRow,
)
from latentlab.studies.gisaxs.parameter_space.fit_errors import Fit, mean_fit_errors

Progress = Callable[[Iterable[Any]], Iterable[Any]]

COUNTS_SEED = 20
BATCH = 64  # patterns measured at a time
RAW_BYTES = 4  # per pixel: float32 or int32


@dataclass(frozen=True)
class PatternSet:
    """The patterns of a test set: what is encoded, what should be decoded, and how it is judged.

    Attributes
    ----------
    images : float32 (n, side, side), what is encoded, each relative to its own maximum.
    truths : float32 (n, side, side), the clean patterns, relative to their maximum.
    parameters : float64 (n, 4), true R in nm, sigma/R, D in nm, omega/D.
    fit : of the four parameters; None for no fit. fitted : number of patterns to fit, the first ones.
    photons : expected in a pattern, NaN if clean. A counted pattern's maximum says little about its
        exposure: decoded patterns are then scaled to the truth's total intensity before they are compared.
    """

    images: np.ndarray
    truths: np.ndarray
    parameters: np.ndarray
    fit: Fit | None = None
    fitted: int = 0
    photons: float = float("nan")

    def __post_init__(self) -> None:
        if self.images.ndim != 3 or not len(self.images) or self.images.shape[1] != self.images.shape[2]:
            raise ValueError(f"images have shape {self.images.shape}, expected (n, side, side) with n > 0")
        if self.truths.shape != self.images.shape:
            raise ValueError(f"truths have shape {self.truths.shape}, the images {self.images.shape}")
        if self.parameters.shape != (len(self.images), 4):
            raise ValueError(f"parameters have shape {self.parameters.shape}, expected (n, 4)")
        if not 0 <= self.fitted <= len(self.images):
            raise ValueError(f"fitted is {self.fitted}, expected 0 to the {len(self.images)} patterns")


def compare_codecs(codecs: CodecLevels, test_set: PatternSet, progress: Progress = iter) -> list[LossyRow]:
    """Encode and decode every pattern with every codec at every setting, and measure.

    Parameters
    ----------
    codecs : by name and setting. progress : wraps the list of settings, for a progress bar.

    Returns
    -------
    One row per setting, in the order given.
    """
    return [_row(name, level, codec, test_set) for name, level, codec in progress(_entries(codecs))]


def input_row(test_set: PatternSet) -> LossyRow:
    """The patterns before coding: the metrics that noise and the fit alone give."""
    size = RAW_BYTES * test_set.images[0].size
    return measured_row(INPUT, "float32", test_set, test_set.images, [size] * len(test_set.images))


def measured_row(
    codec: str,
    level: str,
    test_set: PatternSet,
    decoded: np.ndarray,
    file_bytes: Iterable[int],
    encode_MB_s: float = float("nan"),
    decode_MB_s: float = float("nan"),
) -> LossyRow:
    """The row of patterns that were decoded already.

    Parameters
    ----------
    decoded : float32 (n, side, side), relative to the maximum of the encoded patterns.
    file_bytes : bytes of each of the n files. The speeds in MB of float32 per second; NaN if unknown.
    """
    sizes = np.array(list(file_bytes), dtype=np.float64)
    if decoded.shape != test_set.truths.shape or len(sizes) != len(decoded):
        raise ValueError(
            f"decoded has shape {decoded.shape} and comes from {len(sizes)} files, "
            f"expected {test_set.truths.shape}"
        )
    if np.isfinite(test_set.photons):
        decoded = _at_total_of(decoded, test_set.truths)
    psnr, similarity = _distortion(decoded, test_set.truths)
    errors = _fit_errors(decoded, test_set)
    return LossyRow(
        codec=codec,
        level=level,
        photons=test_set.photons,
        patterns=len(decoded),
        fitted=test_set.fitted if test_set.fit is not None else 0,
        file_bytes=float(sizes.mean()),
        bits_per_pixel=float(8 * sizes.mean() / decoded[0].size),
        psnr_log=psnr,
        ms_ssim_log=similarity,
        error_R_nm=errors[0],
        error_sigma_over_R=errors[1],
        error_D_nm=errors[2],
        error_omega_over_D=errors[3],
        encode_MB_s=encode_MB_s,
        decode_MB_s=decode_MB_s,
    )


def run_lossless(
    codecs: Mapping[str, Mapping[str, LosslessCodec]],
    frames: np.ndarray,
    subject: str,
    photons: float = float("nan"),
    progress: Progress = iter,
) -> list[LosslessRow]:
    """Encode and decode every frame, int32 (n, h, w), with every lossless codec at every setting.

    Raises
    ------
    ValueError : a decoded frame differs from the encoded one.
    """
    rows, shape = [], frames[0].shape
    for name, level, codec in progress(_entries(codecs)):
        coded = _timed(codec.encode, lambda data, codec=codec: codec.decode(data, shape), frames)
        if not all(np.array_equal(a, b) for a, b in zip(coded.decoded, frames, strict=True)):
            raise ValueError(f"{name}, {level}: a decoded frame of {subject} is not the one that went in")
        rows.append(_lossless_row(subject, name, level, photons, frames, sum(coded.sizes), *coded.speeds))
    return rows


def counts_of(truths: np.ndarray, photons: float) -> np.ndarray:
    """Poisson counts of patterns (n, side, side), int32, `photons` expected in each and used as seed."""
    rng = np.random.default_rng([COUNTS_SEED, round(photons)])
    return np.stack([poisson_counts(truth, photons, rng) for truth in truths]).astype(np.int32)


def entropy_row(frames: np.ndarray, bits: float, subject: str, photons: float) -> LosslessRow:
    """The limit: `bits` in total for frames (n, h, w), the entropy of the process that made them."""
    nan = float("nan")
    return _lossless_row(subject, ENTROPY, "known process", photons, frames, bits / 8, nan, nan)


def run_lossless_counts(
    codecs: Mapping[str, Mapping[str, LosslessCodec]],
    truths: np.ndarray,
    photons: float,
    progress: Progress = iter,
) -> list[LosslessRow]:
    """Lossless codecs over Poisson counts of clean patterns (n, side, side); the first row is their entropy.

    `photons` are expected in each pattern.
    """
    frames = counts_of(truths, photons)
    expected = photons * truths / truths.sum(axis=(1, 2), keepdims=True, dtype=np.float64)
    limit = entropy_row(frames, poisson_entropy_bits(expected), SIMULATED, photons)
    return [limit, *run_lossless(codecs, frames, SIMULATED, photons, progress)]


def _lossless_row(
    subject: str,
    codec: str,
    level: str,
    photons: float,
    frames: np.ndarray,
    total_bytes: float,
    encode_MB_s: float,
    decode_MB_s: float,
) -> LosslessRow:
    return LosslessRow(
        subject=subject,
        codec=codec,
        level=level,
        photons=photons,
        frames=len(frames),
        file_bytes=total_bytes / len(frames),
        bits_per_pixel=8 * total_bytes / frames.size,
        encode_MB_s=encode_MB_s,
        decode_MB_s=decode_MB_s,
    )


def _row(name: str, level: str, codec: Codec, test_set: PatternSet) -> LossyRow:
    side = test_set.images.shape[1]
    coded = _timed(codec.encode, lambda data: codec.decode(data, side), test_set.images)
    return measured_row(name, level, test_set, np.stack(coded.decoded), coded.sizes, *coded.speeds)


class _Coded(NamedTuple):
    decoded: list[np.ndarray]
    sizes: list[int]  # bytes of each file
    speeds: tuple[float, float]  # of encoding and decoding, MB/s


def _timed(
    encode: Callable[[np.ndarray], bytes], decode: Callable[[bytes], np.ndarray], images: np.ndarray
) -> _Coded:
    """Code images (n, h, w) one after the other; a first call, not timed, does the preparations."""
    decode(encode(images[0]))
    start = time.perf_counter()
    files = [encode(image) for image in images]
    encoded = time.perf_counter()
    decoded = [decode(data) for data in files]
    end = time.perf_counter()
    megabytes = RAW_BYTES * images.size / 1e6
    return _Coded(
        decoded, [len(data) for data in files], (megabytes / (encoded - start), megabytes / (end - encoded))
    )


def _entries(codecs: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    """Name, setting and codec of each."""
    return [(name, level, codec) for name, levels in codecs.items() for level, codec in levels.items()]


def _distortion(decoded: np.ndarray, truths: np.ndarray) -> tuple[float, float]:
    psnr, similarity = [], []
    for start in range(0, len(decoded), BATCH):
        pair = [torch.from_numpy(images[start : start + BATCH])[:, None] for images in (decoded, truths)]
        metrics = image_metrics(*pair)
        psnr.append(metrics["psnr_log"].double())
        similarity.append(metrics["ms_ssim_log"].double())
    return float(torch.cat(psnr).mean()), float(torch.cat(similarity).mean())


def _fit_errors(decoded: np.ndarray, test_set: PatternSet) -> list[float]:
    if test_set.fit is None or not test_set.fitted:
        return [float("nan")] * 4
    return mean_fit_errors(
        test_set.fit, decoded[: test_set.fitted], test_set.parameters[: test_set.fitted]
    ).tolist()


def _at_total_of(images: np.ndarray, truths: np.ndarray) -> np.ndarray:
    """Images scaled to the total intensity of the truths, float32 (n, side, side); empty ones stay."""
    wanted, found = (stack.sum(axis=(1, 2), keepdims=True, dtype=np.float64) for stack in (truths, images))
    return (images * np.where(found > 0, wanted / np.where(found > 0, found, 1), 1)).astype(np.float32)
