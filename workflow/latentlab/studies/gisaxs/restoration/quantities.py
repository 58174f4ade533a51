"""The metrics of the restoration's evaluation: titles and units, by photon budget."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.gisaxs.restoration.metric_names import ENDS, budget_name

BUDGETS = tuple(10.0**power for power in range(2, 9))  # those whose metrics have a title
_END_TITLES = dict(zip(ENDS, ("", ", lower end", ", upper end"), strict=True))
_KINDS = {
    "gap_error": Quantity("rms error of log10 intensity inside gaps", "decades", "lower"),
    "outside_error": Quantity("rms error of log10 intensity outside gaps", "decades", "lower"),
    "gap_error_counting": Quantity("rms error inside gaps", "counting errors", "lower"),
    "outside_error_counting": Quantity("rms error outside gaps", "counting errors", "lower"),
    "gap_correlation": Quantity("correlation of intensity inside gaps", "", "higher", highest=1.0),
    "gap_log_correlation": Quantity("correlation of log intensity inside gaps", "", "higher", highest=1.0),
    "gap_covered": Quantity(
        "errors inside gaps within one stated deviation", "share", lowest=0.0, highest=1.0
    ),
    "outside_covered": Quantity(
        "errors outside gaps within one stated deviation", "share", lowest=0.0, highest=1.0
    ),
    "gap_covered_2": Quantity(
        "errors inside gaps within two stated deviations", "share", lowest=0.0, highest=1.0
    ),
    "outside_covered_2": Quantity(
        "errors outside gaps within two stated deviations", "share", lowest=0.0, highest=1.0
    ),
    "gap_ratio": Quantity("error inside gaps over that of the network, same images"),
    "outside_ratio": Quantity("error outside gaps over that of the network, same images"),
}


def _of_budget(kind: Quantity, photons: float, end: str) -> Quantity:
    title = f"{kind.title}, {photons:g} photons per pattern, median over patterns{_END_TITLES[end]}"
    return Quantity(title, kind.unit, kind.better, lowest=kind.lowest, highest=kind.highest)


QUANTITIES: dict[str, Quantity] = {
    f"{name}_{budget_name(photons)}{end}": _of_budget(kind, photons, end)
    for name, kind in _KINDS.items()
    for photons in BUDGETS
    for end in ENDS
}
