"""The VAE of microstructures: its parts, what is cheaper than written but equal, and what is frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.unit.studies.lines.micro_vae import line_images, micro_record
from torch import nn

from latentlab.errors import ConfigError
from latentlab.models.resnet import IMAGENET_MEAN, IMAGENET_STD, ResNet
from latentlab.studies.lines.losses import vae_loss
from latentlab.studies.lines.vae import BACKGROUND, Decoder, Encoder, MicrostructureVAE, build_vae


def seeded(seed: int = 0, **changes: Any) -> MicrostructureVAE:
    torch.manual_seed(seed)
    return build_vae(micro_record(**changes))


@pytest.mark.parametrize(("side", "latent"), [(32, 3), (40, 9), (224, 1)])
def test_shapes_and_range(side: int, latent: int) -> None:
    output = seeded(side=side, latent=latent, contrast=1.0)(line_images(2, side=side))
    assert output.images.shape == (2, side, side)
    assert output.mean.shape == output.log_variance.shape == (2, latent)
    low, high = (float(bound) for bound in output.images.detach().aminmax())
    assert 0 < low < high < 1


def test_the_documents_own_sizes() -> None:
    """Dense 1024 twice, nine latents, dense 1024 twice, 64-32-8-3 channels of 4, 9, 19 and 39 pixels."""
    with torch.device("meta"):
        paper = {"side": 224, "latent": 9, "depth": 152, "width": 64, "hidden": 1024, "decoder_width": 1.0}
        vae = build_vae(micro_record(**paper))
    shapes = {name: tuple(weights.shape) for name, weights in vae.named_parameters()}
    assert shapes["encoder.to_colour.weight"] == (3, 1, 1, 1)
    assert shapes["encoder.dense.0.weight"] == (1024, 2048)
    assert shapes["encoder.dense.3.weight"] == (1024, 1024)
    assert shapes["encoder.mean.weight"] == shapes["encoder.log_variance.weight"] == (9, 1024)
    assert shapes["decoder.dense.0.weight"] == (1024, 9)
    assert shapes["decoder.dense.3.weight"] == (1024, 1024)
    maps = [shapes[f"decoder.layers.{layer}.weight"] for layer in (0, 3, 6)]
    assert maps == [(64, 32, 3, 3), (32, 8, 3, 3), (8, 3, 3, 3)]
    assert shapes["decoder.to_grey.weight"] == (1, 3, 1, 1)
    assert Decoder(9, 224).layers(torch.zeros(2, 64, 4, 4)).shape == (2, 3, 39, 39)


def test_evaluation_is_deterministic_and_training_draws() -> None:
    vae, images = seeded(), line_images(4)
    first, second = vae(images), vae(images)
    assert not torch.equal(first.images, second.images)
    vae.eval()
    first, second = vae(images), vae(images)
    assert torch.equal(first.images, second.images)
    assert torch.equal(first.images, vae.decoder(first.mean))


def test_latents_are_drawn_with_the_encoders_spread() -> None:
    """The decoder is given mean + exp(log-variance / 2) x standard normal numbers."""
    vae, images = seeded(), line_images(4)
    given: list[torch.Tensor] = []
    vae.decoder.register_forward_hook(lambda module, inputs, output: given.append(inputs[0]))
    torch.manual_seed(5)
    output = vae(images)
    torch.manual_seed(5)
    noise = torch.randn_like(output.mean)
    torch.testing.assert_close(given[0], output.mean + noise * output.log_variance.exp().sqrt())


def test_colours_are_the_convolution_and_imagenets_normalisation() -> None:
    encoder = seeded().encoder
    images = torch.rand(3, 20, 24, generator=torch.Generator().manual_seed(1))
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
    expected = (nn.Conv2d.forward(encoder.to_colour, images.unsqueeze(1)) - mean) / std
    torch.testing.assert_close(encoder._colour(images), expected, rtol=1e-5, atol=1e-5)


def test_the_colours_are_learnt() -> None:
    vae = seeded()
    vae_loss(images := line_images(4), vae(images), micro_record())["loss"].backward()
    for weights in (vae.encoder.to_colour.weight, vae.encoder.to_colour.bias):
        assert float(weights.grad.abs().max()) > 0


def test_enlarging_and_the_last_convolution_commute() -> None:
    """The document enlarges three maps and then makes one of them."""
    decoder = seeded(side=40).decoder.eval()
    latent = torch.randn(3, 3, generator=torch.Generator().manual_seed(1))
    maps = decoder.layers(decoder.dense(latent).view(3, -1, 4, 4))
    large = nn.functional.interpolate(maps, size=(40, 40), mode="bilinear")
    expected = torch.sigmoid(decoder.to_grey(large)).squeeze(1)
    torch.testing.assert_close(decoder(latent), expected, rtol=1e-5, atol=1e-6)


def test_contrast_multiplies_the_last_weights() -> None:
    plain, strong = seeded(contrast=1.0), seeded(contrast=10.0)
    for name, weights in plain.state_dict().items():
        factor = 10 if name == "decoder.to_grey.weight" else 1
        assert torch.equal(strong.state_dict()[name], factor * weights), name
    latent = torch.randn(8, 3, generator=torch.Generator().manual_seed(1))
    grey = [vae.decode(latent).double().logit() - BACKGROUND for vae in (plain, strong)]
    inside = grey[1].abs() < 3  # elsewhere a float32 is too near to 0 or 1 to tell
    assert int(inside.sum()) > 100
    torch.testing.assert_close(grey[1][inside], 10 * grey[0][inside], rtol=1e-2, atol=1e-3)


def test_the_decoder_starts_with_background() -> None:
    latent = torch.randn(64, 3, generator=torch.Generator().manual_seed(1))
    assert BACKGROUND > 0
    assert float(seeded(contrast=1.0).decode(latent).median()) > 0.7


def test_encode_decode_and_reconstruct() -> None:
    vae, images = seeded(), line_images(10)
    with torch.no_grad():
        output = vae.eval()(images)
    vae.train()
    means, log_variances = vae.encode(images.to(torch.uint8), batch=3)
    assert not vae.training
    torch.testing.assert_close(means, output.mean, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(log_variances, output.log_variance, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(vae.decode(means, batch=4), output.images, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(vae.reconstruct(images), output.images, rtol=1e-4, atol=1e-5)
    assert not vae.reconstruct(images).requires_grad


@pytest.fixture
def frozen(tmp_path: Path) -> MicrostructureVAE:
    torch.manual_seed(1)
    source = ResNet(18, width=4)
    source(torch.rand(4, 3, 32, 32))
    torch.save(source.state_dict(), tmp_path / "weights.pth")
    vae = seeded(weights=str(tmp_path / "weights.pth"), frozen=True)
    loaded = vae.encoder.resnet.state_dict()
    assert all(torch.equal(loaded[name], source.state_dict()[name]) for name in loaded)
    return vae


def test_a_frozen_resnet_stays_as_it_is(frozen: MicrostructureVAE) -> None:
    resnet = frozen.encoder.resnet
    before = {name: value.clone() for name, value in resnet.state_dict().items()}
    for mode in (None, True, False, True):  # None: as built, which is how a trainer gets it
        assert (frozen if mode is None else frozen.train(mode)).training is (mode is not False)
        assert [module for module in resnet.modules() if module.training] == []
        assert frozen.encoder.dense.training is (mode is not False)
        vae_loss(images := line_images(4), frozen(images), micro_record())["loss"].backward()
    assert [name for name, value in resnet.state_dict().items() if not torch.equal(before[name], value)] == []
    without = {name for name, weights in frozen.named_parameters() if weights.grad is None}
    assert without == {f"encoder.resnet.{name}" for name, _ in resnet.named_parameters()}


def test_a_resnet_that_is_not_frozen_learns_from_the_weights(tmp_path: Path) -> None:
    torch.save(ResNet(18, width=4).state_dict(), tmp_path / "weights.pth")
    vae = seeded(weights=str(tmp_path / "weights.pth"))
    before = vae.encoder.resnet.bn1.running_mean.clone()
    vae_loss(images := line_images(4), vae(images), micro_record())["loss"].backward()
    assert [name for name, weights in vae.named_parameters() if weights.grad is None] == []
    assert not torch.equal(vae.encoder.resnet.bn1.running_mean, before)


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.pth: there is no such weight file"):
        seeded(weights=str(tmp_path / "absent.pth"))


def test_the_encoder_gives_as_many_latents_as_asked() -> None:
    encoder = Encoder(18, 2, hidden=5, latent=4, frozen=False)
    mean, log_variance = encoder(torch.rand(2, 32, 32))
    assert mean.shape == log_variance.shape == (2, 4)
    assert not torch.equal(mean, log_variance)
