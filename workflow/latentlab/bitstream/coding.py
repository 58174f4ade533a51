"""Coding of one image with a CompressAI model: to the bytes of a file, and back, exactly."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from latentlab.bitstream.format import CompressedImage, check_model_id, pack, unpack
from latentlab.errors import BitstreamError


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
    check_model_id(model_id)
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
    check_model_id(model_id)
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
