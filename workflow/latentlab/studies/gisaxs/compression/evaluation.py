"""What a trained codec does to a set of patterns, measured on real bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch

from latentlab.bitstream import decode, encode, estimated_bits, stream_sizes
from latentlab.codecs.rate_distortion import distortion_weight
from latentlab.metrics import image_metrics, ms_ssim, ms_ssim_scales, mse
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.compression.codec_file import TrainedCodec
from latentlab.studies.gisaxs.compression.convergence import epochs_to_converge
from latentlab.studies.gisaxs.patterns import Patterns


@dataclass(frozen=True)
class Evaluation:
    """Measured, target and decoded patterns, with their metrics.

    Attributes
    ----------
    measured, target, restored : float32 (n, 1, side, side), raw intensity.
    bitstreams : the n files with their headers.
    stream_bytes : int64 (n, streams), bytes of the latent streams y (and z) alone.
    metrics : by name, one value per pattern.
    """

    measured: torch.Tensor
    target: torch.Tensor
    restored: torch.Tensor
    bitstreams: list[bytes]
    stream_bytes: torch.Tensor
    metrics: dict[str, torch.Tensor]


def evaluate_codec(
    codec: TrainedCodec, patterns: Patterns, progress: Callable[[Iterable[Any]], Iterable[Any]] = iter
) -> Evaluation:
    """Encode every pattern to bytes, decode it from them, and measure.

    The input has the record's gaps and noise, from a fixed seed; the target is the record's. In addition
    to `image_metrics` there are, for each pattern:
    bpp_file : bits per pixel from the bytes of the file with its header.
    bytes_streams, bpp_streams : of its latent streams alone, as the thesis counts.
    bpp : the rate that the model estimates (eq. 3.9) for the latents that are coded.
    distortion, loss : of table 2.3, on the decoded pattern in the model's own intensity scale.
    """
    measured, target = evaluation_batch(patterns, codec.record)
    scaled = codec.transform.forward(measured)
    bitstreams, decoded, estimated = [], [], []
    for image in progress(scaled.split(1)):
        data = encode(
            codec.model, image, model_id=codec.model_id, transform=codec.transform.kind, verify=False
        )
        bitstreams.append(data)
        decoded.append(decode(codec.model, data, model_id=codec.model_id))
        estimated.append(estimated_bits(codec.model, image) / image.numel())
    scaled_restored = torch.cat(decoded)
    restored = codec.transform.inverse(scaled_restored)
    pixels = target[0].numel()
    metrics = image_metrics(restored, target, patterns.gaps if patterns.gaps.any() else None)
    metrics["bpp_file"] = torch.tensor([8 * len(data) / pixels for data in bitstreams])
    metrics["bpp"] = torch.stack(estimated)
    scaled_target = codec.transform.forward(target)
    if codec.record["loss"] == "mse":
        metrics["distortion"] = mse(scaled_restored, scaled_target)
    else:
        metrics["distortion"] = 1 - ms_ssim(scaled_restored, scaled_target, data_range=1.0)
    weight = distortion_weight(codec.record["loss"], codec.record["lambda"])
    metrics["loss"] = weight * metrics["distortion"] + metrics["bpp"]
    sizes = torch.tensor([stream_sizes(data) for data in bitstreams])
    metrics["bytes_streams"] = sizes.sum(dim=1)
    metrics["bpp_streams"] = 8 * metrics["bytes_streams"] / pixels
    return Evaluation(measured, target, restored, bitstreams, sizes, metrics)


def summary(codec: TrainedCodec, evaluation: Evaluation) -> dict[str, float]:
    """Means of the metrics over the patterns, and the values of the run as a whole."""
    means = {name: float(values.double().mean()) for name, values in evaluation.metrics.items()}
    return {
        **means,
        "aux_loss": codec.aux_loss,
        "epochs_to_converge": epochs_to_converge(codec.history),
        "epochs": len(codec.history),
        "ms_ssim_scales": ms_ssim_scales(codec.record["side"]),
        "parameters": sum(parameter.numel() for parameter in codec.model.parameters()),
    }
