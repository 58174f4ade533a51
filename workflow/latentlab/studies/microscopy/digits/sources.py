"""Handwritten digits: scikit-learn's 1,797, or a user's file in MNIST's formats."""

from __future__ import annotations

import gzip
import importlib.util
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from latentlab.errors import ConfigError

SHIPPED = Path("datasets", "data", "digits.csv.gz")  # inside scikit-learn
SHIPPED_SIDE, SHIPPED_LARGEST = 8, 16
NAMES = {"train": ("x_train", "y_train"), "test": ("x_test", "y_test")}  # of Keras's mnist.npz
IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"  # in the names of MNIST's own files
MAGIC = {3: 0x00000803, 1: 0x00000801}  # by dimensions: unsigned bytes
CLASSES = 10


class Source(NamedTuple):
    """Grey images float64 (n, side, side), 0 paper to 1 ink, row 0 at the top; their digits int64 (n,)."""

    images: np.ndarray
    classes: np.ndarray


def shipped_digits() -> Source:
    """The 1,797 digits of 8 x 8 px that scikit-learn brings (Alpaydin and Kaynak 1998, from NIST's forms).

    They are the test part of that set, by 13 writers. Which writer wrote which digit is not given, so a split
    has the same writers on both sides.

    Raises
    ------
    ConfigError : scikit-learn is not installed, or its file is not there.
    """
    # read from the package's folder: importing scikit-learn takes longer than drawing the set
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise ConfigError("digits: scikit-learn is not installed; expected its handwritten digits")
    path = Path(package.submodule_search_locations[0]) / SHIPPED
    if not path.is_file():
        raise ConfigError(f"digits: {path} is missing; expected scikit-learn's handwritten digits")
    table = np.loadtxt(path, delimiter=",")
    images = table[:, :-1].reshape(-1, SHIPPED_SIDE, SHIPPED_SIDE) / SHIPPED_LARGEST
    return Source(images, table[:, -1].astype(np.int64))


def read_digits(paths: Sequence[Path | str]) -> Source:
    """Digits from a user's files, such as MNIST's: Keras's mnist.npz, or IDX (.gz or not).

    Parameters
    ----------
    paths : one .npz with x_train and y_train, x_test and y_test, or either pair; or two IDX files, of which
        one is named *images-idx3-ubyte* and the other *labels-idx1-ubyte*.

    Raises
    ------
    ConfigError : a file is missing, damaged or of another format, or the files hold other than square images
        and digits 0 to 9.
    """
    files = [Path(path) for path in paths]
    for path in files:
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file; expected handwritten digits as .npz or IDX")
    idx = {name: [path for path in files if name in path.name] for name in (IMAGES, LABELS)}
    if len(files) == 1 and files[0].suffix == ".npz":
        images, classes = _read_npz(files[0])
    elif len(files) == 2 and all(len(found) == 1 for found in idx.values()):
        images, classes = _read_idx(idx[IMAGES][0], 3), _read_idx(idx[LABELS][0], 1)
    else:
        raise ConfigError(
            f"{', '.join(map(str, files))}: expected one file *.npz, or two, *{IMAGES}* and *{LABELS}*"
        )
    return _checked(files[0], images, classes)


def _read_npz(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            pairs = [names for names in NAMES.values() if all(name in file for name in names)]
            if not pairs:
                raise ConfigError(
                    f"{path}: expected arrays x_train and y_train, found {', '.join(file.files)}"
                )
            images, classes = ([file[name] for name in names] for names in zip(*pairs, strict=True))
            return np.concatenate(images), np.concatenate(classes)
    except ConfigError:
        raise
    except Exception as error:  # zipfile, zlib and numpy raise their own types
        raise ConfigError(f"{path}: not a readable .npz file ({error})") from None


def _read_idx(path: Path, dimensions: int) -> np.ndarray:
    """A file of unsigned bytes in MNIST's format: magic number, lengths (big-endian), values."""
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigError(f"{path}: not a readable file ({error})") from None
    header = 4 * (1 + dimensions)
    if len(data) < header or struct.unpack(">I", data[:4])[0] != MAGIC[dimensions]:
        raise ConfigError(f"{path}: expected an IDX file of unsigned bytes in {dimensions} dimensions")
    shape = struct.unpack(f">{dimensions}I", data[4:header])
    if len(data) != header + int(np.prod(shape)):
        raise ConfigError(
            f"{path}: the IDX file is truncated or damaged: {len(data) - header} values for the shape {shape}"
        )
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)


def _checked(path: Path, images: np.ndarray, classes: np.ndarray) -> Source:
    if images.ndim != 3 or images.shape[1] != images.shape[2] or classes.shape != (len(images),):
        raise ConfigError(
            f"{path}: expected square images (n, side, side) with a digit each, found {images.shape} and "
            f"{classes.shape}"
        )
    if images.dtype != np.uint8 or not np.isin(classes, range(CLASSES)).all():
        raise ConfigError(f"{path}: expected images of bytes and digits 0 to 9, found {images.dtype}")
    return Source(images / 255, classes.astype(np.int64))
