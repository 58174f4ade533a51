"""Lossy image codecs and error-bounded scientific ones, on the log scale, two also on the square root.

Arrays are compressed as integers of 12 or 16 bits (image codecs) or as float32 (scientific codecs); all by
imagecodecs, one thread. Settings were chosen on simulated patterns of 256 x 256 pixels, so that the curves
cover log-PSNR from 30 to 60 dB where the codec can.

AVIF: a grey image is always coded losslessly by the library, whatever its level. So it is given as three
equal channels of 12 bits, of which the two colour differences, all zero, cost almost no bytes. HEVC is not
among the codecs of the library as it is packaged.

For counted patterns the logarithm uses most of its range for single photons and empty pixels; the square
root makes the counting noise uniform (Anscombe 1948), so two image codecs are also used on that scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import imagecodecs
import numpy as np

from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.protocol import (
    Codec,
    CodecLevels,
    checked_image,
    from_log_scale,
    to_log_scale,
)

JPEG_2000_PSNR_DB = (25, 30, 35, 40, 45, 50, 55)
JPEG_XL_DISTANCE = (25.0, 15.0, 8.0, 4.0, 2.0, 1.0)  # perceptual distance, 1 is "visually lossless"
JPEG_XL_EFFORT = 7  # the library's default; 9 saves a tenth of the bytes for six times the time
AVIF_QUALITY = (5, 10, 25, 40, 70)
AVIF_SPEED = 4  # of 0 (slowest) to 10; 0 to 2 save a few per cent for several times the time
SZ3_ERROR = (0.1, 0.05, 0.02, 0.01, 0.005)  # largest error on the log scale, whose range is 1
ZFP_ERROR = (1.0, 0.5, 0.25, 0.1, 0.05)
SPERR_PSNR_DB = (10, 15, 20, 25, 30, 35, 40)  # requested; the result is about 15 dB higher


@dataclass(frozen=True)
class ScaledCodec:
    """A codec of arrays at one setting, applied to the log scale of the image or to its square root.

    Attributes
    ----------
    compress : array (side, side) -> bytes. decompress : bytes, side -> array (side, side) or with channels.
    bits : of the integers that it takes; 0 for float32.
    channels : 1, or 3 equal ones where the codec needs them.
    square_root : whether the scale is the square root; dimensionless, 0 to 1, like the log scale.
    """

    compress: Callable[[np.ndarray], bytes | bytearray]
    decompress: Callable[[bytes, int], np.ndarray]
    bits: int = 16
    channels: int = 1
    square_root: bool = False

    def encode(self, image: np.ndarray) -> bytes:
        """Bytes of a float32 image (side, side), relative to its maximum; ValueError on a wrong image."""
        scaled = np.sqrt(checked_image(image).clip(max=1)) if self.square_root else to_log_scale(image)
        if self.bits:
            scaled = np.rint(scaled * (2**self.bits - 1)).astype(np.uint16)
        if self.channels > 1:
            scaled = np.repeat(scaled[..., None], self.channels, axis=2)
        return bytes(self.compress(np.ascontiguousarray(scaled)))

    def decode(self, data: bytes, side: int) -> np.ndarray:
        """Float32 image (side, side), relative to its maximum.

        Raises
        ------
        BitstreamError : the bytes are no image of this codec, or one of another side.
        """
        try:
            scaled = np.asarray(self.decompress(data, side))
        except Exception as error:  # each codec has its own errors, and some raise ValueError
            raise BitstreamError(f"the bytes cannot be decoded, they are damaged ({error})") from error
        if scaled.shape[:2] != (side, side):
            raise BitstreamError(f"the bytes hold an image of {scaled.shape[:2]}, expected {(side, side)}")
        if self.channels > 1:
            scaled = scaled[..., 0]
        if self.bits:
            scaled = scaled / (2**self.bits - 1)
        return np.square(scaled).astype(np.float32) if self.square_root else from_log_scale(scaled)


def jpeg_2000(psnr_db: int) -> ScaledCodec:
    """JPEG 2000 (OpenJPEG), bare codestream, irreversible wavelet, to a PSNR in dB on 16 bits."""

    def compress(image: np.ndarray) -> bytes:
        options: dict[str, Any] = {"codecformat": "j2k", "reversible": False, "numthreads": 1}
        return imagecodecs.jpeg2k_encode(image, level=psnr_db, **options)

    return ScaledCodec(compress, lambda data, side: imagecodecs.jpeg2k_decode(data, numthreads=1))


def jpeg_xl(distance: float) -> ScaledCodec:
    """JPEG XL (libjxl), lossy, at a perceptual distance on 16 bits."""

    def compress(image: np.ndarray) -> bytes:
        return imagecodecs.jpegxl_encode(image, distance=distance, effort=JPEG_XL_EFFORT, numthreads=1)

    return ScaledCodec(compress, lambda data, side: imagecodecs.jpegxl_decode(data, numthreads=1))


def avif(quality: int) -> ScaledCodec:
    """AVIF (AV1) of three equal channels, 12 bits, at a quality of 0 to 100."""

    def compress(image: np.ndarray) -> bytes:
        return imagecodecs.avif_encode(image, level=quality, bitspersample=12, speed=AVIF_SPEED, numthreads=1)

    def decompress(data: bytes, side: int) -> np.ndarray:
        return imagecodecs.avif_decode(data, numthreads=1)

    return ScaledCodec(compress, decompress, bits=12, channels=3)


def sz3(error: float) -> ScaledCodec:
    """SZ3, float32, to a largest absolute error on the log scale."""

    def decompress(data: bytes, side: int) -> np.ndarray:
        return imagecodecs.sz3_decode(data, shape=(side, side), dtype=np.float32)

    return ScaledCodec(lambda image: imagecodecs.sz3_encode(image, mode="abs", abs=error), decompress, bits=0)


def zfp(error: float) -> ScaledCodec:
    """ZFP, float32, to a largest absolute error on the log scale."""

    def compress(image: np.ndarray) -> bytes:
        return imagecodecs.zfp_encode(image, mode="a", level=error, numthreads=1)

    return ScaledCodec(compress, lambda data, side: imagecodecs.zfp_decode(data), bits=0)


def sperr(psnr_db: int) -> ScaledCodec:
    """SPERR (wavelets, SPECK), float32, to a PSNR in dB."""

    def compress(image: np.ndarray) -> bytes:
        return imagecodecs.sperr_encode(image, mode="psnr", level=psnr_db)

    return ScaledCodec(compress, lambda data, side: imagecodecs.sperr_decode(data), bits=0)


def lossy_codecs() -> CodecLevels:
    """Every lossy reference codec that needs no training, at each of its settings, coarsest first."""
    families: dict[str, tuple[Callable[[Any], Codec], tuple[float, ...], str]] = {
        "JPEG 2000": (jpeg_2000, JPEG_2000_PSNR_DB, "{:g} dB"),
        "JPEG XL": (jpeg_xl, JPEG_XL_DISTANCE, "distance {:g}"),
        "AVIF": (avif, AVIF_QUALITY, "quality {:g}"),
        "SPERR": (sperr, SPERR_PSNR_DB, "{:g} dB"),
        "SZ3": (sz3, SZ3_ERROR, "error {:g}"),
        "ZFP": (zfp, ZFP_ERROR, "error {:g}"),
    }
    return {
        name: {label.format(setting): make(setting) for setting in settings}
        for name, (make, settings, label) in families.items()
    }


def square_root_codecs() -> CodecLevels:
    """JPEG 2000 and AVIF on the square root of the image, for counted patterns, coarsest first."""
    return {
        "JPEG 2000, root": {
            f"{psnr:g} dB": replace(jpeg_2000(psnr), square_root=True) for psnr in JPEG_2000_PSNR_DB
        },
        "AVIF, root": {
            f"quality {quality:g}": replace(avif(quality), square_root=True) for quality in AVIF_QUALITY
        },
    }
