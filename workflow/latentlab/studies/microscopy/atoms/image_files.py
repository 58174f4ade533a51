"""A user's own images: grey values of a TIFF, HDF5/NeXus (also hyperspy's .hspy), NumPy or PNG file."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from latentlab.errors import FrameError
from latentlab.studies.microscopy.atoms.own_runs import IMAGE_SUFFIXES

LEAST_SIDE = 64  # px: a smaller image has too few atoms to learn from
MOST_FRAMES = 64  # of a stack


def read_images(path: Path | str, dataset: str | None = None) -> np.ndarray:
    """The image of a file, or the images of a stack.

    Parameters
    ----------
    path : the file. A colour image is read by its mean over the channels.
    dataset : HDF5 only, the path of the images inside the file; None finds them: of a .hspy file the data of
        its only experiment, else as `frames.read_stored` does.

    Returns
    -------
    float64 (frames, h, w), as stored; values that are not finite are replaced by the image's median.

    Raises
    ------
    FrameError : missing, damaged or of another format; no image of two or three dimensions; smaller than 64
        px; constant; too many frames; too many values that are not finite.
    """
    path = Path(path)
    if not path.is_file():
        raise FrameError(f"{path}: there is no such file; expected an image")
    suffix = path.suffix.lower()
    if suffix not in IMAGE_SUFFIXES:
        raise FrameError(f"{path}: expected a file named {', '.join(IMAGE_SUFFIXES)}")
    if suffix == ".npy":
        stack = _numpy(path)
    elif suffix in (".tif", ".tiff"):
        stack = _tiff(path)
    elif suffix == ".png":
        from latentlab.microstructures.micrograph_file import read_grey

        stack = read_grey(path)
    elif suffix == ".hspy" and dataset is None:
        stack = _framed(path, _hyperspy_dataset(path))
    else:
        stack = _framed(path, dataset)
    return _checked(path, stack)


def _numpy(path: Path) -> np.ndarray:
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise FrameError(f"{path}: not a readable NumPy file ({str(error).splitlines()[0]})") from error


def _tiff(path: Path) -> np.ndarray:
    import tifffile  # here, as only user images need it; comes with scikit-image

    try:
        return tifffile.imread(path)
    except Exception as error:  # it raises its own types, ValueError, struct.error, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(f"{path}: not a readable TIFF image ({reason})") from error


def _framed(path: Path, dataset: str | None) -> np.ndarray:
    from latentlab.frames.reading import number_of_images, read_stored  # here: fabio is slow to import

    number = number_of_images(path, dataset)
    if number > MOST_FRAMES:
        raise FrameError(f"{path}: expected a stack of at most {MOST_FRAMES} images, found {number}")
    return np.stack([read_stored(path, dataset, index=index).counts for index in range(number)])


def _hyperspy_dataset(path: Path) -> str:
    """Path of the data of a hyperspy file (HDF5: Experiments/<title>/data)."""
    try:
        with h5py.File(path, "r") as file:
            found = [f"Experiments/{name}/data" for name in file.get("Experiments", {})]
            found = [name for name in found if name in file]
    except OSError as error:
        raise FrameError(f"{path}: not a readable hyperspy file, truncated or damaged ({error})") from error
    if len(found) != 1:
        listed = f" ({', '.join(found)}): give one as atoms.dataset" if found else ""
        raise FrameError(f"{path}: expected a hyperspy file with one signal, found {len(found)}{listed}")
    return found[0]


def _checked(path: Path, stack: np.ndarray) -> np.ndarray:
    if stack.dtype.kind not in "iufb":
        raise FrameError(f"{path}: expected numbers, found {stack.dtype}")
    if stack.ndim == 3 and stack.shape[2] in (3, 4) and min(stack.shape[:2]) > 4:
        stack = stack[..., :3].mean(axis=2)  # colours
    if stack.ndim == 2:
        stack = stack[None]
    if stack.ndim != 3:
        raise FrameError(f"{path}: expected an image or a stack of images, found shape {stack.shape}")
    if len(stack) > MOST_FRAMES:
        raise FrameError(f"{path}: expected a stack of at most {MOST_FRAMES} images, found {len(stack)}")
    if min(stack.shape[1:]) < LEAST_SIDE:
        raise FrameError(
            f"{path}: expected images of at least {LEAST_SIDE} x {LEAST_SIDE} px, found "
            f"{stack.shape[1]} x {stack.shape[2]}"
        )
    stack = stack.astype(np.float64)
    missing = ~np.isfinite(stack)
    if missing.mean() > 0.1:
        raise FrameError(f"{path}: {missing.mean():.0%} of the values are not finite; expected at most 10 %")
    if missing.any():
        stack[missing] = np.median(stack[~missing])
    for number, image in enumerate(stack):
        if not np.ptp(image) > 0:
            which = f"image {number} of the stack" if len(stack) > 1 else "the image"
            raise FrameError(f"{path}: {which} is constant; expected an atomic-resolution image")
    return stack
