"""Titles of trained codecs in tables: model and filters as in the thesis, and what sets runs apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.row_titles import row_titles

Record = Mapping[str, Any]
TASKS = {  # by input and target
    ("clean", "clean"): "clean",
    ("gaps", "gaps"): "gaps kept",
    ("gaps", "clean"): "gaps filled",
    ("moving-gaps", "clean"): "moving gaps filled",
}
# counting is named with its photons
NOISES = {"awgn-at-mean": "Gaussian", "bernoulli": "Bernoulli", "poisson-rate-one": "Poisson"}
LOSSES = {"mse": "MSE", "ms-ssim": "MS-SSIM"}


def titles(records: Mapping[str, Record], abbreviations: Mapping[str, str]) -> dict[str, str]:
    """Titles such as "FP (43, 64)" or "AT 64, gaps filled", by run.

    Parameters
    ----------
    records : as declared: the filters are those of scale paper. abbreviations : of models (table 2.1).
    """
    name = partial(_model, abbreviations=abbreviations)
    return row_titles(
        records,
        name,
        (
            lambda record: TASKS[record["input"], record["target"]],
            _noise,
            _denoiser,
            lambda record: LOSSES[record["loss"]],
            lambda record: f"lambda {record['lambda']:g}",
            lambda record: f"{record['intensity']} intensity",
            lambda record: "CompressAI's loop" if record["loop"] == "plain" else "Lightning",
            lambda record: f"schedule {record['schedule']}",
            lambda record: (
                f"MSE for {100 * record['warm_up']:g} % of the epochs" if record["warm_up"] else ""
            ),
            lambda record: f"quantiles {record['quantiles']}",
            lambda record: f"{record['dataset']} set",
            lambda record: record["precision"],
        ),
    )


def _model(record: Record, abbreviations: Mapping[str, str]) -> str:
    channels = record["channels"]
    filters = f"({', '.join(map(str, channels))})" if len(channels) > 1 else str(channels[0])
    name = f"{abbreviations.get(record['model'], record['model'])} {filters}"
    if record["activation"] == "relu":
        name += ", ReLU"
    if record["photons"] is not None:
        name += f", {number_text(record['photons'])} photons counted"
    return name


def _noise(record: Record) -> str:
    named = [NOISES[noise] for noise in record["noise"] if noise in NOISES]
    return f"{' or '.join(named)} noise" if named else ""


def _denoiser(record: Record) -> str:
    """Position of the denoisers, and width and depth where they are not those of table 4.12."""
    if not record["denoiser"]:
        return "no denoiser"
    words = [f"denoiser at {' & '.join(record['denoiser'])}"]
    if record["denoiser_width"] != "complete":
        words.append(record["denoiser_width"])
    if record["denoiser_depth"] != 1:
        words.append(f"{record['denoiser_depth']} hidden layers")
    return ", ".join(words)
