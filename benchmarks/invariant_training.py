"""Speed of the invariant autoencoders: CPU-seconds an epoch by decoder, rotation and image size.

An epoch is 1000 random images of one channel in batches of 64, latent 2, two hidden layers of 128; those with
one angle have an offset too. The first epoch is not counted. One thread, unless --threads says otherwise.
The line "import" is the processor time of a process that imports `InvariantVAE`, torch included.

    python benchmarks/invariant_training.py --sizes 28
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np
import torch

from latentlab.invariant import InvariantVAE, Settings, Training

IMAGES = 1000
MODELS = {
    "VAE, dense": {"decoder": "dense"},
    "VAE, convolutional": {"decoder": "convolutional", "encoder": "convolutional"},
    "rVAE, canonical": {"rotation": "amortised", "translation_prior": 0.1},
    "rVAE, canonical, frame of moments": {
        "rotation": "amortised",
        "translation_prior": 0.1,
        "frame": "moments",
    },
    "rVAE, 6 orientations, frame of moments": {
        "rotation": "enumerated",
        "orientations": 6,
        "frame": "moments",
    },
    "rVAE, 16 orientations": {"rotation": "enumerated", "orientations": 16},
    "jrVAE, 10 classes, canonical": {"rotation": "amortised", "classes": 10, "discrete": "enumerated"},
    "rVAE, coordinate": {"rotation": "amortised", "translation_prior": 0.1, "decoder": "coordinate"},
    "skip-rVAE, coordinate-skip": {
        "rotation": "amortised",
        "translation_prior": 0.1,
        "decoder": "coordinate-skip",
    },
}


def epoch_seconds(settings: Settings, epochs: int) -> float:
    """Processor time of one epoch, s, mean over `epochs` after one that is not counted."""
    images = np.random.default_rng(0).random((IMAGES, *settings.shape), dtype=np.float32)
    vae = InvariantVAE(settings)
    vae.fit(images, training=Training(epochs=1), progress=False)
    start = time.process_time()
    vae.fit(images, training=Training(epochs=epochs), progress=False)
    return (time.process_time() - start) / epochs


def import_seconds() -> float:
    """Processor time, s, of a process that imports the family."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "from latentlab.invariant import InvariantVAE"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--sizes", nargs="+", type=int, default=[28, 64], help="sides of the images, px")
    parser.add_argument("--epochs", type=int, default=1, help="epochs measured, after one more")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"{'import':40} {import_seconds():8.2f} CPU-s")
    for size in options.sizes:
        for name in options.models:
            settings = Settings(shape=(1, size, size), **MODELS[name])
            print(
                f"{name:40} {size:3d} px {epoch_seconds(settings, options.epochs):8.3f} CPU-s an epoch",
                flush=True,
            )


if __name__ == "__main__":
    main()
