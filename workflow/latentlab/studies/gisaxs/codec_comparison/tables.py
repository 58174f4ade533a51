"""The comparison as tables: every codec at every setting, what each needs for a goal, lossless rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.codec_comparison.comparison_file import SPEEDS, read_comparison
from latentlab.studies.gisaxs.codec_comparison.goal import GOAL
from latentlab.studies.gisaxs.codec_comparison.rows import ENTROPY, INPUT

ERRORS = {
    "error_R_nm": "R error (nm)",
    "error_sigma_over_R": "sigma/R error",
    "error_D_nm": "D error (nm)",
    "error_omega_over_D": "omega/D error",
}
SPEED_TITLES = dict(zip(SPEEDS, ("encode (MB/s)", "decode (MB/s)"), strict=True))
LOSSY_TITLES = {
    "codec": "codec",
    "level": "setting",
    "photons": "photons",
    "file_bytes": "bytes",
    "bits_per_pixel": "bits a pixel",
    "psnr_log": "psnr_log (dB)",
    "ms_ssim_log": "ms_ssim_log",
    **ERRORS,
    **SPEED_TITLES,
}
LOSSLESS_TITLES = {
    "subject": "frames",
    "photons": "photons",
    "codec": "codec",
    "level": "setting",
    "bits_per_pixel": "bits a pixel",
}

LOSSY_NOTE = (
    "Means over {patterns} patterns of {side} x {side} pixels, parameters fitted to {fitted} of them. bytes: "
    "of the whole file; a model (PCA's components, a network's weights, the simulator) and the exposure are "
    "not counted for any codec. psnr_log and ms_ssim_log: on log10 of intensity over the true pattern's "
    "maximum, six decades to [0, 1], data range 1. Errors: of the parameters fitted by least squares to the "
    "decoded pattern, or by likelihood where photons were counted. MB/s: of the float32 image, one thread."
)
LOSSLESS_NOTE = (
    "Over all pixels, masked ones too; every file was decoded and compared bit for bit. above the "
    "entropy: excess over that of the Poisson process that the counts were drawn from, which no coder can "
    "beat on average. MB/s: of the int32 frame, reference codecs on one thread."
)


def lossy_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Every row of a test set under readable titles; `photons` only where patterns were counted.

    `rows` has the columns of `studies.gisaxs.codec_comparison.rows.LossyRow`.
    """
    columns = [name for name in LOSSY_TITLES if name != "photons" or rows["photons"].notna().any()]
    return rows[columns].rename(columns=LOSSY_TITLES)


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
    titles = {name: title for name, title in LOSSY_TITLES.items() if name != "photons"}
    return table[["codec", "goal", *list(titles)[1:]]].rename(columns=titles).reset_index(drop=True)


def lossless_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Lossless rates and speeds; with the excess over the entropy (%) where the process is known.

    `rows` has the columns of `studies.gisaxs.codec_comparison.rows.LosslessRow`.
    """
    known = rows["codec"] == ENTROPY
    table = rows[list(LOSSLESS_TITLES)].rename(columns=LOSSLESS_TITLES)
    if known.any():
        limit = rows[known].set_index(["subject", "photons"])["bits_per_pixel"]
        of_row = limit.reindex(pd.MultiIndex.from_frame(rows[["subject", "photons"]])).to_numpy()
        table["above the entropy (%)"] = 100 * (rows["bits_per_pixel"].to_numpy() / of_row - 1)
    else:
        table = table.drop(columns="photons")
    for name, title in SPEED_TITLES.items():
        table[title] = rows[name]
    return table


def comparison_table(inputs: Inputs, spec: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """A table of the comparison and its note, from a test set's artifact.

    `spec["show"]` is "all" (every setting), "goal" (what each codec needs for the goal) or "lossless";
    `spec["photons"]`, if given, is the photon budget to show of counted patterns. ValueError: another `show`.
    """
    path = inputs.artifacts["comparison"]
    if spec["show"] == "lossless":
        return lossless_table(read_comparison(path, "lossless")), LOSSLESS_NOTE
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
    return (lossy_table if spec["show"] == "all" else goal_table)(rows), note
