"""A member of the family whose posterior is found by matching, without an encoder.

Gradient descent on one angle ends in a local minimum as soon as the angles spread over a large part of the
circle, and one on classes as soon as a class has learnt two objects. Here every image is compared with what
the decoder draws for each class, at a few values of the latents, in every orientation: on a polar grid a
rotation is a shift, so that all orientations cost one Fourier transform. The best is refined by Gauss-Newton
iterations.
"""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import torch
from torch import Tensor, nn

from latentlab.invariant.decoders import build_decoder
from latentlab.invariant.inference import Posterior
from latentlab.invariant.matching.frames import Pose, centres_and_radii, in_frame
from latentlab.invariant.matching.gauge import terms
from latentlab.invariant.matching.polar import PolarGrid, misfits
from latentlab.invariant.matching.refine import Refined, refined
from latentlab.invariant.network import Network
from latentlab.invariant.settings import Settings
from latentlab.invariant.transforms import Transform, disc_mask

NODES = {
    0: 1,
    1: 7,
    2: 5,
}  # values of each latent at which the decoder draws; above two latents SCATTERED in all
SCATTERED = 32
ITERATIONS = 6  # of Gauss-Newton
TOGETHER = 256  # images


class MatchedNetwork(Network):
    """Decoder and matching."""

    def __init__(self, settings: Settings) -> None:
        nn.Module.__init__(self)
        self.settings = settings
        self.decoder = build_decoder(settings)
        self.grid = PolarGrid(settings.shape[-1], settings.orientations)
        self.register_buffer("mask", disc_mask(*settings.shape[1:]), persistent=False)
        self.register_buffer("nodes", latent_nodes(settings.latent), persistent=False)
        # coefficients of psi, the turn of each class's drawing with the latents (see `gauge`)
        self.register_buffer("turns", torch.zeros(self.classes, settings.latent))
        # of a pixel: what matching takes for noise; set by the training
        self.register_buffer("variance", torch.tensor(1.0))
        self.register_buffer("radius", torch.tensor(1.0))  # of gyration, of an image of scale 1, half sides
        self.register_buffer("trained", torch.tensor(False))

    @property
    def classes(self) -> int:
        """Number of classes, 1 without a discrete latent."""
        return max(1, self.settings.classes)

    def canonical(self, continuous: Tensor, classes: Tensor) -> Tensor:
        """(n, *shape) canonical images of latents (n, d) and class numbers (n,)."""
        chosen = nn.functional.one_hot(classes, self.classes).float() if self.settings.classes else None
        return self.shown(super().draw(continuous, Transform(), chosen))

    def draw(
        self,
        continuous: Tensor,
        transform: Transform,
        classes: Tensor | None = None,
        conditions: Tensor | None = None,
    ) -> Tensor:
        """As `Network.draw`, with angles that do not depend on the latents."""
        psi = terms(continuous) @ self.turns.T  # (n, classes)
        psi = psi[:, 0] if classes is None else (psi * classes).sum(1)
        angle = psi if transform.angle is None else transform.angle + psi
        return super().draw(continuous, replace(transform, angle=angle), classes, conditions)

    def templates(self) -> Tensor:
        """Spectra of what the decoder draws, complex (classes * nodes, rings, frequencies)."""
        each = torch.arange(self.classes, device=self.nodes.device).repeat_interleave(len(self.nodes))
        return self.grid.spectrum(self.canonical(self.nodes.repeat(self.classes, 1), each))

    def precisions(self) -> dict[str, float]:
        """For each part that is refined: precision of its prior times the variance of a pixel."""
        settings, variance = self.settings, float(self.variance)
        found = {"angle": 0.0}
        if settings.translation_prior:
            found["offset"] = variance / settings.translation_prior**2
        if settings.scale_prior:
            found["log_scale"] = variance / settings.scale_prior**2
        return found | ({"continuous": variance} if settings.latent else {})

    @torch.no_grad()
    def matched(self, images: Tensor, offset: Tensor | None = None) -> tuple[Refined, Tensor]:
        """Refined poses of images, and (n, classes) logits.

        Parameters
        ----------
        offset : (n, 2) where the objects lie; None: their centres of mass, if the model has offsets.
        """
        start = self.unposed(images, offset)
        spectra = self.grid.spectrum(in_frame(images, start))
        templates, angles = self.templates(), self.settings.orientations
        parts, logits = [], []
        for rows in torch.arange(len(images)).split(TOGETHER):
            fit = -misfits(spectra[rows], templates, angles) / self.variance
            fit = fit.reshape(len(rows), self.classes, -1)
            logits.append(torch.logsumexp(fit, 2))
            classes = logits[-1].argmax(1)
            best = fit[torch.arange(len(rows)), classes].argmax(1)
            pose = start.rows(rows).but(
                classes=classes,
                continuous=self.nodes[best // angles],
                angle=(best % angles) * (2 * math.pi / angles),
            )
            parts.append(
                refined(images[rows], pose, self.canonical, self.mask, self.precisions(), ITERATIONS)
            )
        return _joined(parts), torch.cat(logits)

    def unposed(self, images: Tensor, offset: Tensor | None = None) -> Pose:
        """Nothing but offsets, those given or the centres of mass, and scales by the radius of gyration."""
        number, settings = len(images), self.settings
        zero = images.new_zeros(number)
        centre, radius = centres_and_radii(images)
        if offset is None:
            offset = centre if settings.translation_prior else torch.zeros_like(centre)
        log_scale = torch.log(radius / self.radius) if settings.scale_prior else zero
        return Pose(images.new_zeros(number, settings.latent), zero.long(), zero, offset, log_scale)

    def encode(self, images: Tensor, conditions: Tensor | None = None) -> Posterior:
        """Posterior of images; standard deviations are those of Laplace's approximation."""
        found, logits = self.matched(images)
        pose, spread = found.pose, found.deviations
        settings = self.settings
        psi = (terms(pose.continuous) * self.turns[pose.classes]).sum(1)
        angle = pose.angle - psi
        values = {
            "continuous": pose.continuous,
            "continuous_deviation": spread.get("continuous", torch.zeros_like(pose.continuous)),
            "angle": torch.atan2(torch.sin(angle), torch.cos(angle)),
            "angle_deviation": spread["angle"],
        }
        if settings.translation_prior:
            values |= {"offset": pose.offset, "offset_deviation": spread["offset"]}
        if settings.scale_prior:
            values |= {"log_scale": pose.log_scale, "log_scale_deviation": spread["log_scale"]}
        return Posterior(**values, classes=logits if settings.classes else None)


def latent_nodes(latent: int) -> Tensor:
    """(t, latent) values spread as the prior N(0, 1): equally probable ones for one or two latents."""
    number = NODES.get(latent)
    if number is None:
        uniform = torch.quasirandom.SobolEngine(latent, scramble=True, seed=0).draw(SCATTERED)
        return torch.special.ndtri(uniform.clamp(0.02, 0.98))
    axis = torch.tensor([NormalDist().inv_cdf((each + 0.5) / number) for each in range(number)])
    return torch.cartesian_prod(*[axis] * latent).reshape(-1, latent) if latent else torch.zeros(1, 0)


def _joined(parts: list[Refined]) -> Refined:
    pose = Pose(**{name: torch.cat([getattr(p.pose, name) for p in parts]) for name in vars(parts[0].pose)})
    names = parts[0].deviations
    return Refined(
        pose,
        torch.cat([part.misfit for part in parts]),
        {name: torch.cat([part.deviations[name] for part in parts]) for name in names},
    )
