"""What an evaluation's artifact holds of each split: images, bitstreams, metrics."""

from __future__ import annotations

import h5py
import numpy as np

from latentlab.artifacts import create_images, create_nxdata
from latentlab.studies.gisaxs.compression.evaluation import Evaluation


def write_split(file: h5py.File, split: str, result: Evaluation) -> None:
    """Write a split of n patterns as a group.

    float32 images (n, side, side) "restored", "measured", "target"; "metrics", n values each; "stream_bytes"
    (n, streams), "file_bytes" (n,), and the files themselves, one after another, as uint8 "bitstreams".
    """
    images = {"restored": result.restored, "measured": result.measured, "target": result.target}
    axes = [
        (name, np.arange(length), "") for name, length in zip("nyx", result.target[:, 0].shape, strict=True)
    ]
    group = create_nxdata(file, split, signal="restored", axes=axes, default=split == "test")
    for name, stack in images.items():
        create_images(group, name, stack[:, 0].shape, units="raw intensity")[...] = stack[:, 0].numpy()
    metrics = group.create_group("metrics")
    for name, values in result.metrics.items():
        metrics[name] = values.numpy()
    group["stream_bytes"] = result.stream_bytes.numpy()
    group["file_bytes"] = np.array([len(data) for data in result.bitstreams])
    group["bitstreams"] = np.frombuffer(b"".join(result.bitstreams), dtype=np.uint8)
