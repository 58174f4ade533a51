"""pyroVED's and AtomAI's rotation-invariant autoencoders behind the methods that our family has.

Both are optional. They ask for other versions of torch and torchvision, so install them without their
dependencies, and then what they need:

    pip install --no-deps pyroved==0.3.0 atomai==0.8.1
    pip install pyro-ppl gpytorch mendeleev progressbar2 opencv-python-headless networkx

Settings are the packages' own: two hidden layers of 128; Adam with a learning rate of 1e-3 (pyroVED) or 1e-4
(AtomAI); Bernoulli likelihood (pyroVED) or half the sum of squares (AtomAI's "mse"); standard deviation of
the angle's prior 1 rad (pyroVED) or pi / 2 (AtomAI's own example).

Both describe the pixel (row, column) by u = row, v = -column, and draw at (u cos - v sin, u sin + v cos) of
the angle: a positive angle turns what is seen counter-clockwise, as in our family.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import io
import math
import sys
import tempfile
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from latentlab.invariant.latents import Latents

HOW_TO_INSTALL = (
    "pyroVED and AtomAI are not installed, so only our own models are measured; the head of "
    "benchmarks/peers/models.py says how to install them."
)


def available() -> bool:
    """Whether both packages are there; neither is imported."""
    return all(importlib.util.find_spec(name) is not None for name in ("pyroved", "atomai"))


@contextlib.contextmanager
def _without_torchvision() -> Iterator[None]:
    """Both import torchvision, of which their autoencoders need a name alone: an empty module does.

    It is taken out again at once, since other packages ask whether torchvision is there.
    """
    if importlib.util.find_spec("torchvision") is not None:
        yield
        return
    names = {"torchvision": (), "torchvision.models": ("mobilenet_v2", "resnet50", "vgg16")}
    names["torchvision.utils"] = ("make_grid",)
    for name, attributes in names.items():
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        for attribute in attributes:
            setattr(module, attribute, None)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


class _Peer:
    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """What the decoder draws at the means of the posteriors of images (n, side, side)."""
        return self.drawn_at(self.encode(images))


class PyroVED(_Peer):
    """iVAE with rotation, or jiVAE with rotation if `classes` is not 0.

    Parameters
    ----------
    side : of the square images, px. classes : of the discrete latent. seed : of weights, batches and noise.
    """

    def __init__(self, side: int, classes: int, seed: int) -> None:
        with warnings.catch_warnings(), _without_torchvision():
            warnings.simplefilter("ignore")
            import pyroved

        self.package, self.side, self.classes, self.seed = pyroved, side, classes, seed
        options = {"invariances": ["r"], "seed": seed, "device": "cpu"}
        if classes:
            self.model = pyroved.models.jiVAE((side, side), 2, classes, **options)
        else:
            self.model = pyroved.models.iVAE((side, side), 2, **options)

    def fit(self, images: np.ndarray, epochs: int, batch: int) -> None:
        """Trains on images (n, side, side), float32 in [0, 1].

        The joint model's weights are those of the package's example: of the continuous latents 40 at first,
        then down to 3, of the class 3. The ramp, 50 of 200 epochs there, takes half of the epochs here, so
        that a short training sees all of it.
        """
        trainer = self.package.trainers.SVItrainer(
            self.model, seed=self.seed, device="cpu", enumerate_parallel=bool(self.classes)
        )
        loader = self.package.utils.init_dataloader(torch.from_numpy(images), batch_size=batch)
        ramp = max(epochs // 2, 2)
        held = max(ramp // 5, 1)
        weights = np.concatenate([np.full(held, 40.0), np.linspace(40, 3, ramp - held)])
        for epoch in range(epochs):
            weight = weights[min(epoch, ramp - 1)]
            trainer.step(loader, scale_factor=[float(weight), 3.0] if self.classes else 1.0)

    def encode(self, images: np.ndarray) -> Latents:
        """Means of the posteriors of images (n, side, side)."""
        tensor = torch.from_numpy(images)
        if self.classes:
            mean, deviation, classes = self.model.encode(tensor, logits=True)
        else:
            (mean, deviation), classes = self.model.encode(tensor), None
        return _latents(mean.numpy(), deviation.numpy(), None if classes is None else classes.numpy())

    def drawn_at(self, latents: Latents) -> np.ndarray:
        """What is drawn at the latents, (n, side, side). The package's `decode` takes one angle for all."""
        grid = self.model.grid.expand(len(latents.angle), *self.model.grid.shape)
        grid = self.package.utils.transform_coordinates(grid, torch.as_tensor(latents.angle))
        with torch.no_grad():
            drawn = self.model.decoder(grid, _content(latents))
        return drawn.reshape(-1, self.side, self.side).numpy()


class AtomAI(_Peer):
    """rVAE without translation, or jrVAE if `classes` is not 0.

    Its `seed` reaches batches and noise alone: the weights start from seed 0 in version 0.8.1.

    Parameters
    ----------
    side, classes, seed : see `PyroVED`. learning_rate : of Adam; None: the package's own, 1e-4.
    """

    def __init__(self, side: int, classes: int, seed: int, learning_rate: float | None = None) -> None:
        with warnings.catch_warnings(), _without_torchvision():
            warnings.simplefilter("ignore")
            import atomai

            self.package, self.classes, self.learning_rate = atomai, classes, learning_rate
            options = {"translation": False, "seed": seed}
            if classes:
                self.model = atomai.models.jrVAE((side, side), 2, [classes], **options)
            else:
                self.model = atomai.models.rVAE((side, side), 2, **options)

    def fit(self, images: np.ndarray, epochs: int, batch: int) -> None:
        """Trains on images (n, side, side), float32 in [0, 1]; the joint model with its own capacities."""
        rate = self.learning_rate
        optimizer = None if rate is None else lambda weights: torch.optim.Adam(weights, lr=rate)
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            self.model.fit(
                images,
                training_cycles=epochs,
                batch_size=batch,
                rotation_prior=math.pi / 2,
                optimizer=optimizer,
                filename=str(Path(folder) / "model"),  # it saves after each epoch
            )

    def encode(self, images: np.ndarray) -> Latents:
        """Means of the posteriors of images (n, side, side)."""
        mean, log_deviation, *classes = self.model.encode(images)
        return _latents(mean, np.exp(log_deviation), classes[0] if classes else None)

    def drawn_at(self, latents: Latents) -> np.ndarray:
        """What is drawn at the latents, (n, side, side). The package's `decode` takes no angle."""
        grid = self.model.x_coord.expand(len(latents.angle), *self.model.x_coord.shape)
        grid = self.package.utils.transform_coordinates(grid, torch.as_tensor(latents.angle))
        with torch.no_grad():
            return self.model.decoder_net(grid, _content(latents)).numpy()


def _latents(mean: np.ndarray, deviation: np.ndarray, classes: np.ndarray | None) -> Latents:
    """Both packages give the angle first."""
    return Latents(
        continuous=mean[:, 1:],
        continuous_deviation=deviation[:, 1:],
        angle=mean[:, 0],
        angle_deviation=deviation[:, 0],
        classes=classes,
    )


def _content(latents: Latents) -> torch.Tensor:
    """What both decoders take beside coordinates: continuous latents, then the likeliest class, one-hot."""
    parts = [torch.as_tensor(latents.continuous)]
    if latents.classes is not None:
        classes = torch.as_tensor(latents.classes)
        parts.append(torch.eye(classes.shape[1])[classes.argmax(dim=1)])
    return torch.cat(parts, dim=1)
