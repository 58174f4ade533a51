"""The file format of compressed images: round trips, errors for every damage, and exact coding."""

from __future__ import annotations

import contextlib
import dataclasses
import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.bitstream import (
    CompressedImage,
    decode,
    encode,
    pack,
    read_bitstream,
    stream_sizes,
    unpack,
    write_bitstream,
)
from latentlab.bitstream.latents import LatentCoder
from latentlab.codecs.compressai_import import CompressionModel
from latentlab.codecs.models import build_codec
from latentlab.errors import BitstreamError

MODEL_ID = b"\x01model-1"
SMALL = {
    "factorized": (8, 12),
    "scale-hyperprior": (6, 10),
    "mean-scale-hyperprior": (6, 10),
    "joint-autoregressive": (6, 10),
    "anchor": (7,),
    "attention": (8,),
}


def make_codec(model: str) -> CompressionModel:
    """An untrained codec whose weights are enlarged, so that its latents take many values."""
    torch.manual_seed(0)
    codec = build_codec(model, SMALL[model])
    with torch.no_grad():
        codec.g_a[-2 if model == "attention" else -1].weight.mul_(30)
        for network in ("entropy_parameters", "h_s"):
            for layer in getattr(codec, network, ()):
                if isinstance(layer, torch.nn.Conv2d):
                    layer.weight.mul_(3)
    codec.update(force=True, update_quantiles=True)
    return codec.eval()


def make_image(height: int, width: int, seed: int = 0) -> torch.Tensor:
    """Smooth random image, float32 (1, 1, height, width), values 0 to 10."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 1, 9, 9, generator=generator)
    return 10 * torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")


@pytest.fixture(scope="module", params=SMALL)
def codec(request: pytest.FixtureRequest) -> CompressionModel:
    return make_codec(request.param)


@pytest.fixture(scope="module")
def factorized() -> CompressionModel:
    return make_codec("factorized")


@pytest.fixture(scope="module")
def file(factorized: CompressionModel) -> bytes:
    """A real file: 64 px, factorized, log intensities with a scale."""
    return encode(factorized, make_image(64, 64), model_id=MODEL_ID, transform="log", scale=0.5)


@pytest.fixture(autouse=True)
def _former_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


images = st.builds(
    CompressedImage,
    model_id=st.binary(min_size=8, max_size=8),
    height=st.integers(1, 65536),
    width=st.integers(1, 65536),
    transform=st.sampled_from(["raw", "log"]),
    scale=st.none() | st.floats(2.0**-100, 2.0**100, width=32),
    latent_shape=st.tuples(st.integers(1, 65536), st.integers(1, 65536)),
    streams=st.lists(st.binary(max_size=300), min_size=1, max_size=4).map(tuple),
    latent_crc=st.integers(0, 2**32 - 1),
)


@settings(max_examples=200, deadline=None)
@given(images)
def test_unpack_inverts_pack(image: CompressedImage) -> None:
    data = pack(image)
    assert unpack(data) == image
    assert stream_sizes(data) == [len(stream) for stream in image.streams]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.booleans(), st.booleans())
def test_any_bytes_are_refused_or_read_exactly(body: bytes, magic: bool, checksum: bool) -> None:
    data = (b"LLC\x02" if magic else b"") + body
    if checksum:
        data += struct.pack("<I", zlib.crc32(data))
    with contextlib.suppress(BitstreamError):
        assert pack(unpack(data)) == data


@settings(max_examples=200, deadline=None)
@given(images, st.data())
def test_altered_fields_with_a_right_checksum_are_read_exactly_or_refused(
    image: CompressedImage, data: st.DataObject
) -> None:
    body = bytearray(pack(image)[:-4])
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(0, len(body)) | st.just(len(body)))]
    altered = bytes(body) + struct.pack("<I", zlib.crc32(body))
    with contextlib.suppress(BitstreamError):
        assert pack(unpack(altered)) == altered


def resealed(data: bytes, **fields: object) -> bytes:
    return pack(dataclasses.replace(unpack(data), **fields))


def corrupted(data: bytes, rng: random.Random) -> bytes:
    """`data` with one random damage, of seven kinds."""
    out = bytearray(data)
    i, j = sorted(rng.sample(range(len(data) + 1), 2))
    kind = rng.randrange(7)
    if kind == 0:
        out[i] ^= 1 << rng.randrange(8)
    elif kind == 1:
        out[i] = rng.randrange(256)
    elif kind == 2:
        del out[i:j]
    elif kind == 3:
        out[i:i] = rng.randbytes(rng.randint(1, 20))
    elif kind == 4:
        del out[i:]
    elif kind == 5:
        out += rng.randbytes(rng.randint(1, 20))
    else:
        size = min(j - i, len(data) - j)
        out[i : i + size], out[j : j + size] = out[j : j + size], out[i : i + size]
    return bytes(out)


def test_ten_thousand_corruptions_are_all_refused(factorized: CompressionModel, file: bytes) -> None:
    rng = random.Random(20261121)
    tried = 0
    while tried < 10_000:
        altered = corrupted(file, rng)
        if altered == file:
            continue
        tried += 1
        with pytest.raises(BitstreamError, match=r"^damaged\.llc: "):
            decode(factorized, altered, model_id=MODEL_ID, source="damaged.llc")


def test_each_damage_has_its_own_sentence(file: bytes) -> None:
    def sealed(body: bytes) -> bytes:
        return body + struct.pack("<I", zlib.crc32(body))

    body = file[:-4]  # magic 0, version 3, model id 4, sides 12 and 13, transform 14, scale 15, count 21
    cases = [
        (b"", "x: 0 bytes are too few"),
        (b"PNG" + file[3:], "x: not a compressed image"),
        (file[:3] + b"\x07" + file[4:], "x: format version 7 is unknown"),
        (file[:40], "x: checksum"),
        (sealed(body[:40]), "x: truncated in stream 0"),
        (sealed(body + b"abc"), "x: 3 bytes left over"),
        (sealed(body[:14] + b"\x02" + body[15:]), "x: intensity transform 2 is unknown"),
        (sealed(body[:12] + b"\x00" + body[13:]), "x: image height is 0"),
        (sealed(body[:12] + b"\xc0\x00" + body[13:]), "x: image height is a varint with unnecessary bytes"),
        (sealed(body[:12] + b"\xff" * 7 + body[13:]), "x: image height is not a valid varint"),
        (sealed(body[:15] + struct.pack("<f", -1) + body[19:]), "x: scale is -1.0"),
        (sealed(body[:21] + b"\x00" + body[22:]), "x: number of streams is 0"),
    ]
    for data, sentence in cases:
        with pytest.raises(BitstreamError) as caught:
            unpack(data, "x")
        assert str(caught.value).startswith(sentence)


def test_header_is_compact(file: bytes) -> None:
    """27 bytes at 64 px, 4 more with a scale, and one more for a stream of 128 bytes or longer."""
    (size,) = stream_sizes(file)
    assert size >= 128
    assert len(file) - size == 32
    assert len(resealed(file, scale=None, streams=(bytes(100),))) - 100 == 27


@pytest.mark.parametrize(("height", "width"), [(64, 64), (70, 33), (1, 65)])
def test_round_trip(codec: CompressionModel, height: int, width: int) -> None:
    """Header and size come back, and the synthesis transform's output as it is, not clipped."""
    x = make_image(height, width)
    data = encode(codec, x, model_id=MODEL_ID, transform="raw")
    outputs: list[torch.Tensor] = []
    hook = codec.g_s.register_forward_hook(lambda module, inputs, output: outputs.append(output))
    x_hat = decode(codec, data, model_id=MODEL_ID)
    hook.remove()
    assert x_hat.shape == x.shape
    assert x_hat.dtype == torch.float32
    image = unpack(data)
    assert (image.height, image.width, image.transform, image.scale) == (height, width, "raw", None)
    assert torch.equal(x_hat, outputs[0][..., :height, :width])
    assert height == 1 or x_hat.min() < 0 or x_hat.max() > 1


