"""pyroVED, AtomAI and our family on the same cards: same images, latents, batch and epochs, one thread.

Each model has a rotation latent and two continuous latents, the joint ones (jrVAE) as many classes as there
are suits. It is judged on cards that it was not trained on, by the scores of the study "microscopy", an
angle within each suit and modulo its symmetry. Time is processor time of the training. Below the models
stand answers that need no training. pyroVED and AtomAI are optional: see benchmarks/peers/models.py.

    OMP_NUM_THREADS=1 python benchmarks/invariant_peers.py --epochs 20 --keep peers

What was trained is kept in the folder `--keep`: a second call with the same images, epochs and batch trains
only what is missing, and shows the times as they were measured. Delete the folder after a change of code.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from peers.models import HOW_TO_INSTALL, AtomAI, PyroVED, available
from peers.scores import SUITS, Encoded, Truth, scores, tables, trivial

from latentlab.invariant.latents import Latents
from latentlab.invariant.settings import Settings, Training
from latentlab.invariant.vae import InvariantVAE
from latentlab.studies.microscopy.cards.drawing import SUITS as GLYPHS
from latentlab.studies.microscopy.cards.drawing import drawn_cards, symmetry_orders

# half ranges of rotation and shear, deg: the lecture's Cards 1 to 4
RANGES = {"cards-1": (12, 1), "cards-2": (12, 20), "cards-3": (120, 1), "cards-4": (120, 20)}
# as the font has them, the suits differ in area, so the sum of the pixels alone tells them apart
EQUAL = "-equal-ink"
SETS = [*RANGES, *(name + EQUAL for name in RANGES)]
INK = 0.2  # share of the pixels that a glyph covers: mean over the suits, or of each suit
CLASSES = len(SUITS)
JOINT = {"classes": CLASSES, "discrete": "enumerated"}
# what each of ours has beside the default settings and training
OURS = {
    "ours, canonical": ({"rotation": "amortised", "angle_prior": 1.0}, {}),
    "ours, coordinate": ({"rotation": "amortised", "angle_prior": 1.0, "decoder": "coordinate"}, {}),
    "ours, moments' frame": ({"rotation": "amortised", "frame": "moments"}, {}),
    "ours, enumerated": ({"rotation": "enumerated"}, {}),
    "ours, joint, enumerated": ({"rotation": "enumerated", **JOINT}, {}),
    "ours, joint, matched": (
        {"rotation": "matched", "orientations": 64, "hidden": (64, 64), **JOINT},
        {"learning_rate": 3e-3},
    ),
}
PEERS: dict[str, Callable[[int, int], PyroVED | AtomAI]] = {
    "pyroVED, rVAE": lambda side, seed: PyroVED(side, 0, seed),
    "pyroVED, jrVAE": lambda side, seed: PyroVED(side, CLASSES, seed),
    "AtomAI, rVAE": lambda side, seed: AtomAI(side, 0, seed),
    "AtomAI, rVAE, rate 1e-3": lambda side, seed: AtomAI(side, 0, seed, 1e-3),
    "AtomAI, jrVAE": lambda side, seed: AtomAI(side, CLASSES, seed),
    "AtomAI, jrVAE, rate 1e-3": lambda side, seed: AtomAI(side, CLASSES, seed, 1e-3),
}


class Ours:
    """A member of our family with the methods of the peers' wrappers."""

    def __init__(self, name: str, side: int, seed: int) -> None:
        settings, self.training = OURS[name]
        self.vae = InvariantVAE(Settings(shape=(1, side, side), latent=2, **settings), seed=seed)

    def fit(self, images: np.ndarray, epochs: int, batch: int) -> None:
        training = replace(Training(**self.training), epochs=epochs, batch=batch)
        self.vae.fit(images[:, None], training=training, progress=False)

    def encode(self, images: np.ndarray) -> Latents:
        return self.vae.encode(images[:, None])

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        return self.vae.reconstruct(images[:, None])[:, 0]


@dataclass(frozen=True)
class Trained:
    """What is kept of one training: epochs, processor seconds of all of them, and both splits as encoded."""

    epochs: int
    seconds: float
    train: Encoded
    test: Encoded


def encoded(model: Ours | PyroVED | AtomAI, images: np.ndarray) -> Encoded:
    latents = model.encode(images)
    classes = None if latents.classes is None else latents.classes.argmax(1)
    error = float(((model.reconstruct(images) - images) ** 2).mean())
    return Encoded(latents.continuous, latents.angle, classes, error)


def trained(
    name: str, data: dict[str, np.ndarray], epochs: int, batch: int, seed: int, keep: Path | None
) -> Trained:
    """Trains one model, or reads what `keep` has of the same training on the same images."""
    path = None
    if keep is not None:
        digest = hashlib.sha256(data["train"].tobytes() + data["test"].tobytes()).hexdigest()[:12]
        words = "-".join(name.replace(",", "").split())
        path = keep / f"{words}-epochs-{epochs}-batch-{batch}-seed-{seed}-{digest}.npz"
        if path.exists():
            return read(path)
    side = data["train"].shape[-1]

    def built() -> Ours | PyroVED | AtomAI:
        return PEERS[name](side, seed) if name in PEERS else Ours(name, side, seed)

    built().fit(data["train"][:batch], 1, batch)  # the first step of a process imports: not counted
    model = built()
    start = time.process_time()
    model.fit(data["train"], epochs, batch)
    seconds = time.process_time() - start
    result = Trained(epochs, seconds, *(encoded(model, data[split]) for split in ("train", "test")))
    if path is not None:
        write(path, result)
    return result


