"""Titles of trained VAEs in tables: the model in words, and what sets runs apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.pipeline.tables.row_titles import row_titles

Record = Mapping[str, Any]
MODELS = {  # by loss
    "statistics": "statistics VAE",
    "statistics-norm": "statistics VAE, norm of eq. 1",
    "amplitudes": "amplitudes VAE",
    "pixels": "vanilla VAE",
}


def titles(records: Mapping[str, Record], defaults: Record) -> dict[str, str]:
    """Titles such as "statistics VAE" or "vanilla VAE, lines-3-6", by run.

    A setting is named where runs of a table differ in it, unless it is that of `defaults`.
    """

    def setting(key: str, words: Callable[[Any], str]) -> Callable[[Record], str]:
        return lambda record: "" if record[key] == defaults[key] else words(record[key])

    return row_titles(
        records,
        lambda record: MODELS[record["loss"]],
        (
            setting("data", str),
            setting("alpha", lambda value: f"alpha {value:g}"),
            setting("beta", lambda value: f"beta {value:g}"),
            setting("thresholded", lambda value: f"thresholded {value:g}"),
            setting("contrast", lambda value: f"contrast {value:g}"),
            setting("latent", lambda value: f"{value} latents"),
            setting("weights", lambda value: "given weights"),
            setting("frozen", lambda value: "frozen"),
            setting("schedule", lambda value: f"schedule {value}"),
        ),
    )