def test_padding_replicates_the_edge(codec: CompressionModel) -> None:
    x = make_image(50, 61)
    padded = x[..., torch.arange(64).clamp(max=49), :][..., torch.arange(64).clamp(max=60)]
    own = unpack(encode(codec, x, model_id=MODEL_ID, transform="raw"))
    whole = unpack(encode(codec, padded, model_id=MODEL_ID, transform="raw"))
    assert own == dataclasses.replace(whole, height=50, width=61)


def test_latents_are_not_trivial(codec: CompressionModel) -> None:
    """Otherwise the tests of exactness here would prove nothing."""
    with torch.no_grad():
        assert len(torch.round(codec.g_a(make_image(64, 64))).unique()) > 10


def test_threads_of_the_caller_do_not_matter(codec: CompressionModel) -> None:
    x = make_image(128, 64)
    results = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        data = encode(codec, x, model_id=MODEL_ID, transform="raw")
        results.append((data, decode(codec, data, model_id=MODEL_ID)))
        assert torch.get_num_threads() == threads
    assert results[0][0] == results[1][0]
    assert torch.equal(results[0][1], results[1][1])


def test_autocast_and_mode_of_the_caller_do_not_matter(codec: CompressionModel) -> None:
    x = make_image(64, 64)
    expected = encode(codec, x, model_id=MODEL_ID, transform="raw")
    codec.train()
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            assert encode(codec, x, model_id=MODEL_ID, transform="raw") == expected
        assert codec.training
    finally:
        codec.eval()


def test_state_dict_decodes_the_same(codec: CompressionModel) -> None:
    data = encode(codec, make_image(64, 64), model_id=MODEL_ID, transform="raw")
    other = type(codec).from_state_dict(codec.state_dict())
    expected = decode(codec, data, model_id=MODEL_ID)
    assert torch.equal(decode(other, data, model_id=MODEL_ID), expected)