def write(path: Path, result: Trained) -> None:
    arrays: dict[str, np.ndarray | float] = {"epochs": result.epochs, "seconds": result.seconds}
    for split in ("train", "test"):
        values = vars(getattr(result, split))
        arrays |= {f"{split}/{key}": value for key, value in values.items() if value is not None}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


def read(path: Path) -> Trained:
    with np.load(path) as file:
        splits = {"train": {}, "test": {}}
        for key in file.files:
            split, _, name = key.partition("/")
            if name:
                splits[split][name] = float(file[key]) if name == "error" else file[key]
        both = (Encoded(**values) for values in splits.values())
        return Trained(int(file["epochs"]), float(file["seconds"]), *both)


def drawn(name: str, images: int, side: int, seed: int) -> tuple[dict[str, np.ndarray], dict[str, Truth]]:
    """Images (n, side, side) of the training split and of an equal test split, and their factors."""
    rotation, shear = RANGES[name.removesuffix(EQUAL)]
    spec = {"rotation_deg": rotation, "shear_deg": shear, "ink": INK}
    data, truths = {}, {}
    for number, split in enumerate(("train", "test")):
        random = np.random.default_rng([seed, number])
        if name.endswith(EQUAL):
            parts = [
                drawn_cards(spec | {"glyphs": [suit]}, images // CLASSES, side, random)
                for suit in GLYPHS.values()
            ]
            for suit, part in enumerate(parts):
                part["class"][:] = suit
            order = random.permutation(images // CLASSES * CLASSES)
            cards = {key: np.concatenate([part[key] for part in parts])[order] for key in parts[0]}
        else:
            cards = drawn_cards(spec, images // CLASSES, side, random)
        data[split] = np.ascontiguousarray(cards["images"][:, 0])
        truths[split] = Truth(cards["class"], cards["angle_rad"], cards["shear_deg"])
    return data, truths


def side_by_side(name: str, models: list[str], options: argparse.Namespace, seed: int) -> str:
    """The tables of one set and one seed."""
    data, truths = drawn(name, options.images, options.side, seed)
    folds = dict(enumerate(symmetry_orders({})))
    rows = []

    def judge(title: str, result: Trained | None, train: Encoded, test: Encoded) -> None:
        times = None if result is None else (result.epochs, result.seconds)
        rows.append((title, times, scores(train, test, truths, folds, seed)))
        print(f"{name}, seed {seed}: {title}", file=sys.stderr, flush=True)

    results = {}
    for model in models:
        result = trained(model, data, options.epochs, options.batch, seed, options.keep)
        results[model] = result
        judge(model, result, result.train, result.test)
    peer = next((model for model in models if model in PEERS), None)
    for model in [each for each in options.same_time if each in results and peer is not None]:
        epochs = max(round(results[peer].seconds / results[model].seconds * options.epochs), 1)
        result = trained(model, data, epochs, options.batch, seed, options.keep)
        judge(f"{model}, the time of {peer}", result, result.train, result.test)
    for title, (train, test) in trivial(data["train"], data["test"]).items():
        judge(title, None, train, test)
    rotation, shear = RANGES[name.removesuffix(EQUAL)]
    head = (
        f"### {name}: rotation {rotation} deg, shear {shear} deg, seed {seed}; {len(data['train'])} images "
        f"of {options.side} px, {len(data['test'])} held out, batch {options.batch}\n"
    )
    return head + "\n" + tables(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    names = [*PEERS, *OURS]
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["cards-3", "cards-4"])
    parser.add_argument("--models", nargs="+", choices=names, default=names, metavar="MODEL", help=f"{names}")
    parser.add_argument(
        "--same-time",
        nargs="*",
        choices=OURS,
        default=[],
        metavar="MODEL",
        help="ours to be trained once more, for as many processor seconds as the first of the peers took",
    )
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=50, help="images a step; 50: the lecture's notebooks")
    parser.add_argument("--images", type=int, default=1000, help="cards of each split, all suits together")
    parser.add_argument("--side", type=int, default=28, help="px")
    parser.add_argument("--seeds", type=int, nargs="+", default=[42])
    parser.add_argument("--keep", type=Path, help="folder of finished trainings")
    options = parser.parse_args()
    torch.set_num_threads(1)
    models = options.models
    if not available():
        print(HOW_TO_INSTALL)
        models = [model for model in models if model in OURS]
    for name in options.sets:
        for seed in options.seeds:
            print(side_by_side(name, models, options, seed), flush=True)


if __name__ == "__main__":
    main()
