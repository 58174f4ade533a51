"""A small folder laid out as US3D's track 1: 1024 x 1024 px, its types, labels and no-data values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tifffile

SIDE, TILE = 1024, 128
VOID_TILE, EMPTY_TILE, WATER_TILE = (
    (0, 0),
    (0, 1),
    (0, 2),
)  # row, column: all void; no height; water, no height
SITES = [("JAX", "004"), ("JAX", "017"), ("JAX", "163"), ("OMA", "004"), ("OMA", "212"), ("OMA", "376")]


def tile(row: int, column: int) -> tuple[slice, slice]:
    """The pixels of a tile."""
    return slice(TILE * row, TILE * (row + 1)), slice(TILE * column, TILE * (column + 1))


def image_arrays(number: int) -> dict[str, np.ndarray]:
    """An image by kind; its red value is `number`, green and blue count the tile's row and column.

    Half of it is trees, half ground; a building of 12 m stands in the south-east tile.
    """
    row, column = np.indices((SIDE // TILE, SIDE // TILE))
    rgb = np.stack([np.full_like(row, number), 10 * row, 10 * column], axis=-1).astype(np.uint8)
    bands = np.stack([100 * (band + 1) + 10 * row + number for band in range(8)], axis=-1).astype(np.uint16)
    labels = np.where(column < 4, 5, 2).astype(np.uint8)
    height = np.where(column < 4, 6.0, 0.0).astype(np.float32)
    labels[7, 7], height[7, 7] = 6, 12.0
    labels[VOID_TILE] = 65
    height[EMPTY_TILE] = np.nan
    labels[WATER_TILE], height[WATER_TILE] = 9, np.nan
    small = {"RGB": rgb, "MSI": bands, "CLS": labels, "AGL": height}
    return {kind: values.repeat(TILE, axis=0).repeat(TILE, axis=1) for kind, values in small.items()}


def write_folder(folder: Path, views: int = 1, kinds: str = "RGB CLS AGL MSI") -> Path:
    """Six sites, three of each city, in the subfolders of the contest's archives; view 1, 2, ... of each."""
    for number, site in enumerate(SITES):
        for view in range(1, views + 1):
            arrays = image_arrays(10 * number + view)
            for kind in kinds.split():
                part = "Truth" if kind in ("CLS", "AGL") else kind
                path = folder / f"Train-Track1-{part}" / f"{'_'.join(site)}_{view:03d}_{kind}.tif"
                path.parent.mkdir(parents=True, exist_ok=True)
                options = {"compression": "zlib", "compressionargs": {"level": 1}}
                if kind == "MSI":  # one page; test_us3d_images has the contest's own, a page for each row
                    options |= {"photometric": "minisblack", "planarconfig": "contig"}
                tifffile.imwrite(path, arrays[kind], **options)
    return folder
