"""The user's detector frames: read with mask, find the beam, crop to the simulated region, write back.

A frame is an image as the detector counted it, row 0 at the top. The simulated region is the quadrant above
the sample horizon and right of the beam, binned, with row 0 at alpha_f = 0 and column 0 at 2theta_f = 0.
Masks are bool and True where a pixel is not usable.
"""

from latentlab.frames.beam import find_beam
from latentlab.frames.frame import Frame
from latentlab.frames.grid import GridCrop, from_grid, grid_crop, to_grid
from latentlab.frames.nexus import write_restored
from latentlab.frames.reading import (
    SUFFIXES,
    check_mask_shape,
    frame_layout,
    number_of_images,
    read_frame,
    read_stored,
)

__all__ = [
    "SUFFIXES",
    "Frame",
    "GridCrop",
    "check_mask_shape",
    "find_beam",
    "frame_layout",
    "from_grid",
    "grid_crop",
    "number_of_images",
    "read_frame",
    "read_stored",
    "to_grid",
    "write_restored",
]
