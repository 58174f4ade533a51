"""The file format of a compressed image, and coding with a CompressAI model.

Every byte counts in the bits per pixel of a small image, so the header is binary and compact::

    magic            3 bytes   b"LLC"
    version          1 byte    1
    model id         8 bytes   first bytes of the sha256 that names the model
    height, width    varints   px
    transform        1 byte    intensity transform: 0 raw, 1 log; bit 7 set where a scale follows
    scale            4 bytes   float32, only where bit 7 is set
    latent shape     2 varints height and width of the lowest latent space
    streams          1 byte    how many, then the length in bytes of each as a varint, then their bytes
    latent CRC       4 bytes   CRC32 of the integer latents
    file CRC         4 bytes   CRC32 of everything before it

Numbers are little-endian; a varint holds 7 bits a byte, least significant first, bit 7 set on all but
its last byte, in its shortest form. An image has exactly one file, and a file exactly one image.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from latentlab.artifacts import atomic_path
from latentlab.errors import BitstreamError

MAGIC = b"LLC"
VERSION = 1
MODEL_ID_BYTES = 8
TRANSFORMS = ("raw", "log")
MAX_SIDE = 1 << 16  # px; keeps an altered header from asking for all memory
_HAS_SCALE = 0x80
_MAX_STREAM = 1 << 31  # bytes
_FIXED_BYTES = len(MAGIC) + 1 + MODEL_ID_BYTES
_CRC_BYTES = 4


@dataclass(frozen=True)
class CompressedImage:
    """What a compressed file holds.

    Attributes
    ----------
    model_id : the 8 bytes that name the model that wrote it.
    height, width : size of the image in px, 1 to 65536.
    transform : what was done to the intensities before coding, "raw" or "log"; carried, not applied.
    scale : factor of the intensities before the transform, or None; positive, rounded to float32.
    latent_shape : height and width of the lowest latent space, as CompressAI's `decompress` takes it.
    streams : entropy-coded bytes, in CompressAI's order (y, then z where there is a hyperprior).
    latent_crc : CRC32 of the integer latents as int32, little-endian, in the order of decoding.

    Raises
    ------
    ValueError : an attribute out of its range.
    """

    model_id: bytes
    height: int
    width: int
    transform: str
    scale: float | None
    latent_shape: tuple[int, int]
    streams: tuple[bytes, ...]
    latent_crc: int

    def __post_init__(self) -> None:
        _check_model_id(self.model_id)
        for name in ("height", "width"):
            if not 1 <= getattr(self, name) <= MAX_SIDE:
                raise ValueError(f"{name}: {getattr(self, name)} px, expected 1 to {MAX_SIDE}")
        if self.transform not in TRANSFORMS:
            raise ValueError(f"transform: '{self.transform}', expected one of: {', '.join(TRANSFORMS)}")
        if self.scale is not None:
            object.__setattr__(self, "scale", _to_float32(self.scale))
        if len(self.latent_shape) != 2 or any(not 1 <= side <= MAX_SIDE for side in self.latent_shape):
            raise ValueError(f"latent_shape: {self.latent_shape}, expected two sides of 1 to {MAX_SIDE}")
        if not 1 <= len(self.streams) <= 255:
            raise ValueError(f"streams: {len(self.streams)} of them, expected 1 to 255")
        if not 0 <= self.latent_crc < 1 << 32:
            raise ValueError(f"latent_crc: {self.latent_crc}, expected an unsigned integer of 32 bits")


def _check_model_id(model_id: bytes) -> None:
    if not isinstance(model_id, bytes) or len(model_id) != MODEL_ID_BYTES:
        raise ValueError(f"model_id: {model_id!r}, expected {MODEL_ID_BYTES} bytes")


def _to_float32(scale: float) -> float:
    rounded = torch.tensor(scale, dtype=torch.float32).item()
    if not (math.isfinite(rounded) and rounded > 0):
        raise ValueError(f"scale: {scale}, expected a positive, finite float32")
    return rounded


def pack(image: CompressedImage) -> bytes:
    """Bytes of the file that holds `image`; the inverse of `unpack`."""
    flags = TRANSFORMS.index(image.transform) | (_HAS_SCALE if image.scale is not None else 0)
    parts = [MAGIC, bytes([VERSION]), image.model_id, _varint(image.height), _varint(image.width)]
    parts.append(bytes([flags]))
    if image.scale is not None:
        parts.append(struct.pack("<f", image.scale))
    parts += [_varint(side) for side in image.latent_shape]
    parts.append(bytes([len(image.streams)]))
    parts += [_varint(len(stream)) for stream in image.streams]
    parts += image.streams
    parts.append(struct.pack("<I", image.latent_crc))
    body = b"".join(parts)
    return body + struct.pack("<I", zlib.crc32(body))


def unpack(data: bytes, source: str = "<bytes>") -> CompressedImage:
    """Read a compressed file; the inverse of `pack`.

    Parameters
    ----------
    data : the whole file.
    source : its name, for messages.

    Raises
    ------
    BitstreamError : too short, wrong magic, unknown version, wrong checksum, a field that is cut off or
        out of range, or bytes left over; names `source`.
    """
    if len(data) < _FIXED_BYTES + _CRC_BYTES:
        raise BitstreamError(
            f"{source}: {len(data)} bytes are too few for a compressed image, the file is truncated"
        )
    if data[: len(MAGIC)] != MAGIC:
        raise BitstreamError(f"{source}: not a compressed image, it does not begin with {MAGIC!r}")
    if data[len(MAGIC)] != VERSION:
        raise BitstreamError(
            f"{source}: format version {data[len(MAGIC)]} is unknown, expected version {VERSION}"
        )
    body, checksum = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    if struct.pack("<I", zlib.crc32(body)) != checksum:
        raise BitstreamError(f"{source}: checksum (CRC32) does not match, the file is altered or truncated")
    reader = _Reader(body, source, start=len(MAGIC) + 1)
    model_id = reader.take(MODEL_ID_BYTES, "model id")
    height, width = (reader.varint(name, 1, MAX_SIDE) for name in ("image height", "image width"))
    (flags,) = reader.take(1, "intensity transform")
    number = flags & ~_HAS_SCALE
    if number >= len(TRANSFORMS):
        raise BitstreamError(f"{source}: intensity transform {number} is unknown")
    scale = struct.unpack("<f", reader.take(4, "scale"))[0] if flags & _HAS_SCALE else None
    if scale is not None and not (math.isfinite(scale) and scale > 0):
        raise BitstreamError(f"{source}: scale is {scale}, expected a positive number")
    rows, columns = (reader.varint(name, 1, MAX_SIDE) for name in ("latent height", "latent width"))
    (count,) = reader.take(1, "number of streams")
    if count == 0:
        raise BitstreamError(f"{source}: number of streams is 0, expected 1 at least")
    sizes = [reader.varint(f"length of stream {i}", 0, _MAX_STREAM) for i in range(count)]
    streams = tuple(reader.take(size, f"stream {i}") for i, size in enumerate(sizes))
    (latent_crc,) = struct.unpack("<I", reader.take(4, "latent checksum"))
    reader.finish()
    return CompressedImage(
        model_id, height, width, TRANSFORMS[number], scale, (rows, columns), streams, latent_crc
    )


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class _Reader:
    """Takes fields off the front of `data` and says which one is wrong."""

    def __init__(self, data: bytes, source: str, start: int) -> None:
        self.data, self.source, self.position = data, source, start

    def take(self, size: int, name: str) -> bytes:
        field = self.data[self.position : self.position + size]
        if len(field) < size:
            raise BitstreamError(
                f"{self.source}: truncated in {name}: {size} bytes expected, {len(field)} left"
            )
        self.position += size
        return field

    def varint(self, name: str, least: int, most: int) -> int:
        value, shift = 0, 0
        while True:
            (byte,) = self.take(1, name)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 35:
                raise BitstreamError(f"{self.source}: {name} is not a valid varint")
        if shift > 7 and byte == 0:
            raise BitstreamError(f"{self.source}: {name} is a varint with needless bytes")
        if not least <= value <= most:
            raise BitstreamError(f"{self.source}: {name} is {value}, expected {least} to {most}")
        return value

    def finish(self) -> None:
        left = len(self.data) - self.position
        if left:
            raise BitstreamError(f"{self.source}: {left} bytes left over behind the last field")


def stream_sizes(data: bytes, source: str = "<bytes>") -> list[int]:
    """Lengths in bytes of the entropy-coded streams of a file: [y] or [y, z], without header or checksums.

    Raises
    ------
    BitstreamError : `data` is not a whole compressed image.
    """
    return [len(stream) for stream in unpack(data, source).streams]


def write_bitstream(path: Path | str, data: bytes) -> None:
    """Write a compressed image to `path`, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def read_bitstream(path: Path | str) -> bytes:
    """Read a compressed image and check that it is whole.

    Raises
    ------
    BitstreamError : no such file, unreadable, or not a whole compressed image; names `path`.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BitstreamError(
            f"{path}: cannot be read ({error.strerror}), expected a compressed image"
        ) from error
    unpack(data, str(path))
    return data


@contextmanager
def single_thread() -> Iterator[None]:
    """Run the block on one torch thread, then set the former number again.

    Sums over several threads are added in another order, and a last bit that differs is enough for an
    autoregressive decoder to lose step.
    """
    former = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(former)


@contextmanager
def _coding(model: nn.Module) -> Iterator[None]:
    """Coding conditions: evaluation mode, no gradient, no autocast, one thread."""
    training = model.training
    model.eval()
    try:
        with single_thread(), torch.no_grad(), torch.autocast("cpu", enabled=False):
            yield
    finally:
        model.train(training)


def encode(
    model: nn.Module,
    x: Tensor,
    *,
    model_id: bytes,
    transform: str,
    scale: float | None = None,
    verify: bool = True,
) -> bytes:
    """Compress one image.

    Parameters
    ----------
    model : a codec of `latentlab.models.codecs`, float32, on the CPU, its tables made by
        `model.update(force=True, update_quantiles=True)`. Call that once, after training, and store
        the state after it: it moves the medians that the latents are rounded about.
    x : float32 (1, 1, H, W), finite, transformed as the model was trained. Sides that are no multiple
        of the model's `downsampling_factor` are padded below and on the right with the edge's values.
    model_id : 8 bytes that name the model.
    transform, scale : see `CompressedImage`; stored for the reader of the file.
    verify : decode the streams again and compare the integer latents. This costs one decoding.

    Returns
    -------
    bytes : the file; `decode` is its inverse, `write_bitstream` stores it.

    Raises
    ------
    ValueError : a wrong argument.
    BitstreamError : the model does not decode its own latents (only with `verify`).
    """
    _check_model_id(model_id)
    _check_model(model)
    _check_input(x)
    height, width = x.shape[-2:]
    padded = _padded(model, height, width)
    x = nn.functional.pad(x, (0, padded[1] - width, 0, padded[0] - height), mode="replicate")
    with _coding(model), _recorded(model, "quantize") as symbols:
        coded = model.compress(x)
    image = CompressedImage(
        model_id=model_id,
        height=height,
        width=width,
        transform=transform,
        scale=scale,
        latent_shape=tuple(int(side) for side in coded["shape"]),
        streams=tuple(strings[0] for strings in coded["strings"]),
        latent_crc=_latent_crc(symbols),
    )
    if verify:
        _, latent_crc = _decompress(model, image)
        if latent_crc != image.latent_crc:
            raise BitstreamError(
                "encode: the model does not decode the latents it coded, nothing was written"
            )
    return pack(image)


def decode(model: nn.Module, data: bytes, *, model_id: bytes, source: str = "<bytes>") -> Tensor:
    """Decompress one image.

    Parameters
    ----------
    model, model_id : the codec that wrote the file, and its name; see `encode`.
    data : the whole file.
    source : its name, for messages.

    Returns
    -------
    Tensor : float32 (1, 1, H, W) in the transformed intensities the model was trained on. It is the
        output of the synthesis transform as it is: CompressAI's `decompress` clips it to [0, 1], which
        suits photographs and would cut off raw intensities. Clip it where the scale has such bounds.

    Raises
    ------
    ValueError : a wrong argument.
    BitstreamError : damaged file; file of another model; or latents that differ from those coded, as
        where another machine's arithmetic differs; names `source`.
    """
    _check_model_id(model_id)
    _check_model(model)
    image = unpack(data, source)
    if image.model_id != model_id:
        raise BitstreamError(
            f"{source}: written by model {image.model_id.hex()}, cannot be decoded by model {model_id.hex()}"
        )
    _check_decodable(model, image, source)
    x, latent_crc = _decompress(model, image)
    if latent_crc != image.latent_crc:
        raise BitstreamError(
            f"{source}: the decoded latents are not those coded (CRC32 {latent_crc:08x}, expected "
            f"{image.latent_crc:08x}): the model's weights or this machine's arithmetic differ"
        )
    return x[..., : image.height, : image.width].contiguous()


def _check_model(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if parameter.device.type != "cpu" or parameter.dtype != torch.float32:
            raise ValueError(
                f"model: parameter '{name}' is {parameter.dtype} on {parameter.device}; coding needs "
                "torch.float32 on the CPU"
            )
    if any(module.quantized_cdf.numel() == 0 for module in _entropy_models(model)):
        raise ValueError("model: it has no coding tables, expected model.update(force=True) before coding")


def _check_input(x: Tensor) -> None:
    if x.ndim != 4 or tuple(x.shape[:2]) != (1, 1) or x.numel() == 0 or x.dtype != torch.float32:
        raise ValueError(f"x: {x.dtype} {tuple(x.shape)}, expected torch.float32 (1, 1, H, W)")
    if x.device.type != "cpu" or not torch.isfinite(x).all():
        raise ValueError("x: expected finite values on the CPU")


def _check_decodable(model: nn.Module, image: CompressedImage, source: str) -> None:
    """Refuse what would make CompressAI's decoder, which checks nothing, read outside its memory."""
    rows, columns = (side // model.downsampling_factor for side in _padded(model, image.height, image.width))
    if image.latent_shape != (rows, columns):
        raise BitstreamError(
            f"{source}: latent shape {image.latent_shape} does not belong to {image.height} x {image.width} "
            f"px, expected {(rows, columns)}"
        )
    count = len(_entropy_models(model))
    if len(image.streams) != count:
        raise BitstreamError(f"{source}: {len(image.streams)} streams, expected {count} for this model")
    for i, stream in enumerate(image.streams):
        if len(stream) < 8 or len(stream) % 4:  # a rANS state of 64 bits, then words of 32
            raise BitstreamError(f"{source}: stream {i} of {len(stream)} bytes is no rANS stream")


def _padded(model: nn.Module, height: int, width: int) -> tuple[int, int]:
    divisor = model.downsampling_factor
    return -(-height // divisor) * divisor, -(-width // divisor) * divisor


def _decompress(model: nn.Module, image: CompressedImage) -> tuple[Tensor, int]:
    """Image (1, 1, padded H, padded W), not clipped, and CRC32 of the integer latents."""
    rows, columns = _padded(model, image.height, image.width)
    # A decoder that has lost step reads on behind its stream. Zeros there (2 bytes a latent and more)
    # let it come to an end inside its memory, so that the CRC can refuse what it read.
    behind = bytes(4 * rows * columns)
    strings = [[stream + behind] for stream in image.streams]
    outputs: list[Tensor] = []
    # CompressAI clips the output in place: the copy is taken before that.
    hook = model.g_s.register_forward_hook(lambda module, inputs, output: outputs.append(output.clone()))
    try:
        with _coding(model), _recorded(model, "dequantize") as symbols:
            model.decompress(strings, image.latent_shape)
    finally:
        hook.remove()
    return outputs[0], _latent_crc(symbols)


def _entropy_models(model: nn.Module) -> list[nn.Module]:
    """CompressAI's EntropyModels of `model`, known by their coder: this module must not import them."""
    return [module for module in model.modules() if hasattr(module, "entropy_coder")]


@contextmanager
def _recorded(model: nn.Module, method: str) -> Iterator[list[Tensor]]:
    """Collect the integer latents that pass the entropy models, in the order of coding.

    The CRC is of integers because they are what the streams hold: y_hat adds predicted means, whose
    last bit may differ on a machine that decodes every integer right. All of CompressAI's encoders,
    the autoregressive one too, take their integers from `quantize(..., "symbols")`, and all decoders
    hand theirs to `dequantize`, in the same order: so these two methods are listened to.
    """
    found: list[Tensor] = []

    def listen(original: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def quantize(inputs: Tensor, mode: str, *args: Any, **kwargs: Any) -> Tensor:
            outputs = original(inputs, mode, *args, **kwargs)
            if mode == "symbols":
                found.append(outputs.clone())
            return outputs

        def dequantize(inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
            found.append(inputs.clone())
            return original(inputs, *args, **kwargs)

        return {"quantize": quantize, "dequantize": dequantize}[method]

    with ExitStack() as stack:
        for module in _entropy_models(model):
            setattr(module, method, listen(getattr(module, method)))
            stack.callback(delattr, module, method)
        yield found


def _latent_crc(symbols: list[Tensor]) -> int:
    integers = torch.cat([tensor.flatten().to(torch.int32) for tensor in symbols])
    return zlib.crc32(integers.numpy().astype("<i4").tobytes())
