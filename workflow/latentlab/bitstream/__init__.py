"""Compressed images: their file format (`format`) and how a codec writes and reads them (`coding`).

`latents` codes integer latents as streams; `dyadic` is the arithmetic that makes this exact on every machine.
"""

from latentlab.bitstream.coding import decode, decode_latents, encode, estimated_bits, single_thread
from latentlab.bitstream.format import (
    MAX_SIDE,
    CompressedImage,
    pack,
    read_bitstream,
    stream_sizes,
    unpack,
    write_bitstream,
)

__all__ = [
    "MAX_SIDE",
    "CompressedImage",
    "decode",
    "decode_latents",
    "encode",
    "estimated_bits",
    "pack",
    "read_bitstream",
    "single_thread",
    "stream_sizes",
    "unpack",
    "write_bitstream",
]