def test_coding_leaves_the_model_as_it_was(codec: CompressionModel) -> None:
    before = {name: set(vars(module)) for name, module in codec.named_modules()}
    data = encode(codec, make_image(64, 64), model_id=MODEL_ID, transform="raw")
    decode(codec, data, model_id=MODEL_ID)
    assert {name: set(vars(module)) for name, module in codec.named_modules()} == before
    assert not codec.g_s._forward_hooks


def test_foreign_model_is_refused_before_decoding(
    factorized: CompressionModel, file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*args: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(LatentCoder, "decode", decoded)
    with pytest.raises(
        BitstreamError, match=f"x: written by model {MODEL_ID.hex()}, .* model {b'another1'.hex()}"
    ):
        decode(factorized, file, model_id=b"another1", source="x")


def test_wrong_latents_are_refused(factorized: CompressionModel, file: bytes) -> None:
    image = unpack(file)
    (stream,) = image.streams
    flipped = stream[:20] + bytes([stream[20] ^ 1]) + stream[21:]
    for fields in (
        {"latent_crc": image.latent_crc ^ 1},
        {"streams": (flipped,)},
        {"streams": (stream[:8],)},
        {"streams": (b"\xff" * len(stream),)},
    ):
        with pytest.raises(BitstreamError, match="x: the decoded latents are not those coded"):
            decode(factorized, resealed(file, **fields), model_id=MODEL_ID, source="x")


@pytest.mark.parametrize("model", ["mean-scale-hyperprior", "attention"])
def test_decoder_with_other_weights_is_refused(model: str) -> None:
    codec, other = make_codec(model), make_codec(model)
    data = encode(codec, make_image(64, 64), model_id=MODEL_ID, transform="raw")
    with torch.no_grad():
        for parameter in other.h_s.parameters():
            parameter.mul_(2)
    with pytest.raises(BitstreamError, match="the decoded latents are not those coded"):
        decode(other, data, model_id=MODEL_ID)


def test_file_that_does_not_fit_the_model_is_refused(factorized: CompressionModel, file: bytes) -> None:
    (stream,) = unpack(file).streams
    for fields, sentence in (
        ({"latent_shape": (4, 5)}, "x: latent shape"),
        ({"height": 65}, "x: latent shape"),
        ({"streams": (stream, stream)}, "x: 2 streams, expected 1"),
        ({"streams": (stream + b"\x00",)}, "x: stream 0 ends with an unnecessary zero byte"),
    ):
        with pytest.raises(BitstreamError, match=sentence):
            decode(factorized, resealed(file, **fields), model_id=MODEL_ID, source="x")


def test_encode_verifies_its_own_latents(
    factorized: CompressionModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = LatentCoder.decode
    image = make_image(64, 64)
    monkeypatch.setattr(LatentCoder, "decode", lambda coder, streams, shape: right(coder, [bytes(99)], shape))
    with pytest.raises(BitstreamError, match="does not decode the latents it coded"):
        encode(factorized, image, model_id=MODEL_ID, transform="raw")
    assert unpack(encode(factorized, image, model_id=MODEL_ID, transform="raw", verify=False)).height == 64


def test_wrong_arguments_are_named(factorized: CompressionModel) -> None:
    x = make_image(64, 64)
    for model_id in (b"short", "12345678"):
        with pytest.raises(ValueError, match=r"model_id: .* expected 8 bytes"):
            encode(factorized, x, model_id=model_id, transform="raw")
    with pytest.raises(ValueError, match="transform: 'sqrt', expected one of: raw, log"):
        encode(factorized, x, model_id=MODEL_ID, transform="sqrt")
    for scale in (0.0, -1.0, float("nan"), 1e300):
        with pytest.raises(ValueError, match="scale: "):
            encode(factorized, x, model_id=MODEL_ID, transform="raw", scale=scale)
    for wrong in (x[0], x.double(), x.expand(2, 1, 64, 64), x.expand(1, 3, 64, 64), x[..., :0]):
        with pytest.raises(ValueError, match=r"expected torch.float32 \(1, 1, H, W\)"):
            encode(factorized, wrong, model_id=MODEL_ID, transform="raw")
    with pytest.raises(ValueError, match="x: expected finite values"):
        encode(factorized, x / 0, model_id=MODEL_ID, transform="raw")
    with pytest.raises(ValueError, match="no coding tables"):
        encode(build_codec("factorized", (4, 4)), x, model_id=MODEL_ID, transform="raw")
    diverged = make_codec("factorized")
    with torch.no_grad():
        diverged.g_a[-1].bias.fill_(float("nan"))
    with pytest.raises(ValueError, match="latents are not all finite"):
        encode(diverged, x, model_id=MODEL_ID, transform="raw")


def test_files_on_disk(tmp_path: Path, file: bytes) -> None:
    path = tmp_path / "new" / "image.llc"
    write_bitstream(path, file)
    assert read_bitstream(path) == file
    assert [item.name for item in path.parent.iterdir()] == ["image.llc"]
    path.write_bytes(file[:-1])
    with pytest.raises(BitstreamError, match=r"image\.llc: checksum"):
        read_bitstream(path)
    with pytest.raises(BitstreamError, match=r"absent\.llc: cannot be read"):
        read_bitstream(tmp_path / "absent.llc")
