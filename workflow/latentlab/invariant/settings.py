"""What an invariant autoencoder is (`Settings`) and how it is trained (`Training`): plain values, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from latentlab.errors import InvariantError

ROTATIONS = ("none", "amortised", "enumerated", "matched")
FRAMES = ("image", "moments")
DISCRETE = ("gumbel", "enumerated")
ENCODERS = ("dense", "convolutional")
DECODERS = ("canonical", "coordinate", "coordinate-skip", "dense", "convolutional")
SPATIAL_DECODERS = ("canonical", "coordinate", "coordinate-skip")
LIKELIHOODS = ("bernoulli", "gaussian")
SCHEDULES = ("constant", "cosine")


@dataclass(frozen=True)
class Settings:
    """A member of the family. Lists are accepted and kept as tuples.

    Raises
    ------
    InvariantError : a value that cannot be used; the message names the key.
    """

    # (channels, height, width) of an input image in px, or (channels, length) of a spectrum
    shape: tuple[int, ...]
    # the same of what the decoder draws; None: as the input
    target_shape: tuple[int, ...] | None = None
    # False: a plain autoencoder, without noise and without KL terms of the continuous parts
    variational: bool = True
    # number of continuous latents, prior N(0, 1)
    latent: int = 2
    # none; amortised: the encoder gives the angle; enumerated: it chooses among orientations;
    # matched: without an encoder, each orientation and class is compared with what the decoder draws
    rotation: str = "none"
    # number of orientations that are tried, equally spaced over the circle; "enumerated" and "matched" only
    orientations: int = 16
    # what the encoder sees: the image as it is, or turned and shifted into the frame of its own moments
    # ("moments": angle and offset then move with the image; for bright objects on a dark background; 6
    # enumerated orientations are then as good as 16)
    frame: str = "image"
    # standard deviation of the normal prior of the angle, rad; None: uniform on the circle
    angle_prior: float | None = None
    # standard deviation of the normal prior of the offset, half sides of the image; 0: no translation
    translation_prior: float = 0.0
    # standard deviation of the normal prior of log(scale); 0: no scale
    scale_prior: float = 0.0
    # number of discrete classes, uniform prior; 0: none
    classes: int = 0
    # gumbel: one relaxed sample (AtomAI's jVAE); enumerated: expectation over all classes (pyroVED's)
    discrete: str = "gumbel"
    # of the relaxed sample; "gumbel" only
    temperature: float = 0.67
    # width of the vector that is given to encoder and decoder; 0: none
    condition: int = 0
    # dense: hidden layers alone; convolutional: two strided layers before them
    encoder: str = "dense"
    # canonical: draws an image and warps it; coordinate: network of transformed pixel coordinates;
    # coordinate-skip: the same, the latent enters each layer; dense, convolutional: without transforms
    decoder: str = "canonical"
    # widths of the hidden layers, of the encoder and, in reverse order, of the decoder
    hidden: tuple[int, ...] = (128, 128)
    # side of the canonical image in sides of the target; above 1 if images are full up to their corners
    canvas: float = 1.0
    # bernoulli: binary cross-entropy of images in [0, 1]; gaussian: half the sum of squares
    likelihood: str = "bernoulli"

    def __post_init__(self) -> None:
        _tuples(self, "shape", "target_shape", "hidden")
        _check_shape("shape", self.shape)
        if self.target_shape is not None:
            _check_shape("target_shape", self.target_shape)
        for key, values in (
            ("rotation", ROTATIONS),
            ("frame", FRAMES),
            ("discrete", DISCRETE),
            ("encoder", ENCODERS),
            ("decoder", DECODERS),
            ("likelihood", LIKELIHOODS),
        ):
            _check_choice(key, getattr(self, key), values)
        for key in ("latent", "classes", "condition"):
            _check_whole(key, getattr(self, key), 0)
        _check_whole("orientations", self.orientations, 2)
        for key in ("translation_prior", "scale_prior"):
            _check_number(key, getattr(self, key), 0.0, included=True)
        for key in ("temperature", "canvas"):
            _check_number(key, getattr(self, key), 0.0)
        if self.angle_prior is not None:
            _check_number("angle_prior", self.angle_prior, 0.0)
        if not self.hidden:
            raise InvariantError("hidden: expected at least one width, found none")
        for width in self.hidden:
            _check_whole("hidden", width, 1)
        self._check_together()

    def _check_together(self) -> None:
        if self.latent == 0 and self.classes < 2:
            raise InvariantError("latent: 0 needs at least 2 classes, otherwise nothing is encoded")
        if self.classes == 1:
            raise InvariantError("classes: 1 class tells nothing; expected 0 or at least 2")
        shape = self.drawn_shape
        if self.decoder in SPATIAL_DECODERS and len(shape) != 3:
            raise InvariantError(
                f"decoder: '{self.decoder}' draws images, and the target {shape} is a spectrum; "
                "expected 'dense' or 'convolutional'"
            )
        if self.transforms and self.decoder not in SPATIAL_DECODERS:
            raise InvariantError(
                f"decoder: '{self.decoder}' cannot rotate, shift or scale; "
                f"expected one of {', '.join(SPATIAL_DECODERS)}"
            )
        if self.frame == "moments" and (
            len(self.shape) != 3 or not (self.rotation != "none" or self.translation_prior)
        ):
            raise InvariantError(
                "frame: 'moments' turns and shifts images; it needs images, and a rotation "
                "or a translation_prior"
            )
        if (self.rotation != "none" or self.scale_prior) and shape[-1] != shape[-2]:
            raise InvariantError(f"shape: images that are rotated or scaled must be square, found {shape}")
        if self.rotation == "enumerated" and (self.shape[1:] != shape[1:] or len(self.shape) != 3):
            raise InvariantError(
                f"rotation: 'enumerated' compares images with targets of equal height and width, "
                f"found {self.shape} and {shape}"
            )

        if self.rotation == "matched":
            self._check_matched()

    def _check_matched(self) -> None:
        if self.target_shape is not None and self.target_shape != self.shape:
            raise InvariantError(
                f"rotation: 'matched' draws its images, found target_shape {self.target_shape}"
            )
        if len(self.shape) != 3 or self.shape[1] != self.shape[2]:
            raise InvariantError(f"shape: rotation 'matched' expects square images, found {self.shape}")
        for key, value, fits in (
            ("condition", 0, 0),
            ("angle_prior", None, "null"),
            ("canvas", 1.0, 1.0),
        ):
            if getattr(self, key) != value:
                raise InvariantError(f"{key}: rotation 'matched' expects {fits}, found {getattr(self, key)}")

    @property
    def drawn_shape(self) -> tuple[int, ...]:
        """Shape of what the decoder draws."""
        return self.shape if self.target_shape is None else self.target_shape

    @property
    def transforms(self) -> bool:
        """Whether the decoder rotates, shifts or scales."""
        return self.rotation != "none" or self.translation_prior > 0 or self.scale_prior > 0


@dataclass(frozen=True)
class Training:
    """How a model is trained. Lists are accepted and kept as tuples.

    Raises
    ------
    InvariantError : a value that cannot be used; the message names the key.
    """

    # passes over the training images
    epochs: int = 20
    # images a step
    batch: int = 64
    # of Adam
    learning_rate: float = 1e-3
    # constant, or cosine: falls to 0 at the last step
    schedule: str = "constant"
    # weight of each KL term, from the latents named
    beta_continuous: float = 1.0
    beta_angle: float = 1.0
    beta_offset: float = 1.0
    beta_scale: float = 1.0
    beta_classes: float = 1.0
    # weight of the KL divergence of the classes' mean over a batch from equal shares; no part of the ELBO,
    # which is as good if all images are in one class. 0: none
    beta_balance: float = 0.0
    # rotation "enumerated": weight of the orientations' KL term at the start, falls to beta_angle over
    # the first half of the epochs
    angle_weight_start: float = 20.0
    # weight of the continuous latents' KL term at the start, goes to beta_continuous over the first half
    # of the
    # epochs; null: beta_continuous. 0 keeps latents from being switched off, a large one keeps them from
    # explaining what the transform or the class is to explain
    continuous_weight_start: float | None = None
    # (final nats C, steps until it is reached, weight gamma) of gamma |KL - C| (lecture, slide Joint VAE),
    # for the sum of the continuous parts' KL terms and for that of the classes; None: the KL terms themselves
    capacity_continuous: tuple[float, float, float] | None = None
    capacity_discrete: tuple[float, float, float] | None = None
    # weight of the cross-entropy of labelled images' classes; acts where labels are given
    label_weight: float = 20.0
    # epochs without a better loss after which training ends; None: never
    patience: int | None = None
    # share of the images that is kept for that loss; 0: the training loss is used
    validation: float = 0.0

    def __post_init__(self) -> None:
        _tuples(self, "capacity_continuous", "capacity_discrete")
        _check_choice("schedule", self.schedule, SCHEDULES)
        for key in ("epochs", "batch"):
            _check_whole(key, getattr(self, key), 1)
        if self.patience is not None:
            _check_whole("patience", self.patience, 1)
        _check_number("learning_rate", self.learning_rate, 0.0)
        for item in fields(self):
            weight = item.name.startswith("beta_") or "weight" in item.name
            if weight and getattr(self, item.name) is not None:
                _check_number(item.name, getattr(self, item.name), 0.0, included=True)
        _check_number("validation", self.validation, 0.0, included=True)
        if self.validation >= 1:
            raise InvariantError(f"validation: expected a share below 1, found {self.validation}")
        for key in ("capacity_continuous", "capacity_discrete"):
            values = getattr(self, key)
            if values is None:
                continue
            if len(values) != 3:
                raise InvariantError(f"{key}: expected final nats, steps and gamma, found {list(values)}")
            for value in values:
                _check_number(key, value, 0.0, included=True)


def from_record(record: Mapping[str, Any], **more: Any) -> tuple[Settings, Training]:
    """Settings and training options from one mapping, as a run's record holds them; other keys are ignored.

    Parameters
    ----------
    record : values by name. more : values that follow from the data: shape, target_shape, condition.

    Raises
    ------
    InvariantError : a value that cannot be used.
    """
    values = {**record, **more}
    settings = {item.name: values[item.name] for item in fields(Settings) if item.name in values}
    training = {item.name: values[item.name] for item in fields(Training) if item.name in values}
    return Settings(**settings), Training(**training)


def plain(options: Settings | Training) -> dict[str, Any]:
    """The options as JSON takes them: lists instead of tuples."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(options).items()}


def _tuples(options: Settings | Training, *keys: str) -> None:
    for key in keys:
        value = getattr(options, key)
        if value is None:
            continue
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise InvariantError(f"{key}: expected a list of numbers, found {value!r}")
        object.__setattr__(options, key, tuple(value))


def _check_shape(key: str, shape: tuple[int, ...]) -> None:
    if len(shape) not in (2, 3):
        raise InvariantError(
            f"{key}: expected (channels, height, width) or (channels, length), found {shape}"
        )
    for length in shape:
        _check_whole(key, length, 1)


def _check_choice(key: str, value: Any, choices: Sequence[str]) -> None:
    if value not in choices:
        raise InvariantError(f"{key}: expected one of {', '.join(choices)}, found {value!r}")


def _check_whole(key: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvariantError(f"{key}: expected a whole number of at least {least}, found {value!r}")


def _check_number(key: str, value: Any, above: float, included: bool = False) -> None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or value < above or (value == above and not included):
        raise InvariantError(
            f"{key}: expected a number {'of at least' if included else 'above'} {above:g}, found {value!r}"
        )
