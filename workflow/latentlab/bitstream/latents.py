"""Exact entropy coding of the integer latents of a CompressAI model, and decoding.

The tables of probabilities are integers stored with the model. The table that codes a latent of y,
and the mean that is subtracted from it, come from networks in exact arithmetic (`dyadic`), so they are the
same on every machine. The autoregressive models (Minnen et al. 2018; Cheng et al. 2020) predict each
latent pixel from coded ones above it and left of it, at most two columns to the right in the two rows
above: all pixels with the same column + 3 row are independent of each other, and are coded as one wave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from latentlab.bitstream.dyadic import VALUE_BITS, as_value, dyadic, exact_linear, exact_network
from latentlab.bitstream.range_coder import RangeDecoder, encode_intervals, escape_intervals
from latentlab.codecs.compressai_import import (
    CompressionModel,
    EntropyModel,
    JointAutoregressiveHierarchicalPriors,
    MeanScaleHyperprior,
    ScaleHyperprior,
)

SYMBOL_LIMIT = 1 << 24  # larger integers are not valid latents


@dataclass(frozen=True)
class Latents:
    """What a file holds of an image, and what the decoder makes of it.

    Attributes
    ----------
    symbols : integers as int64, flat, in the order of decoding: [z, y], or [y] without hyperprior.
    streams : their bytes in the file's order: (y, z), or (y,).
    y_hat : float64 (1, M, rows, columns): y's integers plus their means; input of the synthesis transform.
    bits : float64 scalar: -log2 of the model's own likelihoods of these latents (Schaefer, eq. 3.9),
        summed; None if it was not requested.
    """

    symbols: tuple[Tensor, ...]
    streams: tuple[bytes, ...]
    y_hat: Tensor
    bits: Tensor | None = None


class _Table:
    """Coding table of an entropy model: one row of cumulative frequencies for each index."""

    def __init__(self, model: EntropyModel) -> None:
        self.cdf = model.quantized_cdf.cpu().long()
        self.lengths, self.offsets = model.cdf_length.cpu().long(), model.offset.cpu().long()
        self._rows: dict[int, list[int]] = {}

    def _row(self, index: int) -> list[int]:
        if index not in self._rows:  # most rows are long and never used
            self._rows[index] = self.cdf[index, : self.lengths[index]].tolist()
        return self._rows[index]

    def encode(self, symbols: Tensor, indexes: Tensor) -> bytes:
        escapes = self.lengths[indexes] - 2
        values = symbols - self.offsets[indexes]
        inside = (values >= 0) & (values < escapes)
        coded = torch.where(inside, values, escapes)
        first, behind = self.cdf[indexes, coded], self.cdf[indexes, coded + 1]
        intervals = list(zip(first.tolist(), (behind - first).tolist(), strict=True))
        if not inside.all():
            beyond = torch.where(values < 0, -2 * values - 1, 2 * (values - escapes))
            for position in reversed((~inside).nonzero().flatten().tolist()):
                intervals[position + 1 : position + 1] = escape_intervals(int(beyond[position]))
        return encode_intervals(intervals)

    def decode(self, decoder: RangeDecoder, indexes: Tensor) -> Tensor:
        rows = [self._row(index) for index in indexes.tolist()]
        values, beyond = torch.tensor(decoder.decode(rows), dtype=torch.int64).T
        escapes = self.lengths[indexes] - 2
        escaped = torch.where(beyond % 2 == 1, -(beyond + 1) // 2, beyond // 2 + escapes)
        return torch.where(values == escapes, escaped, values) + self.offsets[indexes]


# Returns the integers of some latents, int64 flat, given their table indexes and means, both flat.
_Source = Callable[[Tensor, Tensor], Tensor]


def _decoding(table: _Table, stream: bytes) -> _Source:
    decoder = RangeDecoder(stream)
    return lambda indexes, means: table.decode(decoder, indexes)


def _quantized(latents: Tensor, means: Tensor) -> Tensor:
    """Latents minus means, rounded: int64."""
    rounded = torch.round(latents.to(torch.float64) - means)
    if not (rounded.abs() < SYMBOL_LIMIT).all():
        raise ValueError(f"x: the model's latents are not all finite and below {SYMBOL_LIMIT}")
    return rounded.to(torch.int64)


class LatentCoder:
    """Coder of the latents of one model: its tables, and its predicting networks in exact arithmetic.

    Everything that must not depend on the machine runs on the CPU, on whatever device the model is. Later
    changes of the weights are not taken into account.

    Raises
    ------
    ValueError : a model without tables, or whose predicting networks have no exact arithmetic.
    """

    def __init__(self, model: CompressionModel) -> None:
        entropy_models = [module for module in model.modules() if isinstance(module, EntropyModel)]
        if any(module.quantized_cdf.numel() == 0 for module in entropy_models):
            raise ValueError(
                "model: it has no coding tables, expected model.update(force=True) before coding"
            )
        self.model = model
        self.hyperprior = isinstance(model, ScaleHyperprior)
        self.streams = 2 if self.hyperprior else 1
        bottleneck = model.entropy_bottleneck
        self.bottleneck_table = _Table(bottleneck)
        # CompressAI finds quantiles by search: the median can be any float, and is rounded here.
        self.medians = dyadic(bottleneck.quantiles[:, 0, 1].cpu(), VALUE_BITS)
        if not torch.isfinite(self.medians).all():
            raise ValueError("model: the entropy bottleneck's medians are not finite")
        if self.hyperprior:
            gaussian = model.gaussian_conditional
            self.gaussian_table = _Table(gaussian)
            self.scale_table = gaussian.scale_table.cpu().to(torch.float64)
            self.predict = exact_network(_on_cpu(model.h_s), "h_s")
        if isinstance(model, JointAutoregressiveHierarchicalPriors):
            self.context = _Context(model)

    def analyse(self, x: Tensor) -> tuple[Tensor, ...]:
        """Latents to be coded, computed by the model itself: (z, y), or (y,); x is (1, 1, H, W)."""
        y = self.model.g_a(x)
        if not self.hyperprior:
            return (y.cpu(),)
        signed = isinstance(self.model, MeanScaleHyperprior)
        return self.model.h_a(y if signed else torch.abs(y)).cpu(), y.cpu()

    def encode(self, latents: tuple[Tensor, ...], *, estimate: bool = False) -> Latents:
        """Code latents as `analyse` gives them.

        Raises
        ------
        ValueError : latents that are not finite, or whose magnitude is 2^24 or more.
        """
        first = latents[0]
        symbols, values = self._bottleneck(
            first.shape[-2:], lambda indexes, means: _quantized(first.flatten(), means)
        )
        indexes = self._channels(first.shape[-2:])
        bits = _bottleneck_bits(self.model.entropy_bottleneck, values) if estimate else None
        stream = self.bottleneck_table.encode(symbols, indexes)
        if not self.hyperprior:
            return Latents((symbols,), (stream,), values, bits)
        y = latents[1][0].permute(1, 2, 0)  # (rows, columns, M)
        waves = []
        y_hat = torch.zeros(y.shape, dtype=torch.float64)
        for rows, columns, scales, means in self._waves(values, y_hat):
            indexes = self._indexes(scales)
            integers = _quantized(y[rows, columns].flatten(), means.flatten())
            y_hat[rows, columns] = integers.view(means.shape) + means
            waves.append((integers, indexes, scales, means))
        y_symbols = torch.cat([wave[0] for wave in waves])
        if estimate:
            bits = bits + sum(
                _gaussian_bits(self.model.gaussian_conditional, integers, scales)
                for integers, _, scales, _ in waves
            )
        y_stream = self.gaussian_table.encode(y_symbols, torch.cat([wave[1] for wave in waves]))
        return Latents((symbols, y_symbols), (y_stream, stream), y_hat.permute(2, 0, 1)[None], bits)

    def decode(self, streams: tuple[bytes, ...], shape: tuple[int, int]) -> Latents:
        """Latents of streams in the file's order; `shape` is that of the lowest latent space.

        Altered streams may give other latents: the caller must compare the checksum.

        Raises
        ------
        BitstreamError : streams that this model did not write.
        """
        symbols, values = self._bottleneck(shape, _decoding(self.bottleneck_table, streams[-1]))
        if not self.hyperprior:
            return Latents((symbols,), streams, values)
        y_hat = torch.zeros(4 * shape[0], 4 * shape[1], self.model.M, dtype=torch.float64)
        source = _decoding(self.gaussian_table, streams[0])
        found = []
        for rows, columns, scales, means in self._waves(values, y_hat):
            integers = source(self._indexes(scales), means)
            y_hat[rows, columns] = integers.view(means.shape) + means
            found.append(integers)
        return Latents((symbols, torch.cat(found)), streams, y_hat.permute(2, 0, 1)[None])

    def _channels(self, shape: tuple[int, int]) -> Tensor:
        return torch.arange(len(self.medians)).repeat_interleave(shape[0] * shape[1])

    def _bottleneck(self, shape: tuple[int, int], source: _Source) -> tuple[Tensor, Tensor]:
        """Integers, flat, and values (1, channels, rows, columns) of the entropy bottleneck's latents."""
        indexes = self._channels(shape)
        means = self.medians[indexes]
        symbols = source(indexes, means)
        return symbols, (symbols + means).view(1, len(self.medians), *shape)

    def _indexes(self, scales: Tensor) -> Tensor:
        """Rows of the Gaussian table: that of the smallest scale that is not below the predicted scale."""
        return torch.bucketize(scales.flatten(), self.scale_table[:-1])

    def _waves(self, z_hat: Tensor, y_hat: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Rows and columns of latent pixels that can be coded now, their scales and means (pixels, M).

        `y_hat` (rows, columns, M) must be filled by the caller before the next wave is requested.
        """
        parameters = self.predict(z_hat)[0].permute(1, 2, 0)
        height, width = y_hat.shape[:2]
        if isinstance(self.model, JointAutoregressiveHierarchicalPriors):
            for wave in range(width + 3 * (height - 1)):
                rows = torch.arange(max(0, -(-(wave - width + 1) // 3)), min(height - 1, wave // 3) + 1)
                columns = wave - 3 * rows
                scales, means = self.context(parameters[rows, columns], y_hat, rows, columns).chunk(2, 1)
                yield rows, columns, scales, means
            return
        rows, columns = torch.arange(height).repeat_interleave(width), torch.arange(width).repeat(height)
        flat = parameters.flatten(0, 1)
        if isinstance(self.model, MeanScaleHyperprior):
            scales, means = flat.chunk(2, 1)
        else:
            scales, means = flat, torch.zeros_like(flat)
        yield rows, columns, scales, means


class _Context:
    """The context model and the entropy parameters of an autoregressive model, in exact arithmetic."""

    def __init__(self, model: JointAutoregressiveHierarchicalPriors) -> None:
        layer = model.context_prediction
        self.taps = layer.mask[0, 0].cpu().nonzero() - layer.mask.shape[-1] // 2  # (12, 2): row, column
        seen = layer.mask[0, 0].cpu().bool()
        weight = layer.weight.detach().cpu()[:, :, seen].transpose(1, 2).flatten(1)  # (2 M, 12 M)
        self.weight, self.bias = exact_linear(weight, layer.bias.cpu(), "context_prediction")
        self.entropy_parameters = exact_network(_on_cpu(model.entropy_parameters), "entropy_parameters")

    def __call__(self, parameters: Tensor, y_hat: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """Scales and means (pixels, 2 M); what lies outside the image counts as 0."""
        r, c = rows[:, None] + self.taps[:, 0], columns[:, None] + self.taps[:, 1]
        inside = (r >= 0) & (c >= 0) & (c < y_hat.shape[1])
        neighbours = y_hat[r.clamp(min=0), c.clamp(0, y_hat.shape[1] - 1)] * inside[..., None]
        context = as_value(as_value(neighbours).flatten(1) @ self.weight.T + self.bias)
        both = torch.cat((parameters, context), dim=1).T[None, :, :, None]  # a column of pixels
        return self.entropy_parameters(both)[0, :, :, 0].T


def _on_cpu(module: nn.Module) -> nn.Module:
    if all(parameter.device.type == "cpu" for parameter in module.parameters()):
        return module
    return deepcopy(module).cpu()


def _bottleneck_bits(bottleneck: EntropyModel, values: Tensor) -> Tensor:
    flat = values[0].flatten(1)[:, None]
    parameter = bottleneck.quantiles
    likelihood, _, _ = bottleneck._likelihood(flat.to(parameter.device, parameter.dtype))
    return -likelihood.clamp(min=1e-9).double().log2().sum().cpu()


def _gaussian_bits(gaussian: EntropyModel, symbols: Tensor, scales: Tensor) -> Tensor:
    bound = gaussian.scale_bound
    values = symbols.view(scales.shape).to(bound.device, bound.dtype)
    likelihood = gaussian._likelihood(values, scales.to(bound.device, bound.dtype))
    return -likelihood.clamp(min=1e-9).double().log2().sum().cpu()
