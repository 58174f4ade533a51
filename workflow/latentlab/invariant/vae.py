"""`InvariantVAE`: fit, encode, decode, reconstruct, show the manifold, save, load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from latentlab.errors import InvariantError
from latentlab.invariant.arrays import (
    Array,
    float_tensor,
    image_tensor,
    label_tensor,
    vector_tensor,
)
from latentlab.invariant.enumerated import build_network
from latentlab.invariant.latents import Latents
from latentlab.invariant.manifold import Manifold
from latentlab.invariant.matching.network import MatchedNetwork
from latentlab.invariant.matching.training import train_matched
from latentlab.invariant.model_file import load_state, read_model, write_model
from latentlab.invariant.network import Batch
from latentlab.invariant.parts import classes_of, conditions_of, transform_of
from latentlab.invariant.settings import Settings, Training
from latentlab.invariant.training import EVALUATED, train
from latentlab.invariant.transforms import Transform


class InvariantVAE(Manifold):
    """An autoencoder whose invariances are chosen by its settings.

    Arrays may be NumPy or torch; results are of the kind that was given. Images are float32
    (n, channels, height, width); (n, height, width) is accepted for one channel.

    Parameters
    ----------
    settings : what the model is. seed : of weights and training; equal seeds give equal bytes on one machine.
    device : where torch computes: "cpu", "cuda".
    """

    def __init__(self, settings: Settings, seed: int = 42, device: str = "cpu") -> None:
        self.settings = settings
        self.seed = seed
        self.history: list[dict[str, float]] = []
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.network = build_network(settings).to(device).eval()

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.network.parameters()).device

    def fit(
        self,
        images: Array,
        targets: Array | None = None,
        conditions: Array | None = None,
        labels: Array | None = None,
        training: Training | None = None,
        progress: bool = True,
    ) -> list[dict[str, float]]:
        """Train, or go on training.

        Parameters
        ----------
        images : (n, *settings.shape).
        targets : (n, *target shape), what the decoder is to draw; None: the images.
        conditions : (n, settings.condition), what encoder and decoder are given.
        labels : (n,) whole numbers, the class where it is known, -1 elsewhere.
        training : epochs, learning rate, weights; None: the default ones. progress : whether a bar is shown.

        Returns
        -------
        One row an epoch: epoch, loss, and the mean of each term of the loss in nats.

        Raises
        ------
        InvariantError : arrays that do not fit the settings, or a loss that is not finite.
        """
        settings = self.settings
        unit = settings.likelihood == "bernoulli"
        given = image_tensor(images, settings.shape, "images", unit and targets is None).to(self.device)
        if targets is not None:
            wanted = image_tensor(targets, settings.drawn_shape, "targets", unit).to(self.device)
            if len(wanted) != len(given):
                raise InvariantError(f"targets: expected {len(given)}, one per image, found {len(wanted)}")
        elif settings.drawn_shape != settings.shape:
            raise InvariantError(f"targets: a model that draws {settings.drawn_shape} needs them to be given")
        else:
            wanted = given
        marks = None if labels is None else label_tensor(labels, len(given), settings.classes)
        vectors = conditions_of(settings, conditions, len(given))
        data = Batch(
            given,
            wanted,
            None if vectors is None else vectors.to(self.device),
            None if marks is None else marks.to(self.device),
        )
        done = len(self.history)
        how = (training or Training(), self.seed * 1_000_003 + done, progress)
        if isinstance(self.network, MatchedNetwork):
            if targets is not None or labels is not None:
                raise InvariantError("rotation: 'matched' takes neither targets nor labels")
            rows = train_matched(self.network, data.images, *how)
        else:
            rows = train(self.network, data, *how)
        self.history += [{**row, "epoch": row["epoch"] + done} for row in rows]
        return self.history[done:]

    def encode(self, images: Array, conditions: Array | None = None) -> Latents:
        """Latents of images: means and standard deviations of the posterior.

        Raises
        ------
        InvariantError : arrays that do not fit the settings.
        """
        given = image_tensor(images, self.settings.shape, "images")
        vectors = conditions_of(self.settings, conditions, len(given))
        found: list[dict[str, Tensor]] = []
        with torch.no_grad():
            for rows in torch.arange(len(given)).split(EVALUATED):
                part = None if vectors is None else vectors[rows].to(self.device)
                posterior = self.network.encode(given[rows].to(self.device), part)
                found.append({name: value for name, value in vars(posterior).items() if value is not None})
        values = {name: torch.cat([part[name] for part in found]).cpu() for name in found[0]}
        values.pop("orientation", None)
        if "classes" in values:
            values["classes"] = torch.softmax(values["classes"], dim=1)
        if "log_scale" in values:
            values["scale"] = values.pop("log_scale").exp()
            values["scale_deviation"] = values.pop("log_scale_deviation")
        return Latents(**{name: _like(images, value) for name, value in values.items()})

    def decode(
        self,
        continuous: Array,
        angle: Any = None,
        offset: Any = None,
        scale: Any = None,
        classes: Any = None,
        conditions: Any = None,
    ) -> Array:
        """Draw images from latents.

        Parameters
        ----------
        continuous : (n, latent).
        angle : rad; offset : (2,) or (n, 2), half sides; scale : factor. One for all or one per image; None:
        the canonical image as it is.
        classes : whole numbers, one for all or (n,), or (n, K) probabilities. conditions : (k,) or (n, k).

        Returns
        -------
        (n, *target shape) float32; in [0, 1] with likelihood "bernoulli".

        Raises
        ------
        InvariantError : arrays that do not fit the settings, or a part that the model does not have.
        """
        codes = float_tensor(continuous, "continuous")
        if codes.ndim == 2:
            codes = vector_tensor(codes, len(codes), self.settings.latent, "continuous")
        else:
            raise InvariantError(
                f"continuous: expected shape (n, {self.settings.latent}), found {tuple(codes.shape)}"
            )
        number = len(codes)
        transform = transform_of(self.settings, angle, offset, scale, number)
        chosen = classes_of(self.settings, classes, number)
        vectors = conditions_of(self.settings, conditions, number)
        drawn = []
        with torch.no_grad():
            for rows in torch.arange(number).split(EVALUATED):
                parts = [
                    None if value is None else value[rows].to(self.device)
                    for value in (codes, transform.angle, transform.offset, transform.scale, chosen, vectors)
                ]
                logits = self.network.draw(parts[0], Transform(*parts[1:4]), parts[4], parts[5])
                drawn.append(self.network.shown(logits).cpu())
        shape = self.settings.drawn_shape
        return _like(continuous, torch.cat(drawn) if drawn else torch.zeros(0, *shape))

    def reconstruct(self, images: Array, conditions: Array | None = None) -> Array:
        """Decode the posterior's means, with the most probable class: (n, *target shape)."""
        return self.decode_latents(self.encode(images, conditions), conditions)

    def decode_latents(self, found: Latents, conditions: Array | None = None) -> Array:
        """Decode what `encode` found, with the most probable class: (n, *target shape)."""
        return self.decode(
            found.continuous,
            found.angle,
            found.offset,
            found.scale,
            None if found.classes is None else found.classes.argmax(1),
            conditions,
        )

    def save(self, path: Path | str, *, rule: str = "InvariantVAE.save", **provenance: Any) -> None:
        """Write settings, seed, weights and history as HDF5 without pickles; it appears whole or not at all.

        Parameters
        ----------
        rule, provenance : rule, record, inputs and code, as `write_artifact` takes them; the record is by
            default the settings.
        """
        state = self.network.state_dict()
        write_model(path, self.settings, self.seed, state, self.history, rule=rule, **provenance)

    @classmethod
    def load(cls, path: Path | str, device: str = "cpu") -> InvariantVAE:
        """The model of a file that `save` wrote.

        Raises
        ------
        ArtifactError : missing, damaged, of another kind, or weights that do not fit the settings.
        """
        content = read_model(path)
        vae = cls(content.settings, content.seed, device)
        load_state(vae.network, content.state, f"{path}: the weights")
        vae.history = content.history
        return vae


def _like(given: Any, value: Tensor) -> Array:
    """The tensor as an array of the kind that was given."""
    return value if isinstance(given, Tensor) else value.numpy()
