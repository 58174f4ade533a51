"""Angle, offset, scale and latents of each image to a fraction of a step, by Gauss-Newton iterations.

In the canonical frame the image should equal the decoder's drawing. The derivatives of a drawing by angle,
offset and scale follow from its gradient, those by the latents from differences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from latentlab.invariant.matching.frames import Pose, in_frame

STEP = 0.1  # of a latent, for its derivative
LARGEST = {"angle": 0.15, "offset": 0.1, "log_scale": 0.1, "continuous": 0.5}  # change in one iteration
DAMPING = 1e-3  # share of the normal matrix's diagonal

Drawing = Callable[[Tensor, Tensor], Tensor]  # latents (n, d), classes (n,) -> (n, channels, height, width)


@dataclass(frozen=True)
class Refined:
    """Poses, half the sum of squared differences (n,), and standard deviations by part (n, ...)."""

    pose: Pose
    misfit: Tensor
    deviations: dict[str, Tensor]


def refined(
    images: Tensor, pose: Pose, draw: Drawing, mask: Tensor, precisions: dict[str, float], iterations: int
) -> Refined:
    """Poses after Gauss-Newton iterations; of each image the one with the least loss is kept.

    Parameters
    ----------
    images : (n, channels, height, width). mask : (height, width) weights of the pixels.
    precisions : for each part that may change: 1 / variance of its prior times the variance of a pixel; 0 for
    the
        angle, whose prior is uniform.
    """
    best, least = pose, None
    normal = misfit = None
    for step in range(iterations + 1):
        drawn = draw(pose.continuous, pose.classes)
        residual = ((in_frame(images, pose) - drawn) * mask).flatten(1)
        misfit = 0.5 * residual.square().sum(1)
        loss = misfit + _prior(pose, precisions)
        if least is None:
            least, kept = loss, misfit
        else:
            better = loss < least
            least, kept = torch.where(better, loss, least), torch.where(better, misfit, kept)
            best = _where(better, pose, best)
        if step == iterations:
            break
        slopes, prior, pull = _slopes(drawn, pose, draw, mask, precisions)
        normal = slopes @ slopes.transpose(1, 2) + torch.diag(prior)
        right = (slopes @ residual[:, :, None])[:, :, 0] - pull
        damped = (
            normal
            + DAMPING * torch.diag_embed(normal.diagonal(dim1=1, dim2=2))
            + 1e-6 * torch.eye(len(prior))
        )
        pose = _moved(pose, torch.linalg.solve(damped, right), precisions)
    return Refined(best, kept, _deviations(normal, kept, mask, best, precisions))


def _prior(pose: Pose, precisions: dict[str, float]) -> Tensor:
    total = torch.zeros(len(pose))
    for name, precision in precisions.items():
        if precision:
            total = total + 0.5 * precision * getattr(pose, name).reshape(len(pose), -1).square().sum(1)
    return total


def _slopes(
    drawn: Tensor, pose: Pose, draw: Drawing, mask: Tensor, precisions: dict[str, float]
) -> tuple[Tensor, Tensor, Tensor]:
    """Derivatives (n, p, pixels), precisions of the prior (p,) and its pull (n, p), in the parts' order."""
    height, width = drawn.shape[2:]
    along_x, along_y = torch.zeros_like(drawn), torch.zeros_like(drawn)
    along_x[..., 1:-1] = (drawn[..., 2:] - drawn[..., :-2]) * (width / 4)
    along_y[..., 1:-1, :] = (drawn[..., 2:, :] - drawn[..., :-2, :]) * (height / 4)
    x = (torch.arange(width) + 0.5) * (2 / width) - 1
    y = ((torch.arange(height) + 0.5) * (2 / height) - 1)[:, None]
    columns, prior, pull = [], [], []
    for name, precision in precisions.items():
        values = getattr(pose, name).reshape(len(pose), -1)
        if name == "angle":
            columns += [x * along_y - y * along_x]
        elif name == "offset":
            columns += [-along_x, -along_y]
        elif name == "log_scale":
            columns += [-(x * along_x + y * along_y)]
        else:
            for each in range(values.shape[1]):
                step = torch.zeros(values.shape[1])
                step[each] = STEP
                ahead, back = (draw(pose.continuous + sign * step, pose.classes) for sign in (1, -1))
                columns += [(ahead - back) / (2 * STEP)]
        prior += [precision] * values.shape[1]
        pull += [precision * values]
    slopes = torch.stack([(column * mask).flatten(1) for column in columns], 1)
    return slopes, torch.tensor(prior), torch.cat(pull, 1)


def _moved(pose: Pose, change: Tensor, precisions: dict[str, float]) -> Pose:
    """The pose after a change (n, p) in its own frame."""
    values, place = {}, 0
    for name in precisions:
        old = getattr(pose, name)
        width = old.reshape(len(pose), -1).shape[1]
        move = change[:, place : place + width].clamp(-LARGEST[name], LARGEST[name])
        place += width
        if name == "offset":  # found in the canonical frame
            scale = pose.log_scale.exp()
            cosine, sine = scale * torch.cos(pose.angle), scale * torch.sin(pose.angle)
            x, y = move.unbind(1)
            move = torch.stack([cosine * x + sine * y, cosine * y - sine * x], 1)
        values[name] = old + move.reshape(old.shape)
    return pose.but(**values)


def _where(better: Tensor, new: Pose, old: Pose) -> Pose:
    def chosen(name: str) -> Tensor:
        first, second = getattr(new, name), getattr(old, name)
        return torch.where(better.reshape(-1, *[1] * (first.ndim - 1)), first, second)

    return Pose(**{name: chosen(name) for name in vars(new)})


def _deviations(
    normal: Tensor | None, misfit: Tensor, mask: Tensor, pose: Pose, precisions: dict[str, float]
) -> dict[str, Tensor]:
    """Standard deviations by Laplace's approximation; a pixel's variance is that of the residuals."""
    assert normal is not None
    variance = (2 * misfit / mask.sum()).mean()
    ridge = 1e-6 * torch.eye(normal.shape[1])
    spread = (torch.linalg.inv(normal + ridge).diagonal(dim1=1, dim2=2).clamp(min=0) * variance).sqrt()
    found, place = {}, 0
    for name in precisions:
        value = getattr(pose, name)
        width = value.reshape(len(pose), -1).shape[1]
        found[name] = spread[:, place : place + width].reshape(value.shape)
        place += width
    return found
