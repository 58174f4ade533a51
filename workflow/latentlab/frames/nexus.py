"""Write a restored frame as NeXus."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import create_nxdata, write_artifact
from latentlab.frames.frame import Frame
from latentlab.frames.grid import GridCrop, check_size


def write_restored(
    path: Path | str,
    *,
    frame: Frame,
    crop: GridCrop,
    measured: np.ndarray,
    mask: np.ndarray,
    restored: np.ndarray,
    bitstream: bytes,
    fails: np.ndarray,
    verdict: str,
    summary: Mapping[str, float],
    record: Mapping[str, Any],
    rule: str = "restore_frame",
    inputs: Sequence[Path | str] = (),
    code: str = "",
    distance_mm: float | None = None,
    pixel_mm: float | None = None,
) -> None:
    """Write a restored frame as NeXus: NXdata /restored (the default) and /measured, and the bitstream.

    Both groups hold `counts` (float32, photons per grid pixel), `mask` (bool, True where nothing was counted)
    and their axes: centres in detector pixels, or, where the geometry is given, alpha_f and 2theta_f in deg
    (alpha_f as on the column 2theta_f = 0; at 2theta_f = 4 deg it is smaller by 0.24 %). /header is the
    frame's header as JSON, /bitstream the compressed file as uint8. /restored/fails (bool) is True where the
    restoration is not to be used. Attributes of the root: source, the crop as JSON (detector pixels), the
    verdict on the restoration as a sentence, and its numbers as JSON (`summary`).

    Parameters
    ----------
    path : file to write. frame, crop : what was read and where it was cut.
    measured, mask, restored, fails : (size, size) each.
    bitstream : the compressed image, as a codec wrote it.
    verdict, summary : on the restoration, in words and in numbers by name.
    record, rule, inputs, code : provenance, as `artifacts.write_artifact` takes it.
    distance_mm, pixel_mm : distance from sample to detector, and pitch of the square pixels; both or neither.

    Raises
    ------
    ValueError : shapes that differ from the crop's, or only one of distance_mm and pixel_mm.
    """
    for name, image in {"measured": measured, "mask": mask, "restored": restored, "fails": fails}.items():
        check_size(name, image, crop)
    axes = _axes(crop, distance_mm, pixel_mm)
    where = {
        "rows": [crop.rows.start, crop.rows.stop],
        "columns": [crop.columns.start, crop.columns.stop],
        "binning": crop.binning,
        "flipped": crop.flipped,
    }
    with write_artifact(
        path, kind="restored-frame", rule=rule, record=record, inputs=inputs, code=code, summary=summary
    ) as file:
        file.attrs["verdict"] = verdict
        file.attrs["source"] = frame.source
        file.attrs["crop"] = json.dumps(where, sort_keys=True)
        for name, image in {"restored": restored, "measured": measured}.items():
            group = create_nxdata(file, name, signal="counts", axes=axes, default=name == "restored")
            group["counts"] = np.asarray(image, dtype=np.float32)
            group["counts"].attrs["units"] = "counts"
            group["mask"] = np.asarray(mask, dtype=bool)
        file["restored/fails"] = np.asarray(fails, dtype=bool)
        file["header"] = json.dumps(frame.header, sort_keys=True)
        file["bitstream"] = np.frombuffer(bitstream, dtype=np.uint8)


def _axes(
    crop: GridCrop, distance_mm: float | None, pixel_mm: float | None
) -> list[tuple[str, np.ndarray, str]]:
    if (distance_mm is None) != (pixel_mm is None):
        raise ValueError("give both distance_mm and pixel_mm, or neither")
    rows, columns = crop.row_centres(), crop.column_centres()
    if distance_mm is None:
        return [("row", rows, "pixel"), ("column", columns, "pixel")]
    scale = pixel_mm / distance_mm
    alpha_f = np.rad2deg(np.arctan((crop.rows.stop - 1 - rows) * scale))
    two_theta_f = np.rad2deg(np.arctan((columns - crop.columns.start) * scale))
    return [("alpha_f", alpha_f, "deg"), ("two_theta_f", two_theta_f, "deg")]
