"""The comparison's artifact: tables by column; speeds apart, as they differ from run to run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.codec_comparison.rows import LosslessRow, LossyRow

KIND = "codec-comparison"
SPEEDS = ("encode_MB_s", "decode_MB_s")
TABLES: dict[str, type] = {"lossy": LossyRow, "lossless": LosslessRow}


def write_comparison(
    path: Path | str,
    *,
    lossy: Sequence[LossyRow] = (),
    lossless: Sequence[LosslessRow] = (),
    rule: str,
    record: Mapping[str, Any],
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write one test set's rows as groups "lossy", "lossless": a dataset per column, `speed` (n, 2) in MB/s.

    Parameters
    ----------
    path : file to write. rule, record, inputs, code : as `latentlab.artifacts.write_artifact` takes them.
    """
    with write_artifact(path, kind=KIND, rule=rule, record=record, inputs=inputs, code=code) as file:
        for name, rows in (("lossy", lossy), ("lossless", lossless)):
            _write_table(file.create_group(name), TABLES[name], rows)


def read_comparison(path: Path | str, table: str) -> pd.DataFrame:
    """Rows of the table "lossy" or "lossless", columns as `LossyRow` or `LosslessRow`, with the speeds.

    Raises
    ------
    ArtifactError : not a comparison, or a column missing or of another length. ValueError : no such table.
    """
    if table not in TABLES:
        raise ValueError(f"table is '{table}', expected one of {', '.join(TABLES)}")
    columns = _columns(TABLES[table])
    shapes: dict[str, tuple[int | None, ...]] = {f"{table}/{name}": (None,) for name in columns}
    shapes[f"{table}/speed"] = (None, len(SPEEDS))
    with read_artifact(path, kind=KIND, datasets=shapes) as file:
        group = file[table]
        lengths = {name: len(group[name]) for name in (*columns, "speed")}
        odd = next((name for name, length in lengths.items() if length != lengths["codec"]), None)
        if odd is not None:
            raise ArtifactError(
                f"{path}: dataset '{table}/{odd}' has {lengths[odd]} entries, expected {lengths['codec']}"
            )
        frame = pd.DataFrame({name: _values(group[name]) for name in columns})
        speeds = group["speed"][()]
    for place, name in enumerate(SPEEDS):
        frame[name] = speeds[:, place]
    return frame


def _write_table(group: h5py.Group, kind: type, rows: Sequence[Any]) -> None:
    types = {field.name: field.type for field in dataclasses.fields(kind)}
    for name in _columns(kind):
        values = [getattr(row, name) for row in rows]
        if types[name] == "str":
            # of fixed length: strings of variable length are stored in a heap whose bytes vary
            encoded = [value.encode() for value in values]
            group[name] = np.array(encoded, dtype=f"S{max(map(len, encoded), default=1)}")
        else:
            group[name] = np.array(values, dtype=np.int64 if types[name] == "int" else np.float64)
    speeds = [[getattr(row, name) for name in SPEEDS] for row in rows]
    group["speed"] = np.array(speeds, dtype=np.float64).reshape(-1, len(SPEEDS))
    group["speed"].attrs["columns"] = list(SPEEDS)
    group["speed"].attrs["units"] = "MB/s"


def _columns(kind: type) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if field.name not in SPEEDS]


def _values(dataset: h5py.Dataset) -> np.ndarray | list[str]:
    values = dataset[()]
    return [value.decode() for value in values] if values.dtype.kind == "S" else values
