"""Detector frames of one's own: read with mask, find the beam, cut the simulation's view, write back.

A frame is an image as the detector counted it, row 0 at the top. The simulation's view is the quadrant above
the sample horizon and right of the beam, binned, with row 0 at alpha_f = 0 and column 0 at 2theta_f = 0.
Masks are bool and True where a pixel is not usable.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from scipy import fft

from latentlab.artifacts import create_nxdata, write_artifact
from latentlab.errors import FrameError

MINIMUM_SYMMETRY = 0.2
MINIMUM_EDGE = 0.02
MINIMUM_SIGNIFICANCE = 6.0
MINIMUM_OVERLAP = 0.15


@dataclass(frozen=True)
class Frame:
    """One detector image as read.

    counts : (h, w), photons a pixel, the file's integers or float32; masked pixels keep what the file says.
    mask : bool (h, w), True where a pixel is not usable.
    header : every scalar that the file says about the image, as text.
    source : the file, with the dataset and the index in the stack where there is one.
    """

    counts: np.ndarray
    mask: np.ndarray
    header: dict[str, str]
    source: str


@dataclass(frozen=True)
class GridCrop:
    """Where the simulation's view lies in a frame; `flipped`: its row 0 is the lowest detector row.

    `rows` and `columns` count detector pixels, `binning` is the detector pixels a side of one grid pixel.
    """

    rows: slice
    columns: slice
    binning: int
    flipped: bool = True

    @property
    def size(self) -> int:
        """Grid pixels a side."""
        return (self.columns.stop - self.columns.start) // self.binning

    def row_centres(self) -> np.ndarray:
        """(size,) centre of each grid row, detector pixels counted down from the top of the frame."""
        centres = self.rows.start + np.arange(self.size) * self.binning + (self.binning - 1) / 2
        return centres[::-1] if self.flipped else centres

    def column_centres(self) -> np.ndarray:
        """(size,) centre of each grid column, detector pixels counted from the left of the frame."""
        return self.columns.start + np.arange(self.size) * self.binning + (self.binning - 1) / 2


def read_frame(
    path: Path | str,
    dataset: str | None = None,
    *,
    index: int = 0,
    saturation: float | None = None,
    mask: Path | str | None = None,
) -> Frame:
    """Read a detector image (CBF, EDF, TIFF and what else fabio reads) or one of a NeXus/HDF5 file.

    Masked are negative values (-1 gaps, -2 bad pixels at Pilatus), values that are not finite, the largest
    value of an unsigned type (gaps and bad pixels at Eiger), counts at the saturation or above, and, in
    NeXus, what `pixel_mask` of the same entry says.

    Parameters
    ----------
    path : the file.
    dataset : HDF5 only: key of the image or stack. Without it, the default NXdata signal, or else the only
        numeric dataset of two or three dimensions.
    index : which image of a stack, from 0.
    saturation : counts from which on a pixel is not to be trusted. Without it, the file's own (Count_cutoff
        of a header, `saturation_value` or `countrate_correction_count_cutoff` in NeXus) or else none.
    mask : an image file of the same shape; pixels that are not 0 in it are masked, too.

    Raises
    ------
    FrameError : missing, unreadable, damaged or empty file, no image of two dimensions, no such dataset or
        index, more than one candidate dataset, or no usable pixel with a photon.
    """
    path = Path(path)
    if h5py.is_hdf5(path):
        counts, header, source, masked, cutoff = _read_hdf5(path, dataset, index)
    else:
        if dataset is not None:
            raise FrameError(f"{path}: dataset '{dataset}' was asked for, but this is no HDF5 file")
        counts, header, source = _read_image(path, index)
        masked, cutoff = np.zeros(counts.shape, dtype=bool), _count_cutoff(header)
    counts = counts.astype(counts.dtype.newbyteorder("="))
    if counts.size == 0:
        raise FrameError(f"{source}: the image is empty, its shape is {counts.shape}")
    if mask is not None:
        masked = masked | _read_mask(Path(mask), counts.shape)
    masked = masked | _invalid(counts, cutoff if saturation is None else saturation, source)
    if masked.all():
        raise FrameError(f"{source}: every pixel is masked (gaps, bad or saturated pixels), none is usable")
    if not (counts[~masked] > 0).any():
        raise FrameError(f"{source}: there is no photon in any usable pixel")
    if counts.dtype.kind == "f":
        counts = counts.astype(np.float32)
    return Frame(counts=counts, mask=masked, header=header, source=source)


def find_beam(
    frame: Frame, *, horizon_row: int | None = None, beam_column: int | None = None
) -> tuple[int, int]:
    """Find (horizon_row, beam_column), the detector pixel at alpha_f = 0 and 2theta_f = 0.

    The beam column is the axis of mirror symmetry (Schaefer, sec. 2.5.5) of the logarithm of the counts over
    the valid pixels: the column about which their masked correlation with the mirror image is largest, first
    over all rows, then once more over those just above the horizon (a rotated detector tilts the axis). The
    horizon is the upper edge of the sample's shadow: the largest drop, going down, of the mean logarithm of
    the counts beside the beam. As the transmitted intensity falls to nothing at alpha_f = 0, the horizon is
    the foot of that drop: the last row that stands out of the shadow by a tenth of it.

    Parameters
    ----------
    frame : what `read_frame` gives.
    horizon_row, beam_column : values that are known; only what is None is looked for.

    Raises
    ------
    FrameError : no axis of symmetry or no edge of a shadow stands out.
    """
    logarithm = np.where(frame.mask, 0.0, np.log1p(np.where(frame.mask, 0, frame.counts)))
    valid = ~frame.mask
    height, width = valid.shape
    given_column = beam_column
    if beam_column is None:
        beam_column, symmetry = _mirror_axis(logarithm, valid)
        if symmetry < MINIMUM_SYMMETRY:
            raise FrameError(
                f"{frame.source}: no axis of mirror symmetry found (best correlation {symmetry:.2f}, needed "
                f"{MINIMUM_SYMMETRY}); give the beam column"
            )
    if horizon_row is None:
        beside = np.abs(np.arange(width) - beam_column)
        # Not the beam itself, with its stops, nor far from it, where a small rotation moves the edge.
        band = (beside > 0.02 * width) & (beside < 0.2 * width)
        horizon_row = _shadow_edge(logarithm[:, band], valid[:, band], frame.source)
    if given_column is None:
        above = slice(max(0, horizon_row + 1 - max(16, height // 20)), horizon_row + 1)
        if valid[above].any():
            near = (beam_column, max(2, width // 100))
            beam_column, _ = _mirror_axis(logarithm[above], valid[above], near=near)
    return horizon_row, beam_column


def grid_crop(
    frame: Frame, *, horizon_row: int, beam_column: int, binning: int = 2, size: int = 256
) -> GridCrop:
    """The quadrant above the horizon and right of the beam, `size` x `binning` detector pixels a side.

    It starts with the pixel (horizon_row, beam_column) itself and goes up and right.

    Raises
    ------
    FrameError : the frame does not reach as far. ValueError : binning or size below 1.
    """
    if binning < 1 or size < 1:
        raise ValueError(f"binning is {binning} and size is {size}, expected 1 or more")
    height, width = frame.counts.shape
    if not (0 <= horizon_row < height and 0 <= beam_column < width):
        raise FrameError(
            f"{frame.source}: horizon row {horizon_row} and beam column {beam_column} are not in the "
            f"frame of {height} rows and {width} columns"
        )
    needed, above, right = size * binning, horizon_row + 1, width - beam_column
    if needed > above or needed > right:
        raise FrameError(
            f"{frame.source}: {needed} x {needed} detector pixels are needed above the horizon (row "
            f"{horizon_row}) and right of the beam (column {beam_column}), but there are {above} x {right}; "
            f"bin less ({binning} x {binning} now) or take a smaller size ({size} now)"
        )
    return GridCrop(slice(above - needed, above), slice(beam_column, beam_column + needed), binning)


def to_grid(
    frame: Frame, *, horizon_row: int, beam_column: int, binning: int = 2, size: int = 256
) -> tuple[np.ndarray, np.ndarray, GridCrop]:
    """Cut a frame to the simulation's view: row 0 at alpha_f = 0, column 0 at 2theta_f = 0.

    Each grid pixel is the sum of the valid counts of binning x binning detector pixels, divided by the
    fraction that is valid. It is masked, and 0, where more than half of it is not valid.

    Returns
    -------
    image : float32 (size, size), photons a grid pixel. mask : bool (size, size). crop : where it lies.

    Raises
    ------
    FrameError : the frame is too small, or all of the crop is masked. ValueError : binning or size below 1.
    """
    crop = grid_crop(frame, horizon_row=horizon_row, beam_column=beam_column, binning=binning, size=size)
    valid = _bins(~frame.mask[crop.rows, crop.columns][::-1], crop).sum(axis=(1, 3))
    counts = np.where(frame.mask, 0, frame.counts)[crop.rows, crop.columns][::-1]
    total = _bins(counts, crop).sum(axis=(1, 3), dtype=np.float64)
    mask = 2 * valid < binning**2
    if mask.all():
        raise FrameError(f"{frame.source}: every pixel above the horizon and right of the beam is masked")
    image = np.where(mask, 0.0, total * binning**2 / np.maximum(valid, 1))
    return image.astype(np.float32), mask, crop


def from_grid(image: np.ndarray, crop: GridCrop, shape: tuple[int, int]) -> np.ndarray:
    """Place an image of the simulation's view back into a frame, spread evenly over each bin.

    Parameters
    ----------
    image : (size, size), photons a grid pixel. crop : from `to_grid`. shape : (h, w) of the frame.

    Returns
    -------
    float32 (h, w), photons a detector pixel; NaN outside of the crop.
    Raises ValueError where the image is not of the crop's size, or the crop is not within the frame.
    """
    _check_size("image", image, crop)
    if crop.rows.stop > shape[0] or crop.columns.stop > shape[1]:
        raise ValueError(
            f"the crop ends at ({crop.rows.stop}, {crop.columns.stop}), outside of a frame {shape}"
        )
    spread = np.repeat(np.repeat(np.asarray(image), crop.binning, axis=0), crop.binning, axis=1)
    frame = np.full(shape, np.nan, dtype=np.float32)
    frame[crop.rows, crop.columns] = (spread[::-1] if crop.flipped else spread) / crop.binning**2
    return frame


def write_restored(
    path: Path | str,
    *,
    frame: Frame,
    crop: GridCrop,
    measured: np.ndarray,
    mask: np.ndarray,
    restored: np.ndarray,
    bitstream: bytes,
    record: Mapping[str, Any],
    rule: str = "restore_frame",
    inputs: Mapping[str, Path | str] | None = None,
    distance_mm: float | None = None,
    pixel_mm: float | None = None,
) -> None:
    """Write a restored frame as NeXus: NXdata /restored (the default) and /measured, and the bitstream.

    Both groups hold `counts` (float32, photons a grid pixel), `mask` (bool, True where nothing was counted)
    and their axes: centres in detector pixels, or, where the geometry is given, alpha_f and 2theta_f in deg
    (alpha_f as on the column 2theta_f = 0; at 4 deg beside it, it is smaller by 0.24 %). /header is the
    frame's header as JSON, /bitstream the compressed file as uint8. Attributes of the root: source, and the
    crop as JSON (detector pixels).

    Parameters
    ----------
    path : file to write. frame, crop : what was read and where it was cut.
    measured, mask, restored : (size, size) each. bitstream : the compressed image, as a codec wrote it.
    record, rule, inputs : provenance, as `artifacts.write_artifact` takes it.
    distance_mm, pixel_mm : from the sample to the detector, and the pitch of its square pixels; both or none.

    Raises
    ------
    ValueError : shapes that differ from the crop's, or only one of distance_mm and pixel_mm.
    """
    for name, image in {"measured": measured, "mask": mask, "restored": restored}.items():
        _check_size(name, image, crop)
    axes = _axes(crop, distance_mm, pixel_mm)
    where = {
        "rows": [crop.rows.start, crop.rows.stop],
        "columns": [crop.columns.start, crop.columns.stop],
        "binning": crop.binning,
        "flipped": crop.flipped,
    }
    with write_artifact(path, kind="restored-frame", rule=rule, record=record, inputs=inputs) as file:
        file.attrs["source"] = frame.source
        file.attrs["crop"] = json.dumps(where, sort_keys=True)
        for name, image in {"restored": restored, "measured": measured}.items():
            group = create_nxdata(file, name, signal="counts", axes=axes, default=name == "restored")
            group["counts"] = np.asarray(image, dtype=np.float32)
            group["counts"].attrs["units"] = "counts"
            group["mask"] = np.asarray(mask, dtype=bool)
        file["header"] = json.dumps(frame.header, sort_keys=True)
        file["bitstream"] = np.frombuffer(bitstream, dtype=np.uint8)


# Reading ---------------------------------------------------------------------------------------------


def _read_image(path: Path, index: int) -> tuple[np.ndarray, dict[str, str], str]:
    import fabio  # here, as only frames of one's own need it

    if not path.is_file():
        raise FrameError(f"{path}: there is no such file; expected a detector image")
    try:
        with fabio.open(str(path)) as image:
            if not 0 <= index < image.nframes:
                raise FrameError(f"{path}: there is no image {index}; the file holds {image.nframes}, from 0")
            chosen = image.get_frame(index) if image.nframes > 1 else image
            counts = np.asarray(chosen.data)
            header = {str(key): str(value) for key, value in chosen.header.items()}
            whole = not getattr(chosen, "incomplete_data", False) and _checksum_holds(path, image)
    except FrameError:
        raise
    except Exception as error:  # fabio raises whatever its readers meet: AssertionError, AttributeError, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(
            f"{path}: not a readable image, truncated or of unknown format ({reason})"
        ) from error
    if not whole:  # fabio fills up with zeros and only logs it
        raise FrameError(f"{path}: the image is damaged: its data are incomplete or their checksum is wrong")
    if counts.ndim != 2 or counts.dtype.kind not in "iuf":
        raise FrameError(
            f"{path}: expected a numeric image of 2 dimensions, found {counts.dtype} {counts.shape}"
        )
    source = str(path) if index == 0 else f"{path}[{index}]"
    return counts, header, source


def _checksum_holds(path: Path, image: Any) -> bool:
    """Whether a CBF's data have the MD5 that its header gives; True where none is given."""
    from fabio.cbfimage import CbfImage

    expected = image.header.get("Content-MD5")
    if not isinstance(image, CbfImage) or expected is None:
        return True
    raw = CbfImage().read(str(path), check_MD5=False, only_raw=True)
    return base64.b64encode(hashlib.md5(raw).digest()).decode() == expected


