"""The transition between the latents of two codecs: its pairs, its training, the stream that it sends."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch

from latentlab.bitstream import decode, decode_latents, encode, stream_sizes
from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.compression.codec_file import TrainedCodec, load_codec
from latentlab.studies.gisaxs.denoising.transition import (
    LatentTransition,
    Pairs,
    carry_over,
    train_transition,
)

RECORD = {"width": "complete", "depth": 1, "epochs": 12, "batch": 4, "learning_rate": 3e-3, "seed": 5}


@pytest.fixture
def codecs(codec_file: Path) -> tuple[TrainedCodec, TrainedCodec]:
    """The codec of the micro-training, and one with other latents: the signs of its y are turned."""
    first, second = load_codec(codec_file), load_codec(codec_file)
    with torch.no_grad():
        second.model.g_a[-1].weight.mul_(-1)
        second.model.g_a[-1].bias.mul_(-1)
        second.model.g_s[0].weight.mul_(-1)
    return first, second


def test_what_enters_and_leaves_is_standardised() -> None:
    torch.manual_seed(0)
    sources, targets = 5 + 2 * torch.randn(40, 3, 2, 2), 0.5 * torch.randn(40, 3, 2, 2) - 7
    transition = LatentTransition(sources, targets, "complete", 1)
    assert float(transition.source_deviation) == pytest.approx(2, rel=0.1)
    assert float(transition.target_deviation) == pytest.approx(0.5, rel=0.1)
    last = transition.network[-2]
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    assert torch.equal(transition(sources), targets.mean(dim=0).expand_as(targets))


def test_latents_of_two_shapes() -> None:
    with pytest.raises(ValueError, match=r"latents of \(3, 2, 2\) and \(4, 2, 2\), not alike"):
        LatentTransition(torch.ones(1, 3, 2, 2), torch.ones(1, 4, 2, 2), "complete", 1)


def test_pairs_are_noisy_and_clean_latents_of_the_same_pattern(
    codecs: tuple[TrainedCodec, TrainedCodec], make_patterns: Callable[..., Any]
) -> None:
    patterns = make_patterns(6, 0)
    pairs = Pairs(*codecs, patterns, seed=5, batch=4, device=torch.device("cpu"))
    torch.manual_seed(1)
    batches = list(pairs(0))
    assert [len(given) for given, _ in batches] == [4, 2]
    assert len(pairs) == 2
    clean = codecs[1].transform.forward(patterns.images[:, None])
    with torch.no_grad():
        own = codecs[1].model.g_a(clean)
    wanted = torch.cat([targets for _, targets in batches])
    pairs.sampler.set_epoch(0)
    order = [index for _, index in pairs.sampler]
    assert torch.allclose(wanted, own[order], atol=1e-5)
    torch.manual_seed(1)
    assert all(torch.equal(*both) for both in zip(next(iter(pairs(0))), batches[0], strict=True))
    assert not torch.equal(next(iter(pairs(1)))[0], batches[0][0])


def test_a_micro_training_learns_to_turn_the_signs(
    codecs: tuple[TrainedCodec, TrainedCodec], make_patterns: Callable[..., Any]
) -> None:
    before = deepcopy(codecs[0].model.state_dict())
    known, test = make_patterns(12, 0), make_patterns(4, 1)
    transition, history = train_transition(RECORD, *codecs, known, device="cpu", progress=False)
    again, _ = train_transition(RECORD, *codecs, known, device="cpu", progress=False)
    assert all(torch.equal(v, again.state_dict()[name]) for name, v in transition.state_dict().items())
    assert history[-1]["train_mse"] < 0.5 * history[0]["train_mse"]
    assert all(torch.equal(value, codecs[0].model.state_dict()[name]) for name, value in before.items())
    result = carry_over(transition, *codecs, test)
    assert result.restored.shape == (4, 1, 64, 64)
    assert result.metrics["latent_mse"].shape == (4,)


def test_the_stream_is_that_of_the_first_codec(
    codecs: tuple[TrainedCodec, TrainedCodec], make_patterns: Callable[..., Any]
) -> None:
    first = codecs[0]
    patterns = make_patterns(2, 1)
    pairs = Pairs(*codecs, patterns, seed=0, batch=2, device=torch.device("cpu"))
    transition = LatentTransition(pairs.targets, pairs.targets, "complete", 1)
    result = carry_over(transition, *codecs, patterns)
    scaled = first.transform.forward(result.measured)
    files = [encode(first.model, x, model_id=first.model_id, transform="log") for x in scaled.split(1)]
    assert result.metrics["bpp_file"].tolist() == pytest.approx([8 * len(data) / 64**2 for data in files])
    sizes = [8 * sum(stream_sizes(data)) / 64**2 for data in files]
    assert result.metrics["bpp_streams"].tolist() == pytest.approx(sizes)


def test_decoded_latents_are_those_that_the_image_is_made_from(
    codecs: tuple[TrainedCodec, TrainedCodec], make_patterns: Callable[..., Any]
) -> None:
    first = codecs[0]
    x = first.transform.forward(make_patterns(1, 2).images[None])
    data = encode(first.model, x, model_id=first.model_id, transform="log")
    latents = decode_latents(first.model, data, model_id=first.model_id)
    with torch.no_grad():
        restored = first.model.g_s(latents)
    assert torch.allclose(restored, decode(first.model, data, model_id=first.model_id), atol=1e-5)
    with pytest.raises(BitstreamError, match=r"^a\.llc: written by model"):
        decode_latents(first.model, data, model_id=b"another!", source="a.llc")
