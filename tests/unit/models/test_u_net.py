"""The U-Net: sizes, field of view, padding, training."""

import pytest
import torch

from latentlab.models.u_net import UNet


def small_network(levels: int = 3, seed: int = 0) -> UNet:
    torch.manual_seed(seed)
    return UNet(2, 1, width=4, levels=levels)


@pytest.mark.parametrize("size", [(1, 1), (2, 7), (8, 8), (13, 30)])
def test_any_size_in_the_same_size_out(size: tuple[int, int]) -> None:
    assert small_network()(torch.rand(2, 2, *size)).shape == (2, 1, *size)


def test_channels_double_with_each_level() -> None:
    network = UNet(3, 5, width=4, levels=3)
    assert [block[0].out_channels for block in network.down] == [4, 8, 16]
    assert [block[0].out_channels for block in network.up] == [8, 4]
    assert network.last.out_channels == 5
    assert network.multiple == 4


def test_one_level_has_a_field_of_view_of_five_pixels() -> None:
    network, images = small_network(levels=1), torch.rand(1, 2, 15, 15)
    changed = images.clone()
    changed[0, :, 7, 7] += 1
    difference = (network(changed) - network(images)).abs()[0, 0]
    assert difference[5:10, 5:10].max() > 0
    difference[5:10, 5:10] = 0
    assert difference.max() == 0


def test_a_shift_by_the_multiple_shifts_the_output() -> None:
    network, images = small_network(), torch.rand(1, 2, 64, 64)
    inner = slice(24, 40)
    shifted = network(torch.roll(images, (4, 8), dims=(2, 3)))
    expected = torch.roll(network(images), (4, 8), dims=(2, 3))
    torch.testing.assert_close(shifted[..., inner, inner], expected[..., inner, inner])


def test_padding_keeps_the_output_of_the_pixels_far_from_the_border() -> None:
    network, images = small_network(), torch.rand(1, 2, 64, 64)
    cut = network(images[..., :61, :62])
    torch.testing.assert_close(cut[..., :36, :36], network(images)[..., :36, :36])


def test_an_output_layer_of_zeros_gives_zeros() -> None:
    network = small_network()
    torch.nn.init.zeros_(network.last.weight)
    torch.nn.init.zeros_(network.last.bias)
    assert not network(torch.rand(1, 2, 9, 9)).any()


def test_learns_to_average_over_a_wide_region() -> None:
    """A mean over 9 x 9 pixels needs the lower resolutions: one level sees only 5 x 5."""
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(8, 2, 32, 32, generator=generator)
    wanted = 5 * torch.nn.functional.avg_pool2d(images[:, :1], 9, stride=1, padding=4)
    network = small_network()
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    losses = []
    for _ in range(120):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(network(images), wanted)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.5 * float(wanted.var()) < losses[0]


@pytest.mark.parametrize("name", ["in_channels", "out_channels", "width", "levels"])
def test_numbers_below_one_are_refused(name: str) -> None:
    numbers = {"in_channels": 1, "out_channels": 1, "width": 4, "levels": 2, name: 0}
    with pytest.raises(ValueError, match=f"{name} is 0, expected 1 or more"):
        UNet(**numbers)
