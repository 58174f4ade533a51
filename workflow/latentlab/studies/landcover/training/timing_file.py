"""The time of a training as a file, beside its artifact, whose bytes are to be the same each time."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_text

COLUMNS = ("seconds", "steps", "images", "images_per_second", "device", "threads")


def write_timing(path: Path | str, timing: Any) -> None:
    """Write one row of COLUMNS, attributes of a `timing.Timing`, as CSV, atomically."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, [getattr(timing, name) for name in COLUMNS]])
    write_text(path, text.getvalue())


def read_timing(path: Path | str) -> dict[str, Any]:
    """The row of `write_timing`: numbers, and "device" in words."""
    with open(path, encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    return {name: value if name == "device" else float(value) for name, value in row.items()}
