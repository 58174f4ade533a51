"""Compress one detector frame without loss, and check that its file gives it back."""

from collections.abc import Sequence
from pathlib import Path

from latentlab.counts.frame_file import without_folder, write_frame
from latentlab.frames import read_stored
from latentlab.pipeline.stage import stage


def lossless(
    output: Path | str,
    frame: Path | str,
    mask: Sequence[Path | str],
    dataset: str | None,
    index: int,
    code: str = "",
) -> None:
    """Write a frame with all its values, its mask and its header (see `latentlab.counts.frame_file`).

    Parameters
    ----------
    output : file to write. frame : the detector image. mask : an image of the pixels to leave out, or none.
    dataset, index : where in an HDF5 file or stack the image is, as in config/config.yaml.
    code : digest of the library files that determine the result.
    """
    read = read_stored(frame, dataset, index=index, mask=mask[0] if mask else None)
    size = write_frame(output, without_folder(read, frame))
    before, bits = Path(frame).stat().st_size, 8 * size / read.counts.size
    print(f"{frame}: {before} bytes -> {size}, {bits:.3f} bits per pixel")


if __name__ == "__main__":
    with stage(snakemake):
        lossless(output=snakemake.output[0], **snakemake.input, **snakemake.params)
