"""The common loss of a dual VAE: both ELBOs, cross drawings, and the distance of the posteriors."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor, nn

from latentlab.errors import InvariantError
from latentlab.invariant.enumerated import EnumeratedNetwork
from latentlab.invariant.inference import Posterior
from latentlab.invariant.network import Batch, Network
from latentlab.invariant.posteriors import kl_categorical
from latentlab.invariant.transforms import Transform


@dataclass(frozen=True)
class Pairing:
    """How the two members are bound.

    Attributes
    ----------
    cross : weight of the misfits of cross drawings. tie : weight of the distance between the posteriors.

    Raises
    ------
    InvariantError : a weight below 0.
    """

    cross: float = 1.0
    tie: float = 1.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not (math.isfinite(value) and value >= 0):
                raise InvariantError(f"{item.name}: expected a weight of at least 0, found {value}")


class PairedNetwork(nn.Module):
    """The two networks and their common loss, as `training.train` takes it.

    A batch has structures as images and properties as targets.
    """

    def __init__(self, structure: Network, property_network: Network, pairing: Pairing) -> None:
        super().__init__()
        self.structure = structure
        self.property = property_network
        self.pairing = pairing
        self.settings = structure.settings  # which KL terms there are, and their weights

    def terms(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """(n,) nats each: reconstruction (all that is drawn, and the distance), kl_..., and their parts."""
        spectra = Batch(batch.targets, batch.targets)
        read = self.property.posterior(batch.targets)
        own = self.property.copy_terms(read, spectra, generator)
        drawn, _ = self.property.sample(read, generator)
        images = Batch(batch.images, batch.images)
        if isinstance(self.structure, EnumeratedNetwork):
            structure = self.structure
            copies = structure.repeated(replace(images, images=batch.images * structure.mask))
            posterior, mask = structure.posterior(copies.images), structure.mask
            assert posterior.orientation is not None
            logits = posterior.orientation.reshape(len(batch.images), -1)
            weights = torch.softmax(logits, dim=1)
        else:
            copies, posterior, mask = images, self.structure.posterior(batch.images), None
            logits, weights = None, batch.images.new_ones(len(batch.images), 1)
        times = weights.shape[1]
        each = self.structure.copy_terms(posterior, copies, generator, mask)
        each |= self._bound(posterior, copies, mask, read, drawn, batch.targets, times, generator)
        found = {name: (values.reshape_as(weights) * weights).sum(1) for name, values in each.items()}
        if logits is not None:
            found["kl_angle"] = kl_categorical(logits)
        found["structure"], found["property"] = found["reconstruction"], own["reconstruction"]
        bound = found["cross_property"] + found["cross_structure"]
        found["reconstruction"] = (
            found["structure"]
            + found["property"]
            + self.pairing.cross * bound
            + self.pairing.tie * found["distance"]
        )
        found["kl_continuous"] = found["kl_continuous"] + own["kl_continuous"]
        return found

    def _bound(
        self,
        posterior: Posterior,
        copies: Batch,
        mask: Tensor | None,
        read: Posterior,
        drawn: Tensor,
        spectra: Tensor,
        times: int,
        generator: torch.Generator,
    ) -> dict[str, Tensor]:
        """Cross misfits and distance for each copy of each structure, (n * times,)."""
        latents, transform = self.structure.sample(posterior, generator)
        property_drawn = self.property.draw(latents, Transform())
        structure_drawn = self.structure.draw(drawn.repeat_interleave(times, dim=0), transform)
        means, deviations = (
            getattr(read, name).repeat_interleave(times, dim=0)
            for name in ("continuous", "continuous_deviation")
        )
        distance = (posterior.continuous - means).square().sum(1)
        distance = distance + (posterior.continuous_deviation - deviations).square().sum(1)
        return {
            "cross_property": self.property.misfit(property_drawn, spectra.repeat_interleave(times, dim=0)),
            "cross_structure": self.structure.misfit(structure_drawn, copies.targets, mask),
            "distance": distance,
        }
