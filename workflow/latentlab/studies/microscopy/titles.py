"""Titles of trained models in tables: the lecture's names, and what sets runs apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.pipeline.tables.row_titles import row_titles

Record = Mapping[str, Any]


def model_name(record: Record) -> str:
    """The lecture's name of a model: "AE", "VAE", "cVAE", "rVAE", "trVAE", "jrVAE", "ssVAE", "skip-rVAE"."""
    invariances = ("t" if record["translation_prior"] else "") + ("r" if record["rotation"] != "none" else "")
    classes = "ss" if record["labelled"] else "j" if record["classes"] else ""
    condition = "c" if record["condition"] else ""
    skip = "skip-" if record["decoder"] == "coordinate-skip" else ""
    name = "VAE" if record["variational"] else "AE"
    return f"{skip}{condition}{classes}{invariances}{name}"


def titles(records: Mapping[str, Record], defaults: Record) -> dict[str, str]:
    """Titles such as "VAE, cards-1" or "rVAE, coordinate decoder", by run.

    A setting is named where runs of a table differ in it, unless it is that of `defaults`.
    """

    def setting(key: str, words: Callable[[Any], str]) -> Callable[[Record], str]:
        return lambda record: "" if record[key] == defaults[key] else words(record[key])

    return row_titles(
        records,
        model_name,
        (
            lambda record: record["data"],
            setting("labelled", lambda value: f"{value} labels"),
            setting("rotation", lambda value: f"{value} angle"),
            setting("frame", lambda value: f"frame of {value}"),
            setting("decoder", lambda value: f"{value} decoder"),
            setting("discrete", lambda value: f"{value} classes"),
            setting("encoder", lambda value: f"{value} encoder"),
            setting("latent", lambda value: f"{value} latents"),
            setting("epochs", lambda value: f"{value} epochs"),
            setting("restores", lambda value: f"restores {value}"),
        ),
    )
