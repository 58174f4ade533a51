"""Subjects and metrics of the separated latent, for tables and claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.pipeline.quantities import Quantity

SUBJECT = "separated-latent"  # without noise and gaps
COUNTED_SUBJECT = "separated-latent-counted"  # photons counted, gaps moved at random

_ETA = {
    "eta2_r": "share of R's variance between the clusters",
    "eta2_d": "share of D's variance between the clusters",
    "eta2_omega": "share of omega/D's variance between the clusters",
}
SEPARATION_QUANTITIES: dict[str, Quantity] = {
    **{
        name: Quantity(title, "", lowest=0.0, highest=1.0, scatter="absolute") for name, title in _ETA.items()
    },
    "eta2_r_bound": Quantity("largest possible share of R's variance", "", lowest=0.0, highest=1.0),
    **{f"{name}_p": Quantity(f"probability of such a {title} by chance") for name, title in _ETA.items()},
    **{f"{name}_chance": Quantity(f"{title}, by chance") for name, title in _ETA.items()},
    "swap_log_rmse": Quantity("rms error of swapped decodings", "decades", "lower"),
    "swap_log_rmse_unswapped": Quantity("the same of the pattern before the swap", "decades", "lower"),
}
METRICS = frozenset(SEPARATION_QUANTITIES) | {f"{name}{end}" for name in _ETA for end in ("_low", "_high")}


def subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject; none if the study has no such part."""
    return dict.fromkeys((SUBJECT, COUNTED_SUBJECT), METRICS) if "separation" in study else {}
