"""What is known about a test pattern without a trained codec: constant images, principal components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from latentlab.log_scale import FLOOR
from latentlab.metrics import image_metrics, log_rmse
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.pca import PcaBasis, PcaCodec, fit_pca
from latentlab.studies.gisaxs.gap_interpolation import GapInterpolation
from latentlab.studies.gisaxs.metric_names import IMAGE_METRICS, INTERPOLATION, PCA_BYTES
from latentlab.studies.gisaxs.patterns import Patterns

FITTED = 1300  # training patterns at most, the first: the large set's are in random order
BITS = 8  # of a component's coefficient: one byte each
RAW_METRICS = frozenset({"mse", "ms_ssim", "psnr_raw"})  # of raw intensity; the others are of its logarithm
BATCH = 32  # patterns measured at a time
Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True)
class TrivialAnswers:
    """What the training patterns say about a pattern that was not seen.

    Attributes
    ----------
    mean : float32 (side, side), mean of the training patterns, raw intensity.
    log_mean : float32 (side, side), raw intensity: 10 to the mean of their log10, each pattern clipped to the
        six decades below its own maximum, as the metrics do.
    basis : principal components of log10 of their intensity, relative to `maximum`.
    maximum : their largest intensity, one for all: a file also says how bright its pattern is.
    """

    mean: np.ndarray
    log_mean: np.ndarray
    basis: PcaBasis
    maximum: float


def target_image(patterns: Patterns, index: int, target: str) -> np.ndarray:
    """Pattern `index` as a codec is to restore it, float32 (side, side), raw intensity.

    `target` is "clean", or "gaps" for intensity 0 in the detector's gaps; ValueError if another.
    """
    if target not in ("clean", "gaps"):
        raise ValueError(f"target is '{target}', expected 'clean' or 'gaps'")
    clean = patterns.clean(index)
    return (clean.masked_fill(patterns.gaps, 0.0) if target == "gaps" else clean).numpy()


def fit_answers(patterns: Patterns, target: str, components: int = max(PCA_BYTES)) -> TrivialAnswers:
    """The trivial answers that training patterns give, from the first `FITTED` of them.

    `components` at most are kept: n patterns span n - 1. ValueError for fewer than 2 patterns.
    """
    count = min(FITTED, len(patterns))
    images = np.stack([target_image(patterns, index, target) for index in range(count)])
    mean, log_mean = (np.zeros(images.shape[1:]) for _ in range(2))
    for image in images:  # one at a time, to need no float64 copy of all
        mean += image
        log_mean += np.log10(np.maximum(image.astype(np.float64), FLOOR * image.max()))
    maximum = float(images.max())
    return TrivialAnswers(
        mean=(mean / count).astype(np.float32),
        log_mean=(10.0 ** (log_mean / count)).astype(np.float32),
        basis=fit_pca(images / np.float32(maximum), components),
        maximum=maximum,
    )


def measure_baselines(
    answers: TrivialAnswers, test: Patterns, target: str, progress: Progress = iter
) -> dict[str, float]:
    """Means over test patterns of `metrics.image_metrics` of each answer, by name, <metric>_<answer>.

    mean_image : one image for all patterns: `mean` for the metrics of raw intensity, `log_mean` for those of
        its logarithm. They are the best constants in MSE of each; for PSNR and MS-SSIM they are close to it.
    zero_image : no intensity; in the logarithm, six decades below the target's maximum.
    pca_<n>_bytes : the target coded with n principal components of log intensity, one byte each, or with all
        that the training patterns span. The target, not the input: runs that fill gaps or remove noise know
        less.
    log_rmse_gaps_interpolation : the clean pattern's own logarithm, interpolated across the gaps.

    Parameters
    ----------
    answers : of the training patterns, with the same `target`.
    test : the patterns of the runs' evaluations.
    target : "clean", or "gaps": where these are is known, so that every answer is 0 there, and there is
        nothing to interpolate.
    """
    gaps, hidden = test.gaps.numpy(), target == "gaps"
    interpolation = GapInterpolation(gaps) if gaps.any() and not hidden else None
    parts: dict[str, list[torch.Tensor]] = {}
    for truths in progress(_batches(test, target)):
        target_images = torch.from_numpy(truths)[:, None]
        for answer, images, names in _restored(answers, truths):
            restored = torch.from_numpy(np.where(gaps, np.float32(0), images) if hidden else images)[:, None]
            metrics = image_metrics(restored, target_images, test.gaps if gaps.any() else None)
            for name in names & set(metrics):
                parts.setdefault(f"{name}_{answer}", []).append(metrics[name])
        if interpolation is not None:
            filled = torch.from_numpy(interpolation.fill(truths))[:, None]
            parts.setdefault(INTERPOLATION, []).append(log_rmse(filled, target_images, test.gaps))
    return {name: float(torch.cat(values).double().mean()) for name, values in sorted(parts.items())}


def _batches(patterns: Patterns, target: str) -> Iterator[np.ndarray]:
    """Float32 (n, side, side), n up to `BATCH`."""
    for start in range(0, len(patterns), BATCH):
        stop = min(start + BATCH, len(patterns))
        yield np.stack([target_image(patterns, index, target) for index in range(start, stop)])


def _restored(
    answers: TrivialAnswers, truths: np.ndarray
) -> Iterator[tuple[str, np.ndarray, frozenset[str]]]:
    """Each answer's name, its float32 images (n, side, side), and the metrics that these are meant for."""
    yield "mean_image", np.tile(answers.mean, (len(truths), 1, 1)), RAW_METRICS
    yield "mean_image", np.tile(answers.log_mean, (len(truths), 1, 1)), IMAGE_METRICS - RAW_METRICS
    yield "zero_image", np.zeros_like(truths), IMAGE_METRICS
    relative = np.minimum(truths / np.float32(answers.maximum), np.float32(1))
    for size in PCA_BYTES:
        codec = PcaCodec(answers.basis, min(size, len(answers.basis.components)), BITS)
        decoded = [codec.decode(codec.encode(image), codec.basis.side) for image in relative]
        yield f"pca_{size}_bytes", np.stack(decoded) * np.float32(answers.maximum), IMAGE_METRICS
