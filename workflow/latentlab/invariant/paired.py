"""`DualVAE`: two members of the family, of structure and of property, that share their continuous latents.

Loss, of a pair of a structure x (an image) and a property y (a spectrum, or another image):

    ELBO terms of both members
    + cross * (misfit of y drawn from the latents of x + misfit of x drawn from the latents of y)
    + tie * squared 2-Wasserstein distance between the two posteriors of the continuous latents.

The two last lines are the cross-alignment and the distribution alignment of Schoenfeld et al. 2019 (CADA-VAE,
eq. 3 to 5), chosen because the first makes the predictions good, which the distance alone does not, and the
second gives one map of both. The lecture's dual VAE (Yaman et al. 2022, arXiv 2208.03861) likewise enforces a
common encoding of the pairs. Where the structure member rotates or shifts, its angle and offset are its own:
the property need not know them, and a cross drawing is put where the structure itself says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.errors import ArtifactError, InvariantError
from latentlab.invariant.arrays import Array, image_tensor
from latentlab.invariant.latents import Latents
from latentlab.invariant.model_file import (
    load_state,
    read_history,
    read_settings,
    read_state,
    with_record,
    write_history,
    write_state,
)
from latentlab.invariant.network import Batch
from latentlab.invariant.paired_network import PairedNetwork, Pairing
from latentlab.invariant.settings import Settings, Training, plain
from latentlab.invariant.training import train
from latentlab.invariant.vae import InvariantVAE

KIND = "dual-vae"
ROTATIONS = ("none", "amortised", "enumerated")  # those with an encoder of the continuous latents


class DualVAE:
    """Structure and property in common latents, with predictions in both directions.

    Parameters
    ----------
    structure, property_settings : the members; both variational, with as many continuous latents, without
        classes, conditions and other targets than their input. The property member has no transforms.
    seed : of weights and training. device : where torch computes.

    Raises
    ------
    InvariantError : settings that cannot be paired.
    """

    def __init__(
        self, structure: Settings, property_settings: Settings, seed: int = 42, device: str = "cpu"
    ) -> None:
        _check(structure, property_settings)
        self.seed = seed
        self.structure = InvariantVAE(structure, seed, device)
        self.property = InvariantVAE(property_settings, seed + 1, device)
        self.history: list[dict[str, float]] = []

    def fit(
        self,
        structures: Array,
        properties: Array,
        training: Training | None = None,
        pairing: Pairing | None = None,
        progress: bool = True,
    ) -> list[dict[str, float]]:
        """Train, or go on training, on pairs.

        Parameters
        ----------
        structures : (n, *structure shape). properties : (n, *property shape), one each.
        training : epochs, rate, weights. pairing : weights of what binds. progress : whether a bar is shown.

        Returns
        -------
        One row an epoch: epoch, loss, and the mean of each term.

        Raises
        ------
        InvariantError : arrays that do not fit the settings, or a loss that is not finite.
        """
        images = image_tensor(structures, self.structure.settings.shape, "structures", _unit(self.structure))
        spectra = image_tensor(properties, self.property.settings.shape, "properties", _unit(self.property))
        if len(images) != len(spectra):
            raise InvariantError(f"properties: expected {len(images)}, one a structure, found {len(spectra)}")
        device = self.structure.device
        network = PairedNetwork(self.structure.network, self.property.network, pairing or Pairing())
        data, done = Batch(images.to(device), spectra.to(device)), len(self.history)
        rows = train(network, data, training or Training(), self.seed * 1_000_003 + done, progress)
        self.history += [{**row, "epoch": row["epoch"] + done} for row in rows]
        return self.history[done:]

    def encode_structure(self, structures: Array) -> Latents:
        """Latents of structures; angle and offset are theirs alone."""
        return self.structure.encode(structures)

    def encode_property(self, properties: Array) -> Latents:
        """Latents of properties."""
        return self.property.encode(properties)

    def predict_property(self, structures: Array) -> Array:
        """(n, *property shape): drawn from the structures' mean latents."""
        return self.property.decode(self.encode_structure(structures).continuous)

    def predict_structure(self, properties: Array, angle: Any = None, offset: Any = None) -> Array:
        """(n, *structure shape): drawn from the properties' mean latents, canonical unless a transform is
        given.

        Parameters
        ----------
        angle : rad; offset : half sides; as `InvariantVAE.decode` takes them.
        """
        return self.structure.decode(self.encode_property(properties).continuous, angle, offset)

    def manifold2d(self, **options: Any) -> tuple[np.ndarray, np.ndarray]:
        """Structures and properties drawn from one grid of two latents: see `InvariantVAE.manifold2d`."""
        return self.structure.manifold2d(**options), self.property.manifold2d(**options)

    def save(self, path: Path | str, *, rule: str = "DualVAE.save", **provenance: Any) -> None:
        """Write settings, seed, weights and history of both members as HDF5 without pickles.

        Parameters
        ----------
        rule, provenance : as of `InvariantVAE.save`.
        """
        settings = {name: plain(member.settings) for name, member in self._members().items()}
        with write_artifact(path, kind=KIND, rule=rule, **with_record(settings, provenance)) as file:
            file.attrs["settings"] = json.dumps(settings, sort_keys=True)
            file.attrs["seed"] = self.seed
            for name, member in self._members().items():
                write_state(file, name, member.network.state_dict())
            write_history(file, self.history)

    @classmethod
    def load(cls, path: Path | str, device: str = "cpu") -> DualVAE:
        """The model of a file that `save` wrote.

        Raises
        ------
        ArtifactError : missing, damaged, of another kind, or weights that do not fit the settings.
        """
        with read_artifact(path, kind=KIND) as file:
            if "settings" not in file.attrs or "structure" not in file or "property" not in file:
                raise ArtifactError(f"{path}: not a complete dual VAE, settings or weights are missing")
            settings = read_settings(
                path, file, lambda found: [Settings(**found[name]) for name in ("structure", "property")]
            )
            model = cls(*settings, int(file.attrs["seed"]), device)
            for name, member in model._members().items():
                load_state(member.network, read_state(file, name), f"{path}: the weights of '{name}'")
            model.history = read_history(file)
        return model

    def _members(self) -> dict[str, InvariantVAE]:
        return {"structure": self.structure, "property": self.property}


def _unit(member: InvariantVAE) -> bool:
    return member.settings.likelihood == "bernoulli"


def _check(structure: Settings, property_settings: Settings) -> None:
    if structure.latent != property_settings.latent:
        raise InvariantError(
            f"latent: both members share their latents, found {structure.latent} of the structure and "
            f"{property_settings.latent} of the property"
        )
    if structure.rotation not in ROTATIONS:
        raise InvariantError(
            f"rotation: the structure member of a dual VAE takes one of {', '.join(ROTATIONS)}, "
            f"found '{structure.rotation}'"
        )
    if property_settings.transforms:
        raise InvariantError("rotation: the property member has no transforms, only the structure member may")
    for name, settings in (("structure", structure), ("property", property_settings)):
        if not settings.variational or settings.classes or settings.condition:
            raise InvariantError(
                f"{name}: a member of a dual VAE is variational, without classes and without conditions"
            )
        if settings.drawn_shape != settings.shape:
            raise InvariantError(
                f"{name}: a member of a dual VAE draws what it is given; leave out target_shape"
            )
