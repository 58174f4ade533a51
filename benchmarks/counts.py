"""Lossless codecs of counts: bits per pixel, and encoding and decoding in MB/s of the frame as int32.

Ours compared with image codecs and general coders, one thread each, on frames from files (any that latentlab
reads) and on simulated patterns with Poisson counts, where the entropy of the Poisson process with known
expectation is the lower limit on average.

    python benchmarks/counts.py frame_00005.cbf frame_00033.cbf
    python benchmarks/counts.py --side 512 --photons 1e4 1e5 1e6 1e7
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.special import gammaln

from latentlab import counts
from latentlab.frames import read_frame
from latentlab.scattering import AngularGrid, gisaxs_pattern, poisson_counts
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.lossless import LOSSLESS

PATTERN = {"R_nm": 4.0, "sigma_over_R": 0.3, "D_nm": 10.0, "omega_over_D": 0.2}
Result = TypeVar("Result")


def timed(action: Callable[[], Result], repeats: int) -> tuple[Result, float]:
    """Result of `action`, and the shortest wall time of `repeats` calls in seconds."""
    shortest = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        result = action()
        shortest = min(shortest, time.perf_counter() - start)
    return result, shortest


def poisson_entropy(expected: np.ndarray) -> float:
    """Entropy in bits per pixel of independent Poisson counts with these expectations, to 1e-4 bits."""
    expected = expected[expected > 0]
    bright = expected[expected >= 60]
    # Stirling's series of the entropy (Evans, Boersma, Blachman, Jagers, SIAM Review 30 (1988) 314)
    bits = 0.5 * np.log2(2 * np.pi * np.e * bright).sum() - (1 / (12 * bright)).sum() / np.log(2)
    numbers = np.arange(160)
    for part in np.array_split(expected[expected < 60], 1 + expected.size // 20_000):
        log_law = numbers * np.log(part)[:, None] - part[:, None] - gammaln(numbers + 1)
        bits -= (np.exp(log_law) * log_law).sum() / np.log(2)
    return float(bits)


def print_table(name: str, frame: np.ndarray, repeats: int, without: list[str]) -> None:
    """One line per codec for one int32 frame; stops if a codec does not restore the frame."""
    print(f"\n{name}: {frame.shape[0]} x {frame.shape[1]} px")
    codecs = {"latentlab counts": (counts.encode, counts.decode)}
    for codec, settings in LOSSLESS.items():
        for setting, other in settings.items():
            if codec in without or f"{codec}, {setting}" in without:
                continue
            decode = lambda data, other=other: other.decode(data, frame.shape)  # noqa: E731
            codecs[f"{codec}, {setting}"] = (other.encode, decode)
    for codec, (encode, decode) in codecs.items():
        data, encoding = timed(lambda encode=encode: encode(frame), repeats)
        decoded, decoding = timed(lambda decode=decode, data=data: decode(data), repeats)
        if not np.array_equal(decoded, frame):
            raise SystemExit(f"{codec}: does not restore the frame {name}")
        rates = (1e-6 * frame.nbytes / seconds for seconds in (encoding, decoding))
        print(
            f"{codec:36s} {8 * len(data) / frame.size:8.4f} bits/px  encode {next(rates):8.1f} MB/s"
            f"  decode {next(rates):8.1f} MB/s",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("frames", nargs="*", help="files of detector frames")
    parser.add_argument("--side", type=int, default=256, help="of the simulated pattern, px")
    parser.add_argument("--photons", nargs="*", type=float, default=[1e4, 1e5, 1e6, 1e7])
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the fastest counts")
    parser.add_argument("--without", nargs="*", default=[], help="codecs left out, as 'JPEG XL, effort 9'")
    args = parser.parse_args()
    for path in args.frames:
        print_table(path, read_frame(path).counts.astype(np.int32), args.repeats, args.without)
    if not args.photons:
        return
    side = args.side
    grid = AngularGrid.isgisaxs(max(side, 499), max(side, 500)).crop(side, side)
    pattern = gisaxs_pattern(**PATTERN, grid=grid, n_sizes=30)
    for photons in args.photons:
        frame = poisson_counts(pattern, photons, np.random.default_rng(0)).astype(np.int32)
        entropy = poisson_entropy(pattern * (photons / pattern.sum())) / frame.size
        print_table(f"simulated, {photons:g} photons", frame, args.repeats, args.without)
        print(f"{'entropy of the Poisson process':36s} {entropy:8.4f} bits/px")


if __name__ == "__main__":
    main()
