"""Exact coding of one image with a CompressAI model to the bytes of a file, and decoding."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from latentlab.bitstream.format import CompressedImage, check_model_id, pack, unpack
from latentlab.bitstream.latents import LatentCoder, Latents
from latentlab.codecs.compressai_import import CompressionModel
from latentlab.errors import BitstreamError


@contextmanager
def single_thread() -> Iterator[None]:
    """Run the block on one torch thread, then restore the previous number of threads.

    Several threads add sums in another order, which changes the last bits of a pixel. The latents
    that a file holds do not depend on it; see `latentlab.bitstream.dyadic`.
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
        device = next(model.parameters()).device.type
        with single_thread(), torch.no_grad(), torch.autocast(device, enabled=False):
            yield
    finally:
        model.train(training)


def encode(
    model: CompressionModel,
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
    model : a codec of `latentlab.codecs.models`, float32 or float64, on any device, its tables made by
        `model.update(force=True, update_quantiles=True)`. Call this once, after training, and store the
        state after it: it changes the medians that are subtracted before latents are rounded.
    x : float32 (1, 1, H, W) on the CPU, finite, transformed as the model was trained. Sides that are not a
        multiple of the model's `downsampling_factor` are padded at the bottom and on the right with the
        values at the edge.
    model_id : 8 bytes that name the model.
    transform, scale : see `CompressedImage`; stored for the reader of the file.
    verify : decode the streams again and compare the integer latents. This costs the decoding of the
        latents.

    Returns
    -------
    bytes : the file; `decode` is its inverse, `write_bitstream` stores it.

    Raises
    ------
    ValueError : a wrong argument, or a model whose latents or weights are not finite or too large.
    BitstreamError : the model does not decode its own latents (only with `verify`).
    """
    check_model_id(model_id)
    _check_input(x)
    coder = LatentCoder(model)
    latents = _encode_latents(coder, x)
    height, width = x.shape[-2:]
    image = CompressedImage(
        model_id=model_id,
        height=height,
        width=width,
        transform=transform,
        scale=scale,
        latent_shape=_latent_shape(model, height, width),
        streams=latents.streams,
        latent_crc=_latent_crc(latents),
    )
    if verify:
        try:
            with _coding(model):
                _decode_latents(coder, image, "encode")
        except BitstreamError as error:
            raise BitstreamError(
                "encode: the model does not decode the latents it coded, nothing was written"
            ) from error
    return pack(image)


def estimated_bits(model: CompressionModel, x: Tensor) -> Tensor:
    """Expected length in bits of the streams of an image, from the model's likelihoods.

    Schaefer, eq. 3.9, times the number of pixels. It is computed for exactly the latents that `encode` codes;
    those of `forward` differ in autoregressive models. The streams are longer or shorter because each ends on
    a whole byte (one byte at most), and because scales and probabilities are rounded to those of the tables.

    Parameters
    ----------
    model, x : see `encode`.

    Returns
    -------
    Tensor : float64 scalar, bits.

    Raises
    ------
    ValueError : see `encode`.
    """
    _check_input(x)
    bits = _encode_latents(LatentCoder(model), x, estimate=True).bits
    assert bits is not None
    return bits


def _encode_latents(coder: LatentCoder, x: Tensor, *, estimate: bool = False) -> Latents:
    model = coder.model
    height, width = x.shape[-2:]
    rows, columns = _padded(model, height, width)
    parameter = next(model.parameters())
    x = nn.functional.pad(x, (0, columns - width, 0, rows - height), mode="replicate")
    with _coding(model):
        return coder.encode(coder.analyse(x.to(parameter.device, parameter.dtype)), estimate=estimate)


def decode(model: CompressionModel, data: bytes, *, model_id: bytes, source: str = "<bytes>") -> Tensor:
    """Decompress one image.

    Parameters
    ----------
    model, model_id : the codec that wrote the file, and its name; see `encode`.
    data : the whole file.
    source : its name, for messages.

    Returns
    -------
    Tensor : (1, 1, H, W), of the model's dtype and on its device, in the transformed intensities that it was
        trained on. Its latents equal the encoder's bit for bit; its pixels may differ in their last bits. It
        is the unchanged output of the synthesis transform: CompressAI's `decompress` clips it to [0, 1],
        which suits photographs but cuts off raw intensities. Clip it where the scale has such bounds.

    Raises
    ------
    ValueError : a wrong argument.
    BitstreamError : damaged file; file of another model; or latents that differ from those coded; names
        `source`.
    """
    latents, (height, width) = _latents_of_file(model, data, model_id, source)
    with _coding(model):
        parameter = next(model.parameters())
        x = model.g_s(latents.y_hat.to(parameter.device, parameter.dtype))
    return x[..., :height, :width].contiguous()


def decode_latents(
    model: CompressionModel, data: bytes, *, model_id: bytes, source: str = "<bytes>"
) -> Tensor:
    """The latents y_hat of a file, from which `decode` makes the image.

    Parameters, errors : see `decode`.

    Returns
    -------
    Tensor : (1, M, rows, columns), of the model's dtype and on its device.
    """
    latents, _ = _latents_of_file(model, data, model_id, source)
    parameter = next(model.parameters())
    return latents.y_hat.to(parameter.device, parameter.dtype)


def _latents_of_file(
    model: CompressionModel, data: bytes, model_id: bytes, source: str
) -> tuple[Latents, tuple[int, int]]:
    """Latents of a file, and height and width of its image."""
    check_model_id(model_id)
    image = unpack(data, source)
    if image.model_id != model_id:
        raise BitstreamError(
            f"{source}: written by model {image.model_id.hex()}, cannot be decoded by model {model_id.hex()}"
        )
    coder = LatentCoder(model)
    _check_decodable(coder, image, source)
    with _coding(model):
        return _decode_latents(coder, image, source), (image.height, image.width)


def _decode_latents(coder: LatentCoder, image: CompressedImage, source: str) -> Latents:
    wrong = f"{source}: the decoded latents are not those coded"
    causes = "the model's weights differ, or the streams are altered"
    try:
        latents = coder.decode(image.streams, image.latent_shape)
    except BitstreamError as error:
        raise BitstreamError(f"{wrong} ({error}): {causes}") from error
    latent_crc = _latent_crc(latents)
    if latent_crc != image.latent_crc:
        raise BitstreamError(f"{wrong} (CRC32 {latent_crc:08x}, expected {image.latent_crc:08x}): {causes}")
    return latents


def _check_input(x: Tensor) -> None:
    if x.ndim != 4 or tuple(x.shape[:2]) != (1, 1) or x.numel() == 0 or x.dtype != torch.float32:
        raise ValueError(f"x: {x.dtype} {tuple(x.shape)}, expected torch.float32 (1, 1, H, W)")
    if x.device.type != "cpu" or not torch.isfinite(x).all():
        raise ValueError("x: expected finite values on the CPU")


def _check_decodable(coder: LatentCoder, image: CompressedImage, source: str) -> None:
    """Raise BitstreamError for a file that no encoder with this model writes."""
    expected = _latent_shape(coder.model, image.height, image.width)
    if image.latent_shape != expected:
        raise BitstreamError(
            f"{source}: latent shape {image.latent_shape} does not belong to {image.height} x {image.width} "
            f"px, expected {expected}"
        )
    if len(image.streams) != coder.streams:
        raise BitstreamError(
            f"{source}: {len(image.streams)} streams, expected {coder.streams} for this model"
        )
    for i, stream in enumerate(image.streams):
        if stream.endswith(b"\x00"):
            raise BitstreamError(f"{source}: stream {i} ends with an unnecessary zero byte")


def _padded(model: CompressionModel, height: int, width: int) -> tuple[int, int]:
    divisor = model.downsampling_factor
    return -(-height // divisor) * divisor, -(-width // divisor) * divisor


def _latent_shape(model: CompressionModel, height: int, width: int) -> tuple[int, int]:
    rows, columns = (side // model.downsampling_factor for side in _padded(model, height, width))
    return rows, columns


def _latent_crc(latents: Latents) -> int:
    """CRC32 of the integers that the streams hold."""
    return zlib.crc32(torch.cat(latents.symbols).to(torch.int32).numpy().astype("<i4").tobytes())
