"""Denoisers in the codecs' latents: shapes, weights counted without building, exact coding with each."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from latentlab.bitstream import decode, encode, unpack
from latentlab.bitstream.dyadic import exact_network
from latentlab.bitstream.latents import LatentCoder
from latentlab.codecs.compressai_import import CompressionModel
from latentlab.codecs.latent_denoiser import LatentDenoiser, add_denoisers
from latentlab.codecs.models import build_codec
from latentlab.codecs.rate_distortion import rate_distortion
from latentlab.codecs.shapes import (
    DENOISER_POSITIONS,
    DENOISER_WIDTHS,
    denoiser_parameters,
    denoiser_sizes,
    latent_shape,
)

MODEL_ID = b"denoiser"
SIDE = 128
CASES = [
    *(((position,), "complete", 1) for position in DENOISER_POSITIONS),
    *((("z_hat",), width, 2) for width in DENOISER_WIDTHS),
    (DENOISER_POSITIONS, "under-complete", 1),
]


def codec_with(
    positions: tuple[str, ...], width: str = "complete", depth: int = 1, model: str = "attention"
) -> CompressionModel:
    """An untrained codec for 128 px, its weights enlarged so that the latents take many values."""
    torch.manual_seed(0)
    channels = (6,) if model == "attention" else (6, 8)
    codec = build_codec(model, channels)
    add_denoisers(codec, channels, SIDE, positions, width, depth)
    with torch.no_grad():
        for network, factor in ((codec.g_a, 2.0), (codec.h_a, 3.0), (codec.h_s, 2.0)):
            for layer in network.modules():
                if isinstance(layer, (nn.Linear, nn.Conv2d)):
                    layer.weight.mul_(factor)
    codec.update(force=True, update_quantiles=True)
    return codec.eval()


def image(side: int = SIDE, seed: int = 0) -> torch.Tensor:
    coarse = torch.rand(1, 1, 9, 9, generator=torch.Generator().manual_seed(seed))
    return 10 * torch.nn.functional.interpolate(coarse, (side, side), mode="bilinear")


def decoded(codec: CompressionModel, data: bytes) -> torch.Tensor:
    parts = unpack(data)
    return LatentCoder(codec).decode(parts.streams, parts.latent_shape).y_hat


def test_the_shapes_are_those_of_the_thesis() -> None:
    """Section 3.3, figure 3.3b: z is 64 x 4 x 4; y is 4 times as large on each side."""
    assert latent_shape([64], 256, "z_hat") == (64, 4, 4)
    assert latent_shape([64], 256, "y") == (64, 16, 16)
    assert latent_shape([8, 12], 128, "z") == (8, 2, 2)
    assert latent_shape([8, 12], 128, "y_hat") == (12, 8, 8)


def test_the_sizes_of_the_layers() -> None:
    assert denoiser_sizes(16, "complete", 1) == [16, 16, 16]
    assert denoiser_sizes(16, "over-complete", 1) == [16, 32, 16]
    assert denoiser_sizes(16, "under-complete", 2) == [16, 8, 8, 16]


@pytest.mark.parametrize("position", ["z_hat", "y_hat"])
def test_parameters_at_paper_size_without_building_them(position: str) -> None:
    """A layer of y at 256 px has 268 million weights, 1.07 GB."""
    shape = latent_shape([64], 256, position)
    with torch.device("meta"):
        network = LatentDenoiser(shape, "complete", 1)
    counted = sum(parameter.numel() for parameter in network.parameters())
    assert counted == denoiser_parameters([64], 256, [position], "complete", 1)
    if position == "y_hat":
        assert max(parameter.numel() for parameter in network.parameters()) == 16_384**2 == 268_435_456


@pytest.mark.parametrize(("positions", "width", "depth"), CASES)
def test_parameters_are_those_that_are_added(positions: tuple[str, ...], width: str, depth: int) -> None:
    added = sum(p.numel() for p in codec_with(positions, width, depth).parameters())
    added -= sum(p.numel() for p in codec_with(()).parameters())
    assert added == denoiser_parameters([6], SIDE, positions, width, depth)


@pytest.mark.parametrize("model", ["scale-hyperprior", "mean-scale-hyperprior", "joint-autoregressive"])
def test_every_model_with_a_hyperprior_takes_them(model: str) -> None:
    codec = codec_with(DENOISER_POSITIONS, model=model)
    x = image()
    with torch.no_grad():
        assert codec(x)["x_hat"].shape == x.shape
    assert torch.isfinite(
        decode(codec, encode(codec, x, model_id=MODEL_ID, transform="raw"), model_id=MODEL_ID)
    ).all()


def test_the_codecs_own_first_weights_do_not_depend_on_a_denoiser() -> None:
    def first(positions: tuple[str, ...]) -> torch.Tensor:
        torch.manual_seed(5)
        codec = build_codec("attention", (6,))
        add_denoisers(codec, (6,), SIDE, positions, "complete", 1)
        return next(codec.g_a.parameters())

    assert torch.equal(first(()), first(("y",)))


def test_each_acts_where_it_stands() -> None:
    """Behind the analysis transforms and before the synthesis transforms; z is analysed from denoised y."""
    plain, changed = codec_with(()), codec_with(("y", "z"))
    x = image()
    with torch.no_grad():
        y = changed.g_a.denoiser(changed.g_a.layers(x))
        assert torch.equal(changed.g_a(x), y)
        assert torch.equal(changed.h_a(y), changed.h_a.denoiser(changed.h_a.layers(y)))
    assert [name for name, _ in changed.h_a.named_children()] == ["layers", "denoiser"]
    before = codec_with(("z_hat", "y_hat"))
    assert [name for name, _ in before.h_s.named_children()] == ["denoiser", "layers"]
    assert [name for name, _ in before.g_s.named_children()] == ["denoiser", "layers"]
    assert next(name for name, _ in plain.h_s.named_children()) == "0"


@pytest.mark.parametrize(("positions", "width", "depth"), CASES)
def test_threads_and_dtype_do_not_matter_to_the_latents(
    positions: tuple[str, ...], width: str, depth: int
) -> None:
    """A file decodes to the coded latents bit for bit: `encode` and `decode` compare their checksum."""
    codec = codec_with(positions, width, depth)
    data = encode(codec, image(), model_id=MODEL_ID, transform="raw")
    former = torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(decoded(codec, data))
    finally:
        torch.set_num_threads(former)
    assert torch.equal(*found)
    assert torch.equal(found[0], decoded(codec_with(positions, width, depth).double(), data))
    assert found[0].unique().numel() > 20
    assert decode(codec, data, model_id=MODEL_ID).shape == (1, 1, SIDE, SIDE)


def test_exact_arithmetic_is_that_of_the_layers() -> None:
    torch.manual_seed(1)
    network = LatentDenoiser((6, 2, 2), "over-complete", 2)
    values = 20 * torch.randn(3, 6, 2, 2)
    exact = exact_network(network, "h_s.denoiser")
    with torch.no_grad():
        expected = network.double()(values.double())
    assert torch.allclose(exact(values), expected, rtol=0, atol=0.02)
    order = torch.randperm(24)
    first = network[1]
    with torch.no_grad():
        first.weight.copy_(first.weight[:, order])
    shuffled = values.flatten(1)[:, order].view_as(values)
    assert torch.equal(exact_network(network, "h_s.denoiser")(shuffled), exact(values))


def test_another_size_of_image_is_refused() -> None:
    """In forward, and in coding where only the exact network sees the latents."""
    with pytest.raises(
        ValueError, match=r"latents of \(6, 1, 1\).*expected \(6, 2, 2\): a codec with a denoiser"
    ):
        codec_with(("z_hat",))(image(64))
    with pytest.raises(
        ValueError, match=r"h_s\.denoiser\.1 takes 24 latents, found \(6,\): a fully connected"
    ):
        encode(codec_with(("z_hat",)), image(64), model_id=MODEL_ID, transform="raw")


@pytest.mark.parametrize(
    ("model", "positions", "width", "depth", "message"),
    [
        ("factorized", ("z_hat",), "complete", 1, "expected a model with a hyperprior"),
        ("attention", ("x",), "complete", 1, r"found \['x'\], expected some of z, z_hat, y, y_hat"),
        ("attention", ("z", "z"), "complete", 1, r"found \['z', 'z'\]"),
        ("attention", ("z",), "wide", 1, "width wide and depth 1, expected one of under-complete"),
        ("attention", ("z",), "complete", 0, "depth 0"),
    ],
)
def test_wrong_arguments(model: str, positions: tuple, width: str, depth: int, message: str) -> None:
    channels = (6,) if model == "attention" else (6, 8)
    with pytest.raises(ValueError, match=message):
        add_denoisers(build_codec(model, channels), channels, SIDE, positions, width, depth)


@pytest.mark.parametrize("position", DENOISER_POSITIONS)
def test_a_micro_training_moves_the_denoiser_and_lowers_the_loss(position: str) -> None:
    torch.manual_seed(0)
    codec = build_codec("attention", (4,))
    add_denoisers(codec, (4,), 64, (position,), "complete", 1)
    name = next(name for name, _ in codec.named_parameters() if "denoiser" in name)
    start = codec.get_parameter(name).detach().clone()
    optimizer = torch.optim.Adam([p for n, p in codec.named_parameters() if "quantiles" not in n], lr=5e-3)
    target = torch.cat([image(64, seed) for seed in range(4)]) / 10
    losses = []
    for _ in range(15):
        optimizer.zero_grad()
        loss = rate_distortion(codec(target), target, metric="mse", weight=0.01)["loss"]
        loss.backward()
        torch.nn.utils.clip_grad_norm_(codec.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    assert not torch.equal(start, codec.get_parameter(name))
    assert losses[-1] < 0.7 * losses[0]


def test_layers_without_bias_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"x is a fully connected layer of a kind that has no exact arithmetic"
    ):
        exact_network(nn.Linear(3, 3, bias=False), "x")


def test_hidden_layers_have_leaky_relu_and_the_last_has_none() -> None:
    network = LatentDenoiser((2, 3, 1), "complete", 2)
    kinds = [type(layer) for layer in network]
    assert kinds == [nn.Flatten, nn.Linear, nn.LeakyReLU, nn.Linear, nn.LeakyReLU, nn.Linear, nn.Unflatten]
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    assert all(one.out_features == two.in_features for one, two in pairwise(linear))