def _count_cutoff(header: Mapping[str, str]) -> float | None:
    """Count_cutoff of a Pilatus header, whether a key of its own or a line in the CBF's text."""
    text = "\n".join(f"{key} {value}" for key, value in header.items())
    found = re.search(r"\bcount_cutoff\s*[=:]?\s*(\d+)", text, flags=re.IGNORECASE)
    return float(found[1]) if found else None


def _invalid(counts: np.ndarray, saturation: float | None, source: str) -> np.ndarray:
    """Pixels that count nothing or that do not count right, by their values alone."""
    if counts.dtype.kind == "f":
        finite = np.isfinite(counts)
        if not finite.any():
            raise FrameError(f"{source}: every value is NaN or infinite")
        masked = ~finite | (np.where(finite, counts, 0) < 0)
    elif counts.dtype.kind == "u":
        masked = counts == np.iinfo(counts.dtype).max
    else:
        masked = counts < 0
    if saturation is not None:
        masked = masked | (counts >= saturation)
    return masked


def _read_mask(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    if h5py.is_hdf5(path):
        found = _read_hdf5(path, None, 0)[0]
    else:
        found, _, _ = _read_image(path, 0)
    if found.shape != shape:
        raise FrameError(f"{path}: the mask has shape {found.shape}, the frame has {shape}")
    return found != 0


def _read_hdf5(
    path: Path, dataset: str | None, index: int
) -> tuple[np.ndarray, dict[str, str], str, np.ndarray, float | None]:
    """Counts, header, source, mask and saturation of one image of an HDF5 file."""
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
    return sorted(
        key
        for key, dataset in found.items()
        if dataset.ndim in (2, 3)
        and dataset.dtype.kind in "iuf"
        and min(dataset.shape[-2:]) != 1
        and "mask" not in key.rpartition("/")[2]
        and "flatfield" not in key.rpartition("/")[2]
    )


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


# Finding the beam ------------------------------------------------------------------------------------


def _mirror_axis(
    logarithm: np.ndarray, valid: np.ndarray, near: tuple[int, int] | None = None
) -> tuple[int, float]:
    """Column of the mirror axis and the correlation about it; `near`: (column, how far to look, pixels).

    All axes at once by Fourier transform: the self-convolution of a row pairs pixels x and s - x, so that
    s / 2 is the axis. Each row counts with its own mean taken off, over the pairs with both pixels valid.
    """
    height, width = valid.shape
    strips = np.arange(0, height, max(1, height // 256))  # the mean of a few rows has less noise
    pixels = np.add.reduceat(valid, strips, axis=0, dtype=np.int64)
    signal = np.add.reduceat(logarithm, strips, axis=0) / np.maximum(pixels, 1)
    there = (pixels > 0).astype(np.float64)
    length = fft.next_fast_len(2 * width, real=True)
    transforms = [fft.rfft(values, length) for values in (there, signal, signal**2)]

    def paired(first: int, second: int) -> np.ndarray:
        return fft.irfft(transforms[first] * transforms[second], length)[:, : 2 * width - 1]

    pairs, total = np.round(paired(0, 0)), paired(1, 0)
    means = total**2 / np.maximum(pairs, 1)
    covariance = np.where(pairs > 0, paired(1, 1) - means, 0).sum(axis=0)
    variance = np.where(pairs > 0, paired(2, 0) - means, 0).sum(axis=0)
    overlap = pairs.sum(axis=0) / there.sum()
    # Rounding leaves about 1e-12 of the whole where the true variance is 0.
    known = (overlap >= MINIMUM_OVERLAP) & (variance > 1e-9 * variance.max(initial=0))
    if near is not None:
        known &= np.abs(np.arange(2 * width - 1) / 2 - near[0]) <= near[1]
    if not known.any():
        return (near[0] if near is not None else width // 2), 0.0
    correlation = np.where(known, covariance / np.where(known, variance, 1), -np.inf)
    best = int(correlation.argmax())
    return (best + 1) // 2, float(correlation[best])


def _shadow_edge(logarithm: np.ndarray, valid: np.ndarray, source: str) -> int:
    """Last row above the sample's shadow: the foot of the largest drop of the mean logarithm, going down."""
    pixels = valid.sum(axis=1)
    there = pixels >= max(1, valid.shape[1] // 10)
    profile = np.where(there, logarithm.sum(axis=1) / np.maximum(pixels, 1), 0.0)
    window = max(8, len(profile) // 100)
    if len(profile) < 4 * window:
        raise FrameError(
            f"{source}: {len(profile)} rows are too few to find the horizon; give the horizon row"
        )
    # Means over the rows [i, i + window) that hold valid pixels, for every i.
    rows = np.convolve(there, np.ones(window), mode="valid")
    means = np.convolve(profile, np.ones(window), mode="valid") / np.maximum(rows, 1)
    known = np.minimum(rows[:-window], rows[window:]) >= 3
    drop = np.where(known, means[:-window] - means[window:], -np.inf)
    edge = int(drop.argmax())
    around = edge + np.flatnonzero(there[edge : edge + 3 * window])
    # Standard error of the drop, from the scatter between neighbouring rows.
    error = np.diff(profile[around]).std() / np.sqrt(window) if len(around) > 2 else np.inf
    if not known.any() or drop[edge] < MINIMUM_EDGE or drop[edge] < MINIMUM_SIGNIFICANCE * error:
        raise FrameError(f"{source}: no edge of a sample shadow stands out; give the horizon row")
    shadow = np.median(profile[around[around >= edge + window]])
    foot = shadow + 0.1 * (profile[around].max() - shadow)
    dark = np.flatnonzero(profile[around] <= foot)
    return int(around[max(0, dark[0] - 1)])


# Small pieces ----------------------------------------------------------------------------------------


def _bins(pixels: np.ndarray, crop: GridCrop) -> np.ndarray:
    return pixels.reshape(crop.size, crop.binning, crop.size, crop.binning)


def _check_size(name: str, image: np.ndarray, crop: GridCrop) -> None:
    if np.shape(image) != (crop.size, crop.size):
        raise ValueError(f"{name} has shape {np.shape(image)}, expected {(crop.size, crop.size)} as the crop")


def _axes(
    crop: GridCrop, distance_mm: float | None, pixel_mm: float | None
) -> list[tuple[str, np.ndarray, str]]:
    if (distance_mm is None) != (pixel_mm is None):
        raise ValueError("give both distance_mm and pixel_mm, or none of them")
    rows, columns = crop.row_centres(), crop.column_centres()
    if distance_mm is None:
        return [("row", rows, "pixel"), ("column", columns, "pixel")]
    scale = pixel_mm / distance_mm
    alpha_f = np.rad2deg(np.arctan((crop.rows.stop - 1 - rows) * scale))
    two_theta_f = np.rad2deg(np.arctan((columns - crop.columns.start) * scale))
    return [("alpha_f", alpha_f, "deg"), ("two_theta_f", two_theta_f, "deg")]
