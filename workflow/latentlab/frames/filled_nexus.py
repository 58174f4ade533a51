"""Write a frame whose gaps are filled as NeXus."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import create_nxdata, write_artifact
from latentlab.frames.frame import Frame


def write_filled(
    path: Path | str,
    *,
    frame: Frame,
    binning: int,
    images: Mapping[str, np.ndarray],
    mask: np.ndarray,
    chi_square: np.ndarray,
    block: int,
    scores: Mapping[str, Mapping[str, float]],
    members: Sequence[str],
    verdict: str,
    summary: Mapping[str, float],
    record: Mapping[str, Any],
    rule: str = "filled_frame",
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write the whole view of a frame: NXdata /filled (the default), /expected, /deviation and /chi_square.

    The first two hold `counts` (float32, photons per binned pixel): /filled the measured counts as they are
    and the expected ones in the gaps, /expected the expected ones everywhere. /deviation holds the standard
    deviation of log10 of the expected counts, decades, /chi_square the mean of (c - e)^2 / e of blocks of
    measured pixels. Axes are the pixels' centres in detector pixels. /filled/mask (bool) is True where
    nothing was measured. /scores holds a JSON text: each method's numbers in artificial gaps. /header is the
    frame's header as JSON. Attributes of the root: source, binning, the methods that filled the gaps (JSON),
    the verdict as a sentence, and its numbers as JSON (`summary`).

    Parameters
    ----------
    path : file to write. frame : what was read. binning : detector pixels per side of a pixel.
    images : "filled", "expected" and "deviation", (h, w) each. mask : bool (h, w).
    chi_square : (n, m). block : pixels per side of its blocks.
    scores : numbers by method. members : the methods used. verdict, summary : in words and in numbers.
    record, rule, inputs, code : provenance, as `artifacts.write_artifact` takes it.

    Raises
    ------
    ValueError : images of another shape than the mask, or one of the three is missing.
    """
    for name in ("filled", "expected", "deviation"):
        if name not in images or images[name].shape != mask.shape:
            found = images[name].shape if name in images else "none"
            raise ValueError(f"{name} has shape {found}, expected {mask.shape} as the mask")

    def axes(shape: tuple[int, ...], side: int) -> list[tuple[str, np.ndarray, str]]:
        centres = [np.arange(length) * side + (side - 1) / 2 for length in shape]
        return [("row", centres[0], "pixel"), ("column", centres[1], "pixel")]

    with write_artifact(
        path, kind="filled-frame", rule=rule, record=record, inputs=inputs, code=code, summary=summary
    ) as file:
        file.attrs["verdict"] = verdict
        file.attrs["source"] = frame.source
        file.attrs["binning"] = binning
        file.attrs["filled_by"] = json.dumps(list(members))
        for name, unit in {"filled": "counts", "expected": "counts", "deviation": "decades"}.items():
            signal = "deviation" if name == "deviation" else "counts"
            group = create_nxdata(
                file, name, signal=signal, axes=axes(mask.shape, binning), default=name == "filled"
            )
            group[signal] = np.asarray(images[name], dtype=np.float32)
            group[signal].attrs["units"] = unit
        file["filled/mask"] = np.asarray(mask, dtype=bool)
        group = create_nxdata(
            file, "chi_square", signal="chi_square", axes=axes(chi_square.shape, binning * block)
        )
        group["chi_square"] = np.asarray(chi_square, dtype=np.float32)
        file["scores"] = json.dumps(scores, sort_keys=True)
        file["header"] = json.dumps(frame.header, sort_keys=True)
