"""Two-point statistics: images per second of autocorrelations, and training batches per second.

Ours in float32 compared with the textbook's complex transforms (SciPy, one image at a time) and, if it is
installed, PyMKS; then losses on batches of 32, forward and backward, on autocorrelations and on the features
with the same distances (`statistics_features`).

    python benchmarks/spatial_statistics.py
    python benchmarks/spatial_statistics.py --images 100 --threads 1 2 4
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable

import numpy as np
import scipy.fft
import torch

from latentlab.spatial_statistics import autocorrelation, statistics_features

TRAINING_BATCH = 32


def shortest(action: Callable[[], object], repeats: int) -> float:
    """The shortest wall time of `repeats` calls in seconds, after one that does not count."""
    action()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def with_scipy(images: np.ndarray) -> np.ndarray:
    """Periodic autocorrelations of (n, h, w), centred, each by two complex transforms."""
    result = np.empty(images.shape, dtype=images.dtype)
    for image, f in zip(images, result, strict=True):
        spectrum = scipy.fft.fft2(image)
        f[...] = scipy.fft.fftshift(scipy.fft.ifft2(np.abs(spectrum) ** 2 / image.size).real)
    return result


def with_latentlab(images: np.ndarray, batch: int, centred: bool) -> np.ndarray:
    """The same, `batch` images at a time."""
    result = np.empty(images.shape, dtype=images.dtype)
    for part, f in zip(*(torch.from_numpy(array).split(batch) for array in (images, result)), strict=True):
        f[...] = autocorrelation(part, centred=centred)
    return result


def with_pymks(images: np.ndarray) -> np.ndarray:
    """The same by PyMKS, whose lags of even sides differ from ours at the edge."""
    from pymks import two_point_stats

    return np.asarray(two_point_stats(images, images, periodic_boundary=True))


def print_images(images: np.ndarray, threads: list[int], batch: int, repeats: int) -> None:
    """One line per method; stops if ours differ from the textbook's autocorrelations."""
    count = len(images)
    expected = with_scipy(images[:50].astype(np.float64))
    if np.abs(with_latentlab(images[:50], batch, True) - expected).max() > 1e-6:
        raise SystemExit("autocorrelations in float32 differ by more than 1e-6 from SciPy's in float64")
    print(f"\nautocorrelations of {count} images of {images.shape[1]} x {images.shape[2]} px, float32")

    def line(name: str, action: Callable[[], object]) -> None:
        seconds = shortest(action, repeats)
        print(f"{name:52s} {seconds:8.3f} s {count / seconds:10.0f} images/s", flush=True)

    for number in threads:
        torch.set_num_threads(number)
        label = f"latentlab, {number} thread{'s' * (number > 1)}, batches of {batch}"
        line(label, lambda: with_latentlab(images, batch, True))
        line(f"{label}, not centred", lambda: with_latentlab(images, batch, False))
    line("SciPy, complex, an image at a time", lambda: with_scipy(images))
    if importlib.util.find_spec("pymks") is None:
        print("PyMKS: not installed")
    else:
        line("PyMKS", lambda: with_pymks(images))


def print_training(side: int, threads: list[int], repeats: int) -> None:
    """One line per loss: sum of squared differences to a target's statistics, forward and backward."""
    generator = torch.Generator().manual_seed(0)
    target = (torch.rand(TRAINING_BATCH, side, side, generator=generator) < 0.1).float()
    image = torch.rand(target.shape, generator=generator).requires_grad_(True)
    print(f"\nlosses of batches of {TRAINING_BATCH} images of {side} x {side} px, forward and backward")
    statistics = {
        "autocorrelation": autocorrelation,
        "autocorrelation, not centred": lambda m: autocorrelation(m, centred=False),
        "features": statistics_features,
    }
    for number in threads:
        torch.set_num_threads(number)
        for name, function in statistics.items():

            def step(function: Callable[[torch.Tensor], torch.Tensor] = function) -> None:
                loss = (function(image) - function(target)).square().sum()
                torch.autograd.grad(loss, image)

            seconds = shortest(step, 10 * repeats)
            label = f"{name}, {number} thread{'s' * (number > 1)}"
            print(f"{label:52s} {1e3 * seconds:8.2f} ms {1 / seconds:9.0f} batches/s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--side", type=int, default=224, help="of the images, px")
    parser.add_argument("--batch", type=int, default=4, help="images transformed at once")
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--training", nargs="*", type=int, default=[64, 224], help="sides of batches, px")
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the fastest counts")
    args = parser.parse_args()
    images = np.random.default_rng(0).random((args.images, args.side, args.side)) < 0.1
    print_images(images.astype(np.float32), args.threads, args.batch, args.repeats)
    for side in args.training:
        print_training(side, args.threads, args.repeats)


if __name__ == "__main__":
    main()
