"""Speed of the codecs: training steps per second, and encoding and decoding in MB/s.

A training step is forward and backward with CompressAI's rate-distortion loss in MSE, batch 16, float32.
MB refer to the image as float32 (a 256 px image has 0.262 MB). Encoding is given with and without the
verification that decodes its latents again. Weights are untrained; the first step is not counted. Widths
"full" are those of the thesis and of scale paper, "quarter" those of scale quick.

    python benchmarks/codecs.py --threads 2
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch

from latentlab.bitstream import decode, encode
from latentlab.codecs.compressai_import import CompressionModel, RateDistortionLoss
from latentlab.codecs.models import build_codec

WIDTHS = {
    "factorized": {"full": (43, 64), "quarter": (11, 16)},
    "scale-hyperprior": {"full": (64, 107), "quarter": (16, 27)},
    "mean-scale-hyperprior": {"full": (64, 107), "quarter": (16, 27)},
    "joint-autoregressive": {"full": (64, 107), "quarter": (16, 27)},
    "anchor": {"full": (64,), "quarter": (16,)},
    "attention": {"full": (64,), "quarter": (16,)},
}
BATCH = 16
CODED_SIDE = 256  # px
MODEL_ID = b"benchmrk"


def seconds(action: Callable[[], object], repeats: int) -> float:
    """Mean wall time of `repeats` calls, in seconds, after one that is not counted."""
    action()
    start = time.perf_counter()
    for _ in range(repeats):
        action()
    return (time.perf_counter() - start) / repeats


def training_step(codec: CompressionModel, side: int) -> Callable[[], None]:
    """One forward and backward pass over a batch of random images of `side` px."""
    criterion = RateDistortionLoss(lmbda=0.01, metric="mse")
    images = torch.rand(BATCH, 1, side, side)

    def step() -> None:
        codec.zero_grad()
        criterion(codec(images), images)["loss"].backward()

    return step


def coding(codec: CompressionModel, repeats: int) -> dict[str, float]:
    """Seconds to encode, to encode without verification, and to decode one image of 256 px."""
    codec.eval()
    codec.update(force=True, update_quantiles=True)
    x = torch.rand(1, 1, CODED_SIDE, CODED_SIDE)
    data = encode(codec, x, model_id=MODEL_ID, transform="raw")
    return {
        "encode": seconds(lambda: encode(codec, x, model_id=MODEL_ID, transform="raw"), repeats),
        "encode, unverified": seconds(
            lambda: encode(codec, x, model_id=MODEL_ID, transform="raw", verify=False), repeats
        ),
        "decode": seconds(lambda: decode(codec, data, model_id=MODEL_ID), repeats),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=WIDTHS, default=list(WIDTHS))
    parser.add_argument("--widths", nargs="+", choices=("full", "quarter"), default=["full", "quarter"])
    parser.add_argument(
        "--sizes", nargs="*", type=int, default=[64, 256], help="sides of training images, px"
    )
    parser.add_argument("--steps", type=int, default=1, help="training steps measured, after one more")
    parser.add_argument("--repeats", type=int, default=2, help="encodings and decodings measured")
    parser.add_argument("--threads", type=int, default=1, help="torch threads in training; coding uses one")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    for model in args.models:
        for width in args.widths:
            torch.manual_seed(0)
            channels = WIDTHS[model][width]
            codec = build_codec(model, channels)
            name = f"{model} {'/'.join(map(str, channels))}"
            for side in args.sizes:
                took = seconds(training_step(codec, side), args.steps)
                print(
                    f"{name:28s} train {side:3d} px       {1 / took:8.3f} steps/s  {took:8.4f} s", flush=True
                )
            for action, took in coding(codec, args.repeats).items():
                rate = 4e-6 * CODED_SIDE**2 / took
                print(f"{name:28s} {action:18s} {rate:8.3f} MB/s     {took:8.4f} s", flush=True)


if __name__ == "__main__":
    main()
