"""`python -m latentlab.counts encode|decode`: detector frames to files without loss, and back."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from latentlab.counts.batch import Outputs, Written, run_on_files
from latentlab.counts.decoded_file import FORMATS, write_decoded
from latentlab.counts.frame_file import SUFFIX, read_frame_file, without_folder, write_frame
from latentlab.errors import LatentlabError
from latentlab.frames import SUFFIXES, number_of_images, read_stored


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status: 0, 1 where a file failed, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    outputs = Outputs(options.output, options.overwrite)
    if options.command == "encode":
        return run_on_files(options.inputs, SUFFIXES, lambda path: _encode(path, outputs, options), "encode")
    return run_on_files(options.inputs, (SUFFIX,), lambda path: _decode(path, outputs, options), "decode")


def _encode(path: Path, outputs: Outputs, options: argparse.Namespace) -> Iterator[Written | LatentlabError]:
    """Compress every image of a file; for an image that fails its error is given, the others go on."""
    images = number_of_images(path, options.dataset)
    before = -(-path.stat().st_size // images)  # an image's share of a stack
    for index in tqdm(range(images), path.name, leave=False, disable=None if images > 1 else True):
        try:
            frame = read_stored(path, options.dataset, index=index, mask=options.mask)
            name = f"{path.stem}_{index:05d}" if images > 1 else path.stem
            output = outputs.path(path, name + SUFFIX)
            after = write_frame(output, without_folder(frame, path))
        except LatentlabError as error:
            yield error
        else:
            yield Written(output, before, after, after, frame.counts.size)


def _decode(path: Path, outputs: Outputs, options: argparse.Namespace) -> Iterator[Written]:
    frame = read_frame_file(path)
    output = outputs.path(path, f"{path.stem}.{FORMATS[options.format]}")
    before = path.stat().st_size
    yield Written(output, before, write_decoded(output, frame, options.format), before, frame.counts.size)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m latentlab.counts",
        description="Compress detector frames without loss, and decompress them.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    encode = commands.add_parser(
        "encode",
        help=f"detector frames to {SUFFIX} files",
        description=f"Write each image of the frames as a {SUFFIX} file that keeps all of its values, their "
        "type, the mask, and the header as text. The file is decoded and compared before it gets its name.",
    )
    encode.add_argument(
        "inputs", help=f"frames, or folders whose files {', '.join(SUFFIXES)} are taken", **_INPUTS
    )
    encode.add_argument("--mask", type=Path, metavar="FILE", help="an image whose pixels not 0 are masked")
    encode.add_argument("--dataset", metavar="PATH", help="HDF5 only: path of the images inside the files")
    decode = commands.add_parser(
        "decode",
        help=f"{SUFFIX} files to images",
        description="Write each frame as an image. hdf5 (NeXus) also keeps the mask and the header; edf, "
        "tiff and npy hold the counts alone. The image is read and compared before it gets its name.",
    )
    decode.add_argument(
        "inputs", help=f"{SUFFIX} files, or folders whose {SUFFIX} files are taken", **_INPUTS
    )
    decode.add_argument("--format", choices=list(FORMATS), default="hdf5", help="(default: hdf5)")
    for command in (encode, decode):
        command.add_argument(
            "--output", type=Path, metavar="FOLDER", help="for all outputs (default: beside each input)"
        )
        command.add_argument("--overwrite", action="store_true", help="replace outputs that exist")
    return parser


_INPUTS = {"nargs": "+", "type": Path, "metavar": "FILE_OR_FOLDER"}
