"""Titles of trained models in tables: the thesis's numbers of architectures, and what sets runs apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.pipeline.tables.row_titles import row_titles

Record = Mapping[str, Any]


def titles(records: Mapping[str, Record], study: Mapping[str, Any]) -> dict[str, str]:
    """Titles such as "8: 3 x 3 stride 2, 8-16-32" or "8: ..., 50 latents", by run.

    A setting is named where runs of a table differ in it, unless it is that of the study's defaults.
    """
    defaults = study["defaults"]

    def setting(key: str, words: Callable[[Any], str]) -> Callable[[Record], str]:
        return lambda record: "" if record[key] == defaults[key] else words(record[key])

    def name(record: Record) -> str:
        number = record["architecture"]
        return f"{number}: {study['architectures'][number]['title']}"

    return row_titles(
        records,
        name,
        (
            setting("latent", lambda value: f"{value} latents"),
            setting("input", lambda value: f"given {value}"),
            setting("restores", lambda value: f"restores {value}"),
            setting("loss", lambda value: f"loss {value}"),
            setting("variational", lambda value: "autoencoder"),
            setting("beta", lambda value: f"beta {value:g}"),
            setting("beta_schedule", lambda value: f"{value} of beta"),
            setting("initialisation", lambda value: f"{value} weights"),
        ),
    )
