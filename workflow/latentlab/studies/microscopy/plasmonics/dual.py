"""The dual VAE of particles: their images and their spectra in common latents; several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latentlab.invariant import Settings, Training
from latentlab.invariant.paired import DualVAE, Pairing
from latentlab.studies.microscopy.plasmonics.metric_names import ENDS
from latentlab.studies.microscopy.plasmonics.particle_set import NEIGHBOURS, kind_accuracy
from latentlab.studies.microscopy.plasmonics.rivals import nearest_rows
from latentlab.studies.microscopy.plasmonics.scores import best_turned, explained
from latentlab.studies.microscopy.set_file import ImageSet

SHOWN = 64  # test particles whose spectra are kept for figures
MANIFOLD, LIMITS = 7, (-2.0, 2.0)


def train_dual(record: Mapping[str, Any], seed: int, train: ImageSet, progress: bool = True) -> DualVAE:
    """A dual VAE trained on particles.

    Parameters
    ----------
    record : `latent`, `rotation`, `orientations`, `hidden`, `epochs`, `batch`, `learning_rate`,
        `beta_continuous`, `cross`, `tie`. seed : of weights and order. train : the pairs.
    """
    shared = {"latent": record["latent"], "hidden": tuple(record["hidden"]), "likelihood": "gaussian"}
    turned = record["rotation"] != "none"
    structure = Settings(
        shape=tuple(train.images.shape[1:]),
        rotation=record["rotation"],
        orientations=record["orientations"],
        decoder="canonical" if turned else "dense",
        **shared,
    )
    spectrum = Settings(shape=tuple(train.targets.shape[1:]), decoder="dense", **shared)
    model = DualVAE(structure, spectrum, seed=seed)
    training = Training(
        schedule="cosine",
        **{name: record[name] for name in ("epochs", "batch", "learning_rate", "beta_continuous")},
    )
    pairing = Pairing(cross=record["cross"], tie=record["tie"])
    model.fit(train.images, train.targets, training, pairing, progress=progress)
    return model


def measure_dual(
    model: DualVAE, train: ImageSet, test: ImageSet, seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics on test particles, and the arrays behind the figures.

    `structure_error` is the mean squared error of particles predicted from spectra, each turned as fits
    best, in
    units of the variance of the training images. `kind_accuracy`: the kinds of the training particles whose
    structure
    latents are nearest to a spectrum's latents. `distance`: mean squared distance between the latents of a
    particle's image and of its spectrum, in units of the spread of the images' latents.

    Parameters
    ----------
    seed : of the bootstrap over scenes.
    """
    kinds, scenes = test.factors["class"], test.factors["scene"]
    spectra = model.predict_property(test.images)
    mean = train.targets.mean(axis=0)[0]
    scores = explained(test.targets[:, 0], spectra[:, 0], mean, scenes, seed)
    structures = model.predict_structure(test.targets)[:, 0]
    fitted = best_turned(structures, test.images[:, 0])
    of_image, of_spectrum = model.encode_structure(test.images), model.encode_property(test.targets)
    known = model.encode_structure(train.images).continuous
    order = nearest_rows(known, of_spectrum.continuous, NEIGHBOURS)
    votes = train.factors["class"][order]
    told = np.array([np.bincount(each, minlength=4).argmax() for each in votes])
    apart = ((of_image.continuous - of_spectrum.continuous) ** 2).mean() / of_image.continuous.var()
    summary = {
        **scores.summary("r2"),
        **kind_accuracy(kinds, told),
        "structure_error": float(((fitted - test.images[:, 0]) ** 2).mean()),
        "distance": float(apart),
    }
    manifolds = model.manifold2d(side=MANIFOLD, limits=LIMITS)
    arrays = {
        "r2": scores.channels,
        "latents/structure": of_image.continuous,
        "latents/property": of_spectrum.continuous,
        "structures": fitted,
        "spectra": spectra[:SHOWN, 0],
        "manifold/structure": manifolds[0][:, :, 0],
        "manifold/property": manifolds[1][:, :, 0],
    }
    return summary, arrays


def over_seeds(summaries: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Means over the seeds, with intervals: the range of the seeds, widened to the bootstrap's where there
    is one."""
    found: dict[str, float] = {}
    names = [name for name in summaries[0] if not name.endswith(ENDS[1:])]
    for name in names:
        values = [each[name] for each in summaries]
        low, high = ([each.get(f"{name}{end}", each[name]) for each in summaries] for end in ENDS[1:])
        found |= {name: float(np.mean(values)), f"{name}_low": min(low), f"{name}_high": max(high)}
    return found
