"""The simulated region of a detector frame: crop and bin it, and place it back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.frame import Frame
from latentlab.scattering.detector import bin_mask


@dataclass(frozen=True)
class GridCrop:
    """Where the simulated region lies in a frame; `flipped`: its row 0 is the lowest detector row.

    `rows` and `columns` count detector pixels, `binning` is the detector pixels per side of one grid pixel.
    """

    rows: slice
    columns: slice
    binning: int
    flipped: bool = True

    @property
    def size(self) -> int:
        """Grid pixels per side."""
        return (self.columns.stop - self.columns.start) // self.binning

    def row_centres(self) -> np.ndarray:
        """(size,) centre of each grid row, detector pixels counted down from the top of the frame."""
        centres = self.rows.start + np.arange(self.size) * self.binning + (self.binning - 1) / 2
        return centres[::-1] if self.flipped else centres

    def column_centres(self) -> np.ndarray:
        """(size,) centre of each grid column, detector pixels counted from the left of the frame."""
        return self.columns.start + np.arange(self.size) * self.binning + (self.binning - 1) / 2


def grid_crop(
    frame: Frame, *, horizon_row: int, beam_column: int, binning: int = 2, size: int = 256
) -> GridCrop:
    """The quadrant above the horizon and right of the beam, `size` x `binning` detector pixels per side.

    It starts with the pixel (horizon_row, beam_column) itself and goes up and right.

    Raises
    ------
    FrameError : the frame is too small. ValueError : binning or size below 1.
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
    """Crop a frame to the simulated region: row 0 at alpha_f = 0, column 0 at 2theta_f = 0.

    Each grid pixel is the sum of the valid counts of binning x binning detector pixels, divided by the
    fraction that is valid. It is masked, and 0, by the rule of `scattering.detector.bin_mask`, as for the
    simulated gaps: where more than half of it is not valid.

    Returns
    -------
    image : float32 (size, size), photons per grid pixel. mask : bool (size, size). crop : where it lies.

    Raises
    ------
    FrameError : the frame is too small, or all of the crop is masked. ValueError : binning or size below 1.
    """
    crop = grid_crop(frame, horizon_row=horizon_row, beam_column=beam_column, binning=binning, size=size)
    masked = frame.mask[crop.rows, crop.columns][::-1]
    valid = _bins(~masked, crop).sum(axis=(1, 3))
    counts = np.where(frame.mask, 0, frame.counts)[crop.rows, crop.columns][::-1]
    total = _bins(counts, crop).sum(axis=(1, 3), dtype=np.float64)
    mask = bin_mask(masked, binning)
    if mask.all():
        raise FrameError(f"{frame.source}: every pixel above the horizon and right of the beam is masked")
    image = np.where(mask, 0.0, total * binning**2 / np.maximum(valid, 1))
    return image.astype(np.float32), mask, crop


def from_grid(image: np.ndarray, crop: GridCrop, shape: tuple[int, int]) -> np.ndarray:
    """Place an image of the simulated region back into a frame, spread evenly over each bin.

    Parameters
    ----------
    image : (size, size), photons per grid pixel. crop : from `to_grid`. shape : (h, w) of the frame.

    Returns
    -------
    float32 (h, w), photons per detector pixel; NaN outside of the crop.
    Raises ValueError where the image is not of the crop's size, or the crop is not within the frame.
    """
    check_size("image", image, crop)
    if crop.rows.stop > shape[0] or crop.columns.stop > shape[1]:
        raise ValueError(
            f"the crop ends at ({crop.rows.stop}, {crop.columns.stop}), outside of a frame {shape}"
        )
    spread = np.repeat(np.repeat(np.asarray(image), crop.binning, axis=0), crop.binning, axis=1)
    frame = np.full(shape, np.nan, dtype=np.float32)
    frame[crop.rows, crop.columns] = (spread[::-1] if crop.flipped else spread) / crop.binning**2
    return frame


def check_size(name: str, image: np.ndarray, crop: GridCrop) -> None:
    """Raise ValueError, with the argument's name, where an image is not (size, size) as its crop."""
    if np.shape(image) != (crop.size, crop.size):
        raise ValueError(f"{name} has shape {np.shape(image)}, expected {(crop.size, crop.size)} as the crop")


def _bins(pixels: np.ndarray, crop: GridCrop) -> np.ndarray:
    return pixels.reshape(crop.size, crop.binning, crop.size, crop.binning)
