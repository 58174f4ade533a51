"""What is known of each scene, and which of its truths a model's latents are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Compared:
    """Truth of a kind of scene that latents are judged by.

    Attributes
    ----------
    label : factor of whole numbers, -1 where unknown. names : of its values.
    fold : order of the lattice's rotational symmetry, for the angle; 0: no angle is judged.
    angle_of : factor of the angle in rad, or "polarisation" for the direction of that vector.
    direction_counts : whether labels differ by their orientation, which a model with an angle puts there.
    """

    label: str
    names: tuple[str, ...]
    fold: int
    angle_of: str
    direction_counts: bool = False


PEROVSKITE = Compared("domain", ("domain 1", "domain 2", "domain 3", "domain 4"), 1, "polarisation", True)
COMPARED = {
    "perovskite": PEROVSKITE,
    "interface": Compared("phase", ("LSMO A", "LSMO B", "NiO"), 4, "orientation_rad"),
    "graphene": Compared("class", ("lattice", "silicon", "defect"), 3, "orientation_rad"),
}


def compared(spec: Mapping[str, Any]) -> Compared | None:
    """What the latents of a set's models are compared with; None for a user's own images."""
    return COMPARED.get(spec["scene"])


def names_of(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of a set's labels."""
    truth = compared(spec)
    if truth is None:
        return ()
    return truth.names[: spec["crystal"].get("directions", len(truth.names))]
