"""Coding is exact: every order of summation, thread count, dtype, batch and device gives the same latents."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.bitstream.test_bitstream import MODEL_ID, SMALL, make_codec, make_image
from torch import Tensor, nn

from latentlab.bitstream import decode, encode, unpack
from latentlab.bitstream.dyadic import VALUE_LIMIT, as_value, dyadic, exact_linear, exact_network
from latentlab.bitstream.latents import LatentCoder
from latentlab.codecs.compressai_import import CompressionModel

AUTOREGRESSIVE = ("joint-autoregressive", "anchor", "attention")
HYPERPRIOR = tuple(model for model in SMALL if model != "factorized")
SEEDS = st.integers(0, 2**31)


@pytest.fixture(scope="module", params=SMALL)
def codec(request: pytest.FixtureRequest) -> CompressionModel:
    return make_codec(request.param)


@pytest.fixture(autouse=True)
def _former_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def decoded_latents(codec: CompressionModel, data: bytes) -> Tensor:
    image = unpack(data)
    return LatentCoder(codec).decode(image.streams, image.latent_shape).y_hat


def layer_and_values(seed: int, transposed: bool) -> tuple[nn.Module, Tensor]:
    torch.manual_seed(seed)
    layer = nn.ConvTranspose2d(40, 9, 5, 2, 2, 1) if transposed else nn.Conv2d(40, 9, 3, padding=1)
    return layer, 30 * torch.randn(2, 40, 5, 6)


def permuted(layer: nn.Module, order: Tensor) -> nn.Module:
    """The same layer with its input channels, and so its sums, in another order."""
    other = deepcopy(layer)
    with torch.no_grad():
        other.weight.copy_(layer.weight[order] if layer.transposed else layer.weight[:, order])
    return other


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.booleans())
def test_order_of_summation_does_not_matter(seed: int, transposed: bool) -> None:
    layer, values = layer_and_values(seed, transposed)
    order = torch.randperm(40)
    other, shuffled = permuted(layer, order), values[:, order]
    assert torch.equal(exact_network(layer, "x")(values), exact_network(other, "x")(shuffled))


@pytest.mark.parametrize("transposed", [False, True])
def test_order_of_summation_matters_to_floats(transposed: bool) -> None:
    """Otherwise the test above would prove nothing."""
    layer, values = layer_and_values(0, transposed)
    order = torch.randperm(40)
    with torch.no_grad():
        assert not torch.equal(layer(values), permuted(layer, order)(values[:, order]))


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.booleans())
def test_layers_are_those_of_torch(seed: int, transposed: bool) -> None:
    layer, values = layer_and_values(seed, transposed)
    with torch.no_grad():
        expected = layer.double()(values.double())
    # Weights are off by 2^-17 at most, 30 or so each of 1000, and the result by 2^-13.
    assert torch.allclose(exact_network(layer, "x")(values), expected, rtol=0, atol=0.05)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_sums_at_the_bound_are_exact(seed: int) -> None:
    """Against integer arithmetic, with weights and values as large as the bound allows."""
    generator = torch.Generator().manual_seed(seed)
    weight = torch.rand(6, 400, generator=generator, dtype=torch.float64) - 0.5
    weight *= 4090 / weight.abs().sum(dim=1, keepdim=True)
    signs = torch.where(weight[0] < 0, -1.0, 1.0)  # all terms of the first sum positive: the largest sum
    values = as_value(signs * VALUE_LIMIT * (1 - 1e-3 * torch.rand(400, generator=generator)))
    weight, _ = exact_linear(weight, torch.zeros(6), "x")
    integers = (weight * 2**16).long() @ (values * 2**12).long()
    assert integers.abs().max() > 2**52
    assert torch.equal((weight @ values * 2**28).long(), integers)


def test_weights_beyond_the_bound_are_refused() -> None:
    exact_linear(torch.full((1, 4), 1023.0), torch.zeros(1), "h_s.0")
    for value in (1025.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"the weights of h_s\.0 reach sums of"):
            exact_linear(torch.full((1, 4), value), torch.zeros(1), "h_s.0")
    with pytest.raises(ValueError, match=r"h_s\.1 is a GELU, which has no exact arithmetic"):
        exact_network(nn.Sequential(nn.ReLU(), nn.GELU()), "h_s")


@settings(max_examples=30, deadline=None)
@given(st.floats(-8000, 8000), st.integers(2, 20))
def test_dyadic_rounds_to_the_nearest_multiple(value: float, bits: int) -> None:
    rounded = dyadic(torch.tensor([value], dtype=torch.float64), bits).item()
    assert (rounded * 2**bits).is_integer()
    assert abs(rounded - value) <= 2.0 ** -(bits + 1)


@pytest.mark.parametrize("model", HYPERPRIOR)
def test_batch_and_dtype_do_not_matter_to_the_networks(model: str) -> None:
    codec = make_codec(model)
    z_hat = torch.randint(-9, 10, (4, codec.N, 2, 3), generator=torch.Generator().manual_seed(1)).float()
    predict = LatentCoder(codec).predict
    together = predict(z_hat)
    assert together.unique().numel() > 50
    for i in range(4):
        assert torch.equal(predict(z_hat[i : i + 1])[0], together[i])
    assert torch.equal(LatentCoder(deepcopy(codec).double()).predict(z_hat.double()), together)


@pytest.mark.parametrize("model", HYPERPRIOR)
def test_latents_are_the_models_own(model: str) -> None:
    """CompressAI's float networks, given all decoded latents at once, predict means that fit them."""
    codec = make_codec(model)
    x = make_image(128, 192)
    image = unpack(encode(codec, x, model_id=MODEL_ID, transform="raw"))
    coder = LatentCoder(codec)
    latents = coder.decode(image.streams, image.latent_shape)
    y_hat = latents.y_hat.float()
    with torch.no_grad():
        y = codec.g_a(x)
        assert (y - y_hat).abs().max() <= 0.5001
        z_hat = coder._bottleneck(image.latent_shape, lambda indexes, means: latents.symbols[0])[1]
        parameters = codec.h_s(z_hat.float())
        if model in AUTOREGRESSIVE:
            context = codec.context_prediction(y_hat)
            parameters = codec.entropy_parameters(torch.cat((parameters, context), dim=1))
    means = torch.zeros(()) if model == "scale-hyperprior" else parameters.chunk(2, 1)[1]
    assert torch.allclose(y_hat - means, torch.round(y_hat - means), rtol=0, atol=0.02)
    assert y_hat.unique().numel() > 20


