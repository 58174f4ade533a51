"""What the figures of generated and restored pictures share: rows of pictures, and short names of runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from latentlab.artifacts import read_artifact, record_of
from latentlab.studies.landcover.evaluation_file import KIND

SMALL = 6.5  # pt


def run_name(path: Path | str) -> str:
    """What sets a run apart, in a few words, from the record of its evaluation."""
    with read_artifact(path, kind=KIND) as file:
        return short_name(record_of(file))


def short_name(record: Mapping[str, Any]) -> str:
    """The architecture, the latents, and what is not as in the thesis."""
    words = [f"{record['architecture']}, {record['latent']} latents"]
    if record["input"] != "rgb":
        words.append(f"from {record['input']}")
    if record["loss"] != "mae":
        words.append(f"loss {record['loss']}")
    if not record["variational"]:
        words.append("autoencoder")
    elif record["beta"] != 1:
        words.append(f"beta {record['beta']:g}")
    if record["beta_schedule"] != "constant":
        words.append(record["beta_schedule"])
    if record["initialisation"] != "glorot":
        words.append(record["initialisation"])
    return "\n".join(words)


def show(axis: Axes, picture: np.ndarray) -> None:
    """A picture uint8 (3, h, w) without ticks, row 0 at the top."""
    axis.imshow(np.moveaxis(picture, 0, -1), origin="upper")
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set_visible(False)


def name_row(axis: Axes, name: str) -> None:
    """A name at the left of a row of pictures."""
    axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=SMALL, labelpad=4)
