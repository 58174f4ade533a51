"""One image of a NeXus/HDF5 file: its dataset, and its mask, saturation and header in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.image_layout import ImageLayout, check_layout
from latentlab.frames.own_process import ends_in_own_process


def read_hdf5(
    path: Path, dataset: str | None, index: int
) -> tuple[np.ndarray, dict[str, str], str, np.ndarray, float | None]:
    """Counts, header, source, mask and saturation of one image of an HDF5 file.

    Parameters
    ----------
    path : the file. dataset : key of the image or stack; None for the default. index : in the stack, from 0.

    Returns
    -------
    counts : (h, w), photons per pixel, of the file's type. header : as text. source : file, key and index.
    mask : bool (h, w), True where `pixel_mask` is set. saturation : photons per pixel, None where not given.

    Raises
    ------
    FrameError : unreadable or damaged file, no such dataset or index, or more than one candidate.
    """
    _check_readable(path, lambda: _read(path, dataset, index))
    return _read(path, dataset, index)


def _read(
    path: Path, dataset: str | None, index: int
) -> tuple[np.ndarray, dict[str, str], str, np.ndarray, float | None]:
    with _opened(path) as file:
        found, key, image = _chosen(path, file, dataset, index)
        counts = image[index] if image.ndim == 3 else image[()]
        mask = _pixel_mask(found, key, counts.shape)
        header = _scalars(found)
        saturation = _saturation(found, key)
        source = f"{path}::{key}" + (f"[{index}]" if image.ndim == 3 else "")
    return counts, header, source, mask, saturation


def hdf5_layout(path: Path, dataset: str | None, index: int) -> ImageLayout:
    """Shape and type of one image of an HDF5 file, not read; arguments and errors of `read_hdf5`."""
    _check_readable(path, lambda: _layout(path, dataset, index))
    return _layout(path, dataset, index)


def hdf5_images(path: Path, dataset: str | None) -> int:
    """Number of images of a stack, 1 for a single image; errors as those of `read_hdf5`."""
    _check_readable(path, lambda: _images(path, dataset))
    return _images(path, dataset)


def _images(path: Path, dataset: str | None) -> int:
    with _opened(path) as file:
        image = _chosen(path, file, dataset, 0)[2]
        return len(image) if image.ndim == 3 else 1


def _layout(path: Path, dataset: str | None, index: int) -> ImageLayout:
    with _opened(path) as file:
        _, key, image = _chosen(path, file, dataset, index)
        layout = ImageLayout(image.shape[-2:], image.dtype)
    check_layout(f"{path}::{key}", layout)
    return layout


def _check_readable(path: Path, attempt: Callable[[], object]) -> None:
    """Try to read in another process first: where its heap is damaged, the HDF5 library loops endlessly."""
    if not ends_in_own_process(attempt):
        raise FrameError(f"{path}: not a readable HDF5 file, damaged: the HDF5 library does not terminate")


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    """The file; whatever goes wrong in the block is raised as FrameError."""
    try:
        with h5py.File(path, "r") as file:
            yield file
    except FrameError:
        raise
    except Exception as error:  # of a damaged file h5py raises OSError, KeyError, TypeError, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(f"{path}: not a readable HDF5 file, truncated or damaged ({reason})") from error


def _chosen(
    path: Path, file: h5py.File, dataset: str | None, index: int
) -> tuple[dict[str, h5py.Dataset], str, h5py.Dataset]:
    """Every dataset by its key, and key and dataset of the requested image."""
    listed = dict(_datasets(file))
    found = {key: item for key, item in listed.items() if item is not None}
    damaged = [key for key, item in listed.items() if item is None]
    if damaged and (dataset is None or f"/{dataset.strip('/')}" in damaged):
        raise FrameError(f"{path}: not a readable HDF5 file, truncated or damaged: {_listed(damaged)}")
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
    _check_sources(path, image, index)
    return found, key, image


def _check_sources(path: Path, image: h5py.Dataset, index: int) -> None:
    """Check that the other files of a virtual dataset's image exist: HDF5 fills in what is missing."""
    if not image.is_virtual:
        return
    folder = Path(image.file.filename).parent
    for source in image.virtual_sources():
        low, high = source.vspace.get_select_bounds()
        other = folder / source.file_name if source.file_name != "." else Path(image.file.filename)
        if image.ndim == 3 and not low[0] <= index <= high[0]:
            continue
        if not _opens(other):
            raise FrameError(f"{path}: its data are in {other}, which is missing, truncated or damaged")


def _opens(path: Path) -> bool:
    """Whether the file is a complete HDF5 file."""
    try:
        with h5py.File(path, "r"):
            return True
    except OSError:
        return False


def _datasets(
    group: h5py.Group, seen: frozenset[tuple[str, int]] = frozenset()
) -> Iterator[tuple[str, h5py.Dataset | None]]:
    """Every dataset below a group by its key, through links (an Eiger's data lie in other files).

    A damaged dataset is given as None; a link without a target is left out.
    """
    for name in group:
        try:
            item = group[name]
        except (KeyError, OSError):
            if _is_damaged(group, name):
                yield f"/{name}", None
            continue
        if isinstance(item, h5py.Dataset):
            yield f"/{name}", item
        elif isinstance(item, h5py.Group):
            address = (item.file.filename, h5py.h5o.get_info(item.id).addr)
            if address not in seen:  # links may form a circle
                for key, dataset in _datasets(item, seen | {address}):
                    yield f"/{name}{key}", dataset


def _is_damaged(group: h5py.Group, name: str) -> bool:
    """Whether an object that does not open is damaged, not just a link without a target."""
    link = group.get(name, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        other = Path(group.file.filename).parent / link.filename
        return other.is_file() and not _opens(other)
    return isinstance(link, h5py.HardLink)


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
    """Keys of the images and stacks; masks and flat fields only if there are no others."""
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
    """Union of every `pixel_mask` of the image's shape in its entry (NXdetector: any bit set: do not use)."""
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