def test_float_networks_are_not_asked(codec: CompressionModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(*args: object) -> None:
        raise AssertionError("a float network on the path of the entropy coder")

    for name in ("h_s", "context_prediction", "entropy_parameters"):
        if hasattr(codec, name):
            monkeypatch.setattr(getattr(codec, name), "forward", forward)
    data = encode(codec, make_image(64, 64), model_id=MODEL_ID, transform="raw")
    assert torch.isfinite(decode(codec, data, model_id=MODEL_ID)).all()


def test_threads_do_not_matter_to_the_latents(codec: CompressionModel) -> None:
    data = encode(codec, make_image(64, 128), model_id=MODEL_ID, transform="raw")
    found = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        found.append(decoded_latents(codec, data))
    assert torch.equal(*found)


def test_float64_copy_decodes_the_same_latents(codec: CompressionModel) -> None:
    double = deepcopy(codec).double()
    x = make_image(64, 128)
    images = []
    for writer in (codec, double):
        data = encode(writer, x, model_id=MODEL_ID, transform="raw")
        assert torch.equal(decoded_latents(codec, data), decoded_latents(double, data))
        images.append(decode(double, data, model_id=MODEL_ID))
    assert images[0].dtype == torch.float64
    single = decode(codec, data, model_id=MODEL_ID)
    assert torch.allclose(single.double(), images[1], rtol=1e-4, atol=1e-4 * images[1].abs().max().item())


def test_other_instructions_decode_the_same_latents(tmp_path: Path) -> None:
    """A process that may not use this CPU's vector instructions, and has two threads: another machine."""
    expected = {}
    for model in ("mean-scale-hyperprior", "attention"):
        codec = make_codec(model)
        data = encode(codec, make_image(64, 128), model_id=MODEL_ID, transform="raw")
        torch.save(codec.state_dict(), tmp_path / f"{model}.pt")
        (tmp_path / f"{model}.llc").write_bytes(data)
        expected[model] = hashlib.sha256(decoded_latents(codec, data).contiguous().numpy()).hexdigest()
    code = f"""
import hashlib, pathlib, torch
from latentlab.bitstream import unpack
from latentlab.bitstream.latents import LatentCoder
from latentlab.codecs.models import build_codec
torch.set_num_threads(2)
for model, channels in {[(model, SMALL[model]) for model in expected]}:
    codec = build_codec(model, channels)
    codec.load_state_dict(torch.load(model + ".pt", weights_only=True))
    image = unpack(pathlib.Path(model + ".llc").read_bytes())
    y_hat = LatentCoder(codec).decode(image.streams, image.latent_shape).y_hat
    print(model, hashlib.sha256(y_hat.contiguous().numpy()).hexdigest())
"""
    plain = {"ATEN_CPU_CAPABILITY": "default", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}
    plain["ONEDNN_MAX_CPU_ISA"] = "SSE41"
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **plain}, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert dict(line.split() for line in result.stdout.splitlines()) == expected


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_and_cpu_read_each_other(codec: CompressionModel) -> None:
    on_cuda = deepcopy(codec).cuda()
    for writer in (codec, on_cuda):
        data = encode(writer, make_image(128, 192), model_id=MODEL_ID, transform="raw")
        assert torch.equal(decoded_latents(codec, data), decoded_latents(on_cuda, data))
        images = [decode(reader, data, model_id=MODEL_ID).cpu() for reader in (codec, on_cuda)]
        assert torch.allclose(*images, rtol=1e-2, atol=1e-2 * images[0].abs().max().item())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("model", HYPERPRIOR)
def test_exact_networks_on_cuda(model: str) -> None:
    codec = make_codec(model)
    z_hat = torch.randint(-9, 10, (2, codec.N, 4, 4), generator=torch.Generator().manual_seed(1)).float()
    expected = exact_network(codec.h_s, "h_s")(z_hat)
    assert torch.equal(exact_network(codec.cuda().h_s, "h_s")(z_hat.cuda()).cpu(), expected)
