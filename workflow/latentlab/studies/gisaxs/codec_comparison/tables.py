"""The comparison as tables: every codec at every setting, what each needs for a goal, lossless rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.shown_table import ShownTable, part_of
from latentlab.studies.gisaxs.codec_comparison.comparison_file import SPEEDS, read_comparison
from latentlab.studies.gisaxs.codec_comparison.goal import GOAL
from latentlab.studies.gisaxs.codec_comparison.rows import ENTROPY, INPUT

HEADINGS = {
    "subject": "frames",
    "level": "setting",
    "photons": "photons per pattern",
    "file_bytes": "size of the file (bytes)",
    "bits_per_pixel": "rate of the file (bits per pixel)",
    "psnr_log": "PSNR of log intensity (dB)",
    "ms_ssim_log": "MS-SSIM of log intensity",
    "error_R_nm": "error of the fitted R (nm)",
    "error_sigma_over_R": "error of the fitted sigma/R",
    "error_D_nm": "error of the fitted D (nm)",
    "error_omega_over_D": "error of the fitted omega/D",
    "above_entropy_percent": "above the entropy (%)",
    "encode_MB_s": "encoding (MB/s)",
    "decode_MB_s": "decoding (MB/s)",
}
LOSSY = (
    "codec",
    "level",
    "photons",
    "file_bytes",
    "bits_per_pixel",
    "psnr_log",
    "ms_ssim_log",
    "error_R_nm",
    "error_sigma_over_R",
    "error_D_nm",
    "error_omega_over_D",
    *SPEEDS,
)
LOSSLESS = ("subject", "photons", "codec", "level", "bits_per_pixel")
WHOLE, SCORES = ("file_bytes",), ("ms_ssim_log",)

LOSSY_NOTE = (
    "Means over {patterns} patterns of {side} x {side} pixels, parameters fitted to {fitted} of them. Not "
    "counted for any codec: its model (components, weights, the simulator) and the exposure. Speeds: of the "
    "float32 image, on one thread."
)
LOSSLESS_NOTE = (
    "Over all pixels, masked ones too; every file was decoded and compared bit for bit. Speeds: of the int32 "
    "frame, reference codecs on one thread."
)


def lossy_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Every row of a test set; `photons` only where patterns were counted.

    `rows` has the columns of `studies.gisaxs.codec_comparison.rows.LossyRow`.
    """
    return rows[[name for name in LOSSY if name != "photons" or rows["photons"].notna().any()]]


def goal_table(
    rows: pd.DataFrame, psnr_log: float = GOAL.psnr_log, ms_ssim_log: float = GOAL.ms_ssim_log
) -> pd.DataFrame:
    """What each codec needs for a goal: its cheapest setting that reaches both, or else its best one.

    Parameters
    ----------
    rows : of one test set and photon budget, as `studies.gisaxs.codec_comparison.rows.LossyRow`.
    psnr_log : dB. ms_ssim_log : dimensionless.

    Returns
    -------
    One row per codec, cheapest first, those that miss the goal last; column `goal`: "reached" or "missed".
    """
    rows = rows[rows["codec"] != INPUT]
    reached = (rows["psnr_log"] >= psnr_log) & (rows["ms_ssim_log"] >= ms_ssim_log)
    chosen = []
    for _, of_codec in rows.groupby("codec", sort=False):
        enough = of_codec[reached.loc[of_codec.index]]
        best = enough["file_bytes"].idxmin() if len(enough) else of_codec["psnr_log"].idxmax()
        chosen.append(best)
    table = rows.loc[chosen].assign(goal=np.where(reached.loc[chosen], "reached", "missed"))
    table = table.sort_values(["goal", "file_bytes"], ascending=[False, True], kind="stable")
    others = [name for name in LOSSY if name not in ("codec", "photons")]
    return table[["codec", "goal", *others]].reset_index(drop=True)


def lossless_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Lossless rates and speeds; with `above_entropy_percent`, the excess, where the process is known.

    `rows` has the columns of `studies.gisaxs.codec_comparison.rows.LosslessRow`.
    """
    known = rows["codec"] == ENTROPY
    table = rows[list(LOSSLESS)].copy()
    if known.any():
        limit = rows[known].set_index(["subject", "photons"])["bits_per_pixel"]
        of_row = limit.reindex(pd.MultiIndex.from_frame(rows[["subject", "photons"]])).to_numpy()
        table["above_entropy_percent"] = 100 * (rows["bits_per_pixel"].to_numpy() / of_row - 1)
    else:
        table = table.drop(columns="photons")
    return table.assign(**{name: rows[name] for name in SPEEDS})


def comparison_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """A table of the comparison, from a test set's artifact.

    `spec["show"]` is "all" (every setting), "goal" (what each codec needs for the goal) or "lossless";
    `spec["photons"]`, if given, is the photon budget to show of counted patterns. ValueError: another `show`.
    """
    path = inputs.artifacts["comparison"]
    if spec["show"] == "lossless":
        return _shown(lossless_table(read_comparison(path, "lossless")), LOSSLESS_NOTE)
    if spec["show"] not in ("all", "goal"):
        raise ValueError(f"show is '{spec['show']}', expected all, goal or lossless")
    rows = read_comparison(path, "lossy")
    if "photons" in spec:
        rows = rows[rows["photons"] == spec["photons"]].reset_index(drop=True)
    pixels = 8 * rows["file_bytes"] / rows["bits_per_pixel"]
    note = LOSSY_NOTE.format(
        patterns=rows["patterns"].iloc[0],
        side=round(float(pixels.iloc[0]) ** 0.5),
        fitted=rows["fitted"].iloc[0],
    )
    return _shown((lossy_table if spec["show"] == "all" else goal_table)(rows), note)


def _shown(table: pd.DataFrame, note: str) -> ShownTable:
    return ShownTable(table, (part_of(table, HEADINGS, whole=WHOLE, scores=SCORES),), note)
