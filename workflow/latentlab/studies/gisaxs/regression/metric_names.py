"""Metrics of the regression's artifact, their titles and units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.gisaxs.regression.evaluation import ALL, METHODS, PARAMETERS, WITH_INTERVALS, tag

SUBJECT = "regression"
LEVELS = (68, 95)  # per cent
METHOD_TITLES = {
    "network": "network",
    "refined": "network, then fit steps",
    "latents": "latents of the autoencoder that saw no parameter",
    "fit": "fit to the library",
    "median": "median of all patterns (trivial)",
}
PARAMETER_TITLES = {"r_nm": "R", "sigma_over_r": "sigma/R", "d_nm": "D", "omega_over_d": "omega/D"}
UNITS = {"r_nm": "nm", "d_nm": "nm"}


def quantities(budgets: tuple[str, ...]) -> dict[str, Quantity]:
    """Quantities by metric for budgets as `evaluation.tag` writes them."""
    found = {}
    for parameter in PARAMETERS:
        for method in WITH_INTERVALS:
            for budget in (*budgets, ALL):
                where = "all photon budgets" if budget == ALL else f"{budget} photons"
                for level in LEVELS:
                    found[f"covered{level}_{parameter}_{method}_{budget}"] = Quantity(
                        f"share of {level} % intervals that hold {PARAMETER_TITLES[parameter]}, "
                        f"{METHOD_TITLES[method]}, {where}",
                        scatter="absolute",
                        lowest=0.0,
                        highest=1.0,
                    )
    for budget in budgets:
        for parameter in PARAMETERS:
            symbol, unit = PARAMETER_TITLES[parameter], UNITS.get(parameter, "")
            for method in METHODS:
                where = f"{METHOD_TITLES[method]}, {budget} photons"
                known = f"error_{parameter}_median_{budget}" if method != "median" else None
                found[f"error_{parameter}_{method}_{budget}"] = Quantity(
                    f"median error of {symbol}, {where}", unit, "lower", known
                )
                found[f"error95_{parameter}_{method}_{budget}"] = Quantity(
                    f"95th percentile of the error of {symbol}, {where}", unit, "lower"
                )
    return found


REGRESSION_QUANTITIES = quantities(("1e3", "1e4", "1e5", "1e6", "1e7"))


def subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject; none if the study has no regression."""
    if "regression" not in study:
        return {}
    names = quantities(tuple(tag(float(photons)) for photons in study["regression"]["budgets"]))
    ends = {f"{name}{end}" for name in names if not name.startswith("error95") for end in ("_low", "_high")}
    return {SUBJECT: frozenset(names) | ends}
