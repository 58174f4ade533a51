"""The parts of the study: which one draws a kind of set and judges the models that are trained on it."""

from __future__ import annotations

PARTS = {  # by kind of set
    "cards": "cards",
    "digits": "digits",
    "lattice": "atoms",
    "domains": "atoms",
    "plasmonics": "plasmonics",
}


def part_function(kind: str, name: str) -> str:
    """The name "part.module.function" of a part's function, as `pipeline.study_functions` takes it.

    Parameters
    ----------
    kind : of the set. name : "data.draw" or "evaluation.evaluate".
    """
    return f"{PARTS[kind]}.{name}"
