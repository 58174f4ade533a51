"""Training speed: our step and that of CompressAI's recipe, with the same model and batch, one process.

A step is forward, rate-distortion loss in MS-SSIM, backward, clipping, both Adams. CompressAI's uses its
`RateDistortionLoss` (pytorch-msssim) on contiguous tensors; ours uses MS-SSIM by matrix products and the
memory format of `latentlab.training`. The first step is not counted.

    python benchmarks/training.py --threads 2
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch

from latentlab.codecs.compressai_import import CompressionModel, RateDistortionLoss
from latentlab.codecs.models import build_codec
from latentlab.codecs.rate_distortion import rate_distortion
from latentlab.studies.gisaxs.compression.training_plan import CLIP_NORM, optimizers

MODELS = {
    "factorized": (43, 64),
    "scale-hyperprior": (64, 107),
    "mean-scale-hyperprior": (64, 107),
    "joint-autoregressive": (64, 64),
    "anchor": (64,),
    "attention": (64,),
}
LAMBDA = 2.4
Loss = Callable[[dict, torch.Tensor], torch.Tensor]


def ours(output: dict, target: torch.Tensor) -> torch.Tensor:
    return rate_distortion(output, target, metric="ms-ssim", weight=LAMBDA)["loss"]


def compressai() -> Loss:
    criterion = RateDistortionLoss(lmbda=LAMBDA, metric="ms-ssim")
    return lambda output, target: criterion(output, target)["loss"]


def steps_per_second(
    codec: CompressionModel, images: torch.Tensor, loss: Loss, steps: int, bf16: bool
) -> float:
    """Steps a second of one training, after a step that is not counted."""
    net, aux = optimizers(codec, 1e-4).values()

    def step() -> None:
        net.zero_grad()
        aux.zero_grad()
        with torch.autocast(images.device.type, torch.bfloat16, enabled=bf16):
            output = codec(images)
        output = {
            "x_hat": output["x_hat"].float(),
            "likelihoods": {name: values.float() for name, values in output["likelihoods"].items()},
        }
        loss(output, images).backward()
        torch.nn.utils.clip_grad_norm_(codec.parameters(), CLIP_NORM)
        net.step()
        codec.aux_loss().backward()
        aux.step()
        if images.is_cuda:
            torch.cuda.synchronize()

    step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return steps / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--side", type=int, default=256, help="px; CompressAI's MS-SSIM needs 161")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bf16", action="store_true", help="ours in bf16 too (on a GPU)")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    images = torch.rand(args.batch, 1, args.side, args.side).to(args.device)
    for name in args.models:
        rates = []
        for loss, channels_last in ((compressai(), False), (ours, True)):
            torch.manual_seed(0)
            codec = build_codec(name, MODELS[name]).to(args.device)
            if channels_last:
                codec.to(memory_format=torch.channels_last)
            bf16 = args.bf16 and channels_last
            rates.append(steps_per_second(codec, images, loss, args.steps, bf16))
        print(
            f"{name:22s} CompressAI {rates[0]:7.3f}  ours {rates[1]:7.3f} steps/s  "
            f"{rates[1] / rates[0]:5.2f} times",
            flush=True,
        )


if __name__ == "__main__":
    main()
