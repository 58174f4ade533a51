"""Reading and writing HDF5 artifacts: atomically, with provenance, images as NeXus NXdata.

An artifact is one HDF5 file that one stage writes and later stages read. Its root attributes say
what it is (``kind``), which rule made it from which record (JSON), inputs (sha256) and code (digest), with
which library versions and git commit. It contains no time stamps: equal inputs give equal bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from latentlab.errors import ArtifactError

RECORDED_PACKAGES = ("numpy", "scipy", "h5py", "torch", "compressai", "xraydb", "pyfai", "fabio")


@cache
def versions() -> dict[str, str]:
    """Versions of the packages that affect the results; packages that are not installed are left out."""
    found = {}
    for name in RECORDED_PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


@cache
def git_commit() -> str | None:
    """Commit of the checkout that holds this file, or None outside a git checkout."""
    try:
        result = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()


def sha256(path: Path | str) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path in the same folder; rename it to `path` on success, remove it on error."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    """Write a text file (UTF-8) that appears whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def write_artifact(
    path: Path | str,
    *,
    kind: str,
    rule: str,
    record: Mapping[str, Any],
    inputs: Sequence[Path | str] = (),
    code: str = "",
    summary: Mapping[str, float] | None = None,
) -> Iterator[h5py.File]:
    """Open a new artifact for writing; it appears at `path` only when the block has ended without error.

    Parameters
    ----------
    path : file to write. An existing file is replaced.
    kind : what it holds ("form-factors", "codec", ...); `read_artifact` checks it.
    rule : name of the rule or command that produces it.
    record : the parameters that determine the content; stored as JSON.
    inputs : files that it was made from; their sha256 are stored, by path relative to the working folder.
    code : digest of the library files that determine the content; stored.
    summary : measured metrics by name, if there are any; stored as JSON (see `read_summary`).
    """
    with atomic_path(path) as temporary, h5py.File(temporary, "w", track_order=False) as file:
        file.attrs["NX_class"] = "NXroot"
        file.attrs["kind"] = kind
        file.attrs["rule"] = rule
        file.attrs["record"] = json.dumps(record, sort_keys=True)
        digests = {_relative(source): sha256(source) for source in inputs}
        file.attrs["inputs"] = json.dumps(digests, sort_keys=True)
        file.attrs["code"] = code
        if summary is not None:
            file.attrs["summary"] = json.dumps(dict(summary), sort_keys=True)
        file.attrs["versions"] = json.dumps(versions(), sort_keys=True)
        file.attrs["git_commit"] = git_commit() or ""
        yield file


def _relative(path: Path | str) -> str:
    """A file's path relative to the working folder, with forward slashes, so the same on every machine."""
    return Path(os.path.relpath(path)).as_posix()


def compression() -> dict[str, Any]:
    """Keyword arguments of `create_dataset` for lossless, shuffled Zstandard, with a checksum per chunk."""
    blosc = hdf5plugin.Blosc2(cname="zstd", clevel=5, filters=hdf5plugin.Blosc2.SHUFFLE)
    return {**blosc, "fletcher32": True}


def create_images(
    group: h5py.Group,
    name: str,
    shape: Sequence[int],
    *,
    units: str,
    dtype: np.dtype | type = np.float32,
    together: int = 1,
) -> h5py.Dataset:
    """Create a compressed stack of images, `shape` = (n, height, width), `together` images per chunk."""
    chunks = (max(1, min(together, shape[0])), *shape[1:])
    dataset = group.create_dataset(name, shape=tuple(shape), dtype=dtype, chunks=chunks, **compression())
    dataset.attrs["units"] = units
    return dataset


def create_nxdata(
    parent: h5py.Group,
    name: str,
    *,
    signal: str,
    axes: Sequence[tuple[str, np.ndarray, str]],
    default: bool = False,
) -> h5py.Group:
    """Create an NXdata group; the caller then writes the dataset `signal` into it.

    `axes` gives, for each dimension of the signal, (name, values, units); the values of an axis
    have the length of that dimension. With `default`, viewers such as silx open this group first.
    """
    group = parent.create_group(name)
    group.attrs["NX_class"] = "NXdata"
    group.attrs["signal"] = signal
    group.attrs["axes"] = [axis for axis, _, _ in axes]
    for axis, values, units in axes:
        group[axis] = values
        group[axis].attrs["units"] = units
    if default:
        parent.file.attrs["default"] = group.name.lstrip("/")
    return group


@contextmanager
def read_artifact(
    path: Path | str, *, kind: str | None, datasets: Mapping[str, tuple[int | None, ...]] | None = None
) -> Iterator[h5py.File]:
    """Open an artifact for reading after checking what it is.

    Parameters
    ----------
    path : the file.
    kind : the kind it must have; None for any.
    datasets : expected shape by name of each required dataset; None stands for any length.

    Raises
    ------
    ArtifactError : missing, damaged or of another kind or shape; names the file and the dataset.
    """
    path = Path(path)
    expected = "an artifact" if kind is None else f"an artifact of kind '{kind}'"
    if not path.is_file():
        raise ArtifactError(f"{path}: there is no such file; expected {expected}")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ArtifactError(f"{path}: not a readable HDF5 file, truncated or damaged ({error})") from error
    with file:
        found = file.attrs.get("kind")
        if found is None or kind not in (None, found):
            raise ArtifactError(f"{path}: expected {expected}, found '{found}'")
        for name, shape in (datasets or {}).items():
            _check_dataset(path, file, name, shape)
        try:
            yield file
        except OSError as error:  # HDF5 finds a damaged chunk only when it is read
            if error.filename is not None or error.errno is not None:  # not HDF5's, or about another file
                raise
            raise ArtifactError(f"{path}: a dataset cannot be read, the file is damaged ({error})") from error


def _check_dataset(path: Path, file: h5py.File, name: str, shape: tuple[int | None, ...]) -> None:
    if name not in file or not isinstance(file[name], h5py.Dataset):
        raise ArtifactError(f"{path}: dataset '{name}' is missing")
    found = file[name].shape
    if len(found) != len(shape) or any(
        want not in (None, have) for want, have in zip(shape, found, strict=True)
    ):
        wanted = " x ".join("any" if length is None else str(length) for length in shape)
        raise ArtifactError(f"{path}: dataset '{name}' has shape {found}, expected {wanted}")


def record_of(file: h5py.File) -> dict[str, Any]:
    """The record that an open artifact was made from."""
    return json.loads(file.attrs["record"])


def read_summary(path: Path | str, kind: str | None = None) -> dict[str, float]:
    """The metrics of a measured artifact by name.

    Parameters
    ----------
    path : the file. kind : the kind it must have; None for any.

    Raises
    ------
    ArtifactError : no such artifact, or one without metrics.
    """
    with read_artifact(path, kind=kind) as file:
        if "summary" not in file.attrs:
            raise ArtifactError(f"{path}: attribute 'summary' is missing, which holds what was measured")
        return json.loads(file.attrs["summary"])
