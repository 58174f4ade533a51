"""Runs on a user's own micrographs: the table and figures that they bring along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.references import SECTIONS, runs_named, write_out
from latentlab.pipeline.runs import Groups, Record

OWN = "micrographs"  # the set made from a user's own images
PAIRS = list(range(6))  # shown
METRICS = ["mse_images", "mse_images_aligned", "mse_statistics", "kl", "r2_volume_fraction"]
_LAGS = "Lags in px of a tile, or in nm where micrographs.nm_per_pixel is given"
TABLE = {
    "title": "Your micrographs: what the runs learnt, beside trivial answers",
    "made": "VAEs trained on seven tenths of the tiles of your micrographs, and answers that need no "
    "learning, judged on the other tiles.",
    "units": "Mean squared errors of pixels (0 and 1) and of autocorrelations (the volume fraction at lag "
    "0); the rate in nats per image.",
    "look": "A run has learnt the statistics if its error of autocorrelations is below those of the mean "
    "autocorrelation and of the volume fraction alone.",
}
HISTORY = {
    "title": "Your micrographs: distortion and rate over the epochs",
    "made": "Means over the training tiles (solid) and the validation tiles (dashed) after each epoch.",
    "units": "Distortion as a sum of squares for 224 x 224 values, rate in nats per image.",
    "look": "If the distortion still falls at the end, train for more epochs; a rate of 0 means that nothing "
    "was learnt.",
}
RECONSTRUCTIONS = {
    "made": "Validation tiles of your micrographs, what the VAE makes of their latents, and the "
    "autocorrelations of both.",
    "units": f"{_LAGS}; the autocorrelation at lag 0 is the volume fraction.",
    "look": "The two autocorrelations of a row should agree; the images need not, as statistics do not tell "
    "where a structure is.",
}


def own_runs(declared: Mapping[str, Record]) -> list[str]:
    """The runs on the user's own micrographs, in the file's order."""
    return [run for run, record in declared.items() if record["data"] == OWN]


def with_own_outputs(
    study: Mapping[str, Any], declared: Mapping[str, Record], groups: Groups, source: str
) -> dict[str, Any]:
    """The study's file with a table and figures for the runs on micrographs that no table or figure names.

    The table `micrographs` and the figure `micrographs-history` show all of these runs, the figure
    `micrographs-<run>` the reconstructions of one.

    Parameters
    ----------
    study : content of the study's file. declared, groups : as of `declare_runs`. source : the file's name.

    Raises
    ------
    ConfigError : the file has a table or figure of such a name, which shows other runs; or as `write_out`.
    """
    written = write_out(study, declared, groups, source)
    named = {run for section in SECTIONS for entry in written[section].values() for run in runs_named(entry)}
    runs = [run for run in own_runs(declared) if run not in named]
    added = {section: dict(study[section]) for section in SECTIONS}
    if runs:
        table = {**TABLE, "source": "micrographs", "rows": runs, "ours": METRICS, "sets": [OWN]}
        _add(added["tables"], OWN, table, f"{source}: tables.{OWN}")
        history = {**HISTORY, "kind": "history", "runs": runs, "sets": [OWN]}
        _add(added["figures"], f"{OWN}-history", history, f"{source}: figures.{OWN}-history")
    for run in runs:
        shown = {"kind": "reconstructions", "run": run, "pairs": PAIRS, "sets": [OWN]}
        figure = {"title": f"Your micrographs: reconstructions by {run}", **RECONSTRUCTIONS, **shown}
        _add(added["figures"], f"{OWN}-{run}", figure, f"{source}: runs.{run}")
    return {**study, **added}


def _add(entries: dict[str, Any], name: str, entry: Mapping[str, Any], where: str) -> None:
    if name in entries:
        raise ConfigError(
            f"{where}: '{name}' is the name of what is made for runs on your micrographs; choose another name"
        )
    entries[name] = entry
