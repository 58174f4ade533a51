"""One image of a NeXus/HDF5 file: which dataset it is, and what else the file says about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from latentlab.errors import FrameError


def read_hdf5(
    path: Path, dataset: str | None, index: int
) -> tuple[np.ndarray, dict[str, str], str, np.ndarray, float | None]:
    """Counts, header, source, mask and saturation of one image of an HDF5 file.

    Parameters
    ----------
    path : the file. dataset : key of the image or stack; None for the default. index : in the stack, from 0.

    Returns
    -------
    counts : (h, w), photons a pixel, of the file's type. header : as text. source : file, key and index.
    mask : bool (h, w), True where `pixel_mask` says so. saturation : photons a pixel, None where not given.

    Raises
    ------
    FrameError : unreadable or damaged file, no such dataset or index, or more than one candidate.
    """
    try:
        with h5py.File(path, "r") as file:
            found = dict(_datasets(file))
            key = _signal_key(path, file, found) if dataset is None else f"/{dataset.strip('/')}"
            image = found.get(key)
            if image is None or image.ndim not in (2, 3) or image.dtype.kind not in "iuf":
                about = "there is none" if image is None else f"it is {image.dtype} {image.shape}"
                raise FrameError(
                    f"{path}: expected dataset '{key}' to be an image or a stack of images, but {about}; "
                    f"candidates: {_listed(_candidates(found))}"
                )
            images = len(image) if image.ndim == 3 else 1
            if not 0 <= index < images:
                raise FrameError(f"{path}: there is no image {index} in '{key}'; it holds {images}, from 0")
            counts = image[index] if image.ndim == 3 else image[()]
            mask = _pixel_mask(found, key, counts.shape)
            header = _scalars(found)
            saturation = _saturation(found, key)
            source = f"{path}::{key}" + (f"[{index}]" if image.ndim == 3 else "")
    except (OSError, RuntimeError) as error:
        raise FrameError(f"{path}: not a readable HDF5 file, truncated or damaged ({error})") from error
    return counts, header, source, mask, saturation


def _datasets(
    group: h5py.Group, seen: frozenset[tuple[str, int]] = frozenset()
) -> Iterator[tuple[str, h5py.Dataset]]:
    """Every dataset below a group by its key, through links (an Eiger's data lie in other files)."""
    for name in group:
        try:
            item = group[name]
        except (KeyError, OSError):  # a link to nowhere is no image
            continue
        if isinstance(item, h5py.Dataset):
            yield f"/{name}", item
        elif isinstance(item, h5py.Group):
            address = (item.file.filename, h5py.h5o.get_info(item.id).addr)
            if address not in seen:  # links may form a circle
                for key, dataset in _datasets(item, seen | {address}):
                    yield f"/{name}{key}", dataset


def _signal_key(path: Path, file: h5py.File, found: Mapping[str, h5py.Dataset]) -> str:
    """Key of the image by NeXus's rules (attributes default and signal), or of the only candidate."""
    group: Any = file
    while isinstance(group, h5py.Group) and _text(group, "default"):
        group = group.get(_text(group, "default"))
    if isinstance(group, h5py.Group) and _text(group, "signal"):
        return f"{group.name.rstrip('/')}/{_text(group, 'signal')}"
    signals = []
    for key, dataset in found.items():
        parent, _, name = key.rpartition("/")
        if _text(file[parent or "/"], "signal") == name or _text(dataset, "signal") == "1":
            signals.append(key)
    candidates = [key for key in _candidates(found) if key in signals] or _candidates(found)
    if len(candidates) != 1:
        kind = "no image (numeric dataset of 2 or 3 dimensions)" if not candidates else "more than one image"
        ask = f"; give the key of one of: {_listed(candidates)}" if candidates else ""
        raise FrameError(f"{path}: found {kind} and no default NXdata signal{ask}")
    return candidates[0]


def _candidates(found: Mapping[str, h5py.Dataset]) -> list[str]:
    """Keys of the images and stacks; those that are masks or flat fields only where there are no others."""
    images = sorted(
        key
        for key, dataset in found.items()
        if dataset.ndim in (2, 3) and dataset.dtype.kind in "iuf" and min(dataset.shape[-2:]) != 1
    )
    names = {key: key.rpartition("/")[2] for key in images}
    return [key for key in images if "mask" not in names[key] and "flatfield" not in names[key]] or images


def _text(item: h5py.Group | h5py.Dataset, attribute: str) -> str:
    """An attribute as text, whether stored as text, bytes or a number; "" where there is none."""
    value = item.attrs.get(attribute, "")
    return value.decode() if isinstance(value, bytes) else str(value)


def _named(found: Mapping[str, h5py.Dataset], name: str, key: str) -> Iterator[h5py.Dataset]:
    """The datasets of that name in the entry (the top group) that `key` lies in."""
    for other, dataset in found.items():
        if other.rpartition("/")[2] == name and other.split("/")[1:-1][:1] == key.split("/")[1:-1][:1]:
            yield dataset


def _pixel_mask(found: Mapping[str, h5py.Dataset], key: str, shape: tuple[int, ...]) -> np.ndarray:
    """All `pixel_mask` of the image's shape in its entry (NXdetector: any bit set is a pixel not to use)."""
    mask = np.zeros(shape, dtype=bool)
    for dataset in _named(found, "pixel_mask", key):
        if dataset.shape == shape:
            mask |= dataset[()] != 0
    return mask


def _saturation(found: Mapping[str, h5py.Dataset], key: str) -> float | None:
    for name in ("saturation_value", "countrate_correction_count_cutoff"):
        for dataset in _named(found, name, key):
            if dataset.size == 1 and dataset.dtype.kind in "iuf":
                return float(dataset[()].item())
    return None


def _scalars(found: Mapping[str, h5py.Dataset]) -> dict[str, str]:
    """Every dataset of one value as text, with its units."""
    header = {}
    for key, dataset in found.items():
        if dataset.shape is not None and dataset.size == 1:
            value = (
                dataset.asstr(errors="replace")[()] if h5py.check_string_dtype(dataset.dtype) else dataset[()]
            )
            units = dataset.attrs.get("units")
            header[key] = f"{np.asarray(value).item()}" + (f" {units}" if units is not None else "")
    return header


def _listed(keys: list[str]) -> str:
    return ", ".join(f"'{key}'" for key in keys) or "none"
