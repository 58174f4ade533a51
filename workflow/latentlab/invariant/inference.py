"""From images to the parameters of their posterior: the encoder and its head."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from latentlab.invariant.encoders import Encoder
from latentlab.invariant.moments import in_frame, moment_frame
from latentlab.invariant.settings import Settings
from latentlab.invariant.transforms import Transform, turned

LEAST_DEVIATION = 1e-4


@dataclass(frozen=True)
class Posterior:
    """Parameters of the posterior of n images: means, standard deviations, logits. None: no such part.

    Attributes
    ----------
    continuous, continuous_deviation : (n, latent). angle, angle_deviation : (n,) rad.
    offset, offset_deviation : (n, 2) half sides. log_scale, log_scale_deviation : (n,).
    classes : (n, K) logits.
    orientation : (n,) logit that this copy of an image is the upright one (rotation "enumerated").
    """

    continuous: Tensor
    continuous_deviation: Tensor
    angle: Tensor | None = None
    angle_deviation: Tensor | None = None
    offset: Tensor | None = None
    offset_deviation: Tensor | None = None
    log_scale: Tensor | None = None
    log_scale_deviation: Tensor | None = None
    classes: Tensor | None = None
    orientation: Tensor | None = None

    def means(self) -> Transform:
        """The transform without noise."""
        return Transform(self.angle, self.offset, None if self.log_scale is None else self.log_scale.exp())


class Inference(nn.Module):
    """Encoder and head: the posterior of images."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = Encoder(settings)
        self.parts = part_widths(settings)
        self.head = nn.Linear(self.encoder.features, sum(self.parts.values()))

    def forward(self, images: Tensor, conditions: Tensor | None = None) -> Posterior:
        """Posterior of (n, *shape) images, given (n, condition) vectors."""
        frame = Transform()
        if self.settings.frame == "moments":
            rotated, shifted = self.settings.rotation == "amortised", self.settings.translation_prior > 0
            with torch.no_grad():
                frame = moment_frame(images, rotated=rotated, shifted=shifted)
                images = in_frame(images, frame)
        numbers = self.head(self.encoder(images, conditions))
        raw = dict(zip(self.parts, numbers.split(list(self.parts.values()), dim=1), strict=True))
        values = {
            name: functional.softplus(value) + LEAST_DEVIATION if name.endswith("_deviation") else value
            for name, value in raw.items()
        }
        if "direction" in values:  # as a direction, the angle has no jump for the encoder to learn
            direction = values.pop("direction")
            values["angle"] = torch.atan2(direction[:, 1], direction[:, 0])
        if "residual" in values:
            values["angle"] = torch.tanh(values.pop("residual")[:, 0]) * (
                math.pi / self.settings.orientations
            )
            values["orientation"] = values["orientation"][:, 0]
        if "offset" in values:  # its centre lies in the image
            values["offset"] = torch.tanh(values["offset"])
        if frame.angle is not None:
            whole = values["angle"] + frame.angle + math.pi
            values["angle"] = torch.remainder(whole, 2 * math.pi) - math.pi
            if frame.offset is not None:
                values["offset"] = turned(values["offset"], frame.angle)
        if frame.offset is not None:
            values["offset"] = values["offset"] + frame.offset
        for name in ("angle_deviation", "log_scale", "log_scale_deviation"):
            if name in values:
                values[name] = values[name][:, 0]
        return Posterior(**values)


def part_widths(settings: Settings) -> dict[str, int]:
    """How many numbers of the encoder's head belong to each part of the posterior."""
    parts = {"continuous": settings.latent, "continuous_deviation": settings.latent}
    if settings.rotation == "amortised":
        parts |= {"direction": 2, "angle_deviation": 1}
    if settings.rotation == "enumerated":
        parts |= {"orientation": 1, "residual": 1}
    if settings.translation_prior:
        parts |= {"offset": 2, "offset_deviation": 2}
    if settings.scale_prior:
        parts |= {"log_scale": 1, "log_scale_deviation": 1}
    return parts | ({"classes": settings.classes} if settings.classes else {})
