"""The part of config/gisaxs.yaml on denoising, resolved for a scale: read before any job starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name

Record = dict[str, Any]
TEST_INPUT = "noisy-input"  # the subject of the references


def network_records(study: Mapping[str, Any], scale: Mapping[str, Any]) -> dict[str, Record]:
    """The record of each image denoiser, by its name; channels times the scale's width."""
    part = study["denoising"]
    return {
        name: {
            **noisy_input(study),
            "network": name,
            "width": max(1, round(entry["width"] * scale["width"])),
            "levels": entry["levels"],
            **_training(part, scale),
        }
        for name, entry in part["networks"].items()
    }


def noisy_input(study: Mapping[str, Any]) -> Record:
    """Gaps, noise and seed of the input, under the names that runs have for them."""
    return {
        **{key: study["denoising"][key] for key in ("input", "noise", "seed")},
        "target": "clean",
        "photons": None,
    }


def transition_records(study: Mapping[str, Any], scale: Mapping[str, Any]) -> dict[str, Record]:
    """The record of each transition, by its name, with the "encoder" and the "decoder", two runs."""
    part = study["denoising"]
    return {
        name: {**entry, "seed": part["seed"], **_training(part, scale)}
        for name, entry in part["transitions"].items()
    }


def _training(part: Mapping[str, Any], scale: Mapping[str, Any]) -> Record:
    return {
        "epochs": scale["denoiser_epochs"],
        "batch": scale["batch"],
        "learning_rate": part["learning_rate"],
    }


def trained_transitions(study: Mapping[str, Any], trained: Collection[str]) -> list[str]:
    """The transitions whose two codecs are trained at a scale."""
    transitions = study["denoising"]["transitions"]
    return [
        name for name, entry in transitions.items() if {entry["encoder"], entry["decoder"]} <= set(trained)
    ]


def check_denoising(study: Mapping[str, Any], runs: Mapping[str, Mapping[str, Any]], source: str) -> None:
    """Check that a transition's codecs are runs of the small set whose latents have the same shape, and that
    tables and figures show denoisers that there are.

    Parameters
    ----------
    runs : records, as declared. source : name of the study's file, for messages.

    Raises
    ------
    ConfigError : names the transition, the table or the figure.
    """
    known = [*study["denoising"]["networks"], *study["denoising"]["transitions"]]
    for section in ("tables", "figures"):
        for name, entry in study[section].items():
            for shown in entry.get("restored", ()):
                if shown not in known:
                    where = f"{source}: {section}.{name}.restored"
                    raise ConfigError(f"{where}: {unknown_name('denoiser', shown, known)}")
    for name, entry in study["denoising"]["transitions"].items():
        where = f"{source}: denoising.transitions.{name}"
        for side in ("encoder", "decoder"):
            if entry[side] not in runs:
                raise ConfigError(f"{where}.{side}: {unknown_name('run', entry[side], runs)}")
            if runs[entry[side]]["dataset"] != "small":
                raise ConfigError(f"{where}.{side}: '{entry[side]}' is not trained on the small set")
        channels = [runs[entry[side]]["channels"][-1] for side in ("encoder", "decoder")]
        if channels[0] != channels[1]:
            raise ConfigError(f"{where}: the codecs' latents have {channels[0]} and {channels[1]} channels")
