"""Checks of the user's images while the workflow is parsed: a job would fail only after the trainings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latentlab.errors import FrameError
from latentlab.pipeline.user_files import few_bytes


def check_frames(paths: Sequence[str], options: Mapping[str, Any]) -> None:
    """Check detector frames and their mask by their headers; if they are few, also read them completely.

    Parameters
    ----------
    paths : files. options : the `frames` section of config/config.yaml (dataset, index, mask, saturation).

    Raises
    ------
    FrameError : a frame or the mask cannot be read, or their shapes differ; the message names the key.
    """
    from latentlab.frames import check_mask_shape, frame_layout, read_frame  # here: slow to import

    where, mask = {"dataset": options["dataset"], "index": options["index"]}, None
    if options["mask"] is not None:
        mask = Path(options["mask"]).expanduser()
        with _naming("frames.mask"):
            found = frame_layout(mask).shape
    whole = few_bytes(paths)
    for path in paths:
        with _naming("frames.paths"):
            shape = frame_layout(path, **where).shape
        if mask is not None:
            with _naming("frames.mask"):
                check_mask_shape(mask, found, shape)
        if whole:
            with _naming("frames"):
                read_frame(path, **where, saturation=options["saturation"], mask=mask)


def check_micrographs(paths: Sequence[str], side: int, options: Mapping[str, Any], least: int) -> None:
    """Check micrographs by their headers; if they are few, also read and segment them completely.

    Parameters
    ----------
    paths : PNG and TIFF files. side : of the tiles that are cut from them, px.
    options : the `micrographs` section of config/config.yaml (threshold, invert, binning).
    least : tiles that they must hold together.

    Raises
    ------
    FrameError : a file is not an image, damaged, constant, or smaller than a tile; the message names the key.
    ConfigError : too few tiles.
    """
    from latentlab.microstructures.micrograph_file import check_size, grey_shape
    from latentlab.microstructures.micrographs import check_number, count_tiles, segment

    tiles, whole, binning = 0, few_bytes(paths), options["binning"]
    for path in map(Path, paths):
        with _naming("micrographs.paths"):
            shape = grey_shape(path)
            check_size(path, shape, side, binning)
            if whole:
                segment(path, side, options["threshold"], options["invert"], binning=binning)
        tiles += count_tiles(shape, side, binning)
    if paths:
        check_number(tiles, len(paths), side, binning, least)


@contextmanager
def _naming(key: str) -> Iterator[None]:
    """Raise a FrameError of the block again, with the key of config/config.yaml before its message."""
    try:
        yield
    except FrameError as error:
        raise FrameError(f"config/config.yaml: {key}: {error}") from error
