"""Residual networks: torchvision's names, shapes and numbers of weights, and its weight files."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from latentlab.errors import ConfigError
from latentlab.models.resnet import DEPTHS, ResNet, load_torchvision_weights

# weights of torchvision 0.17's resnet18() to resnet152(), as its documentation gives them
WEIGHTS = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808}
# from the state dicts of torchvision's resnet152() and resnet18()
NAMES_152 = {
    "conv1.weight": (64, 3, 7, 7),
    "bn1.running_mean": (64,),
    "layer1.0.conv1.weight": (64, 64, 1, 1),
    "layer1.0.conv2.weight": (64, 64, 3, 3),
    "layer1.0.conv3.weight": (256, 64, 1, 1),
    "layer1.0.downsample.0.weight": (256, 64, 1, 1),
    "layer1.0.downsample.1.bias": (256,),
    "layer2.0.downsample.0.weight": (512, 256, 1, 1),
    "layer2.7.bn2.weight": (128,),
    "layer3.35.bn3.running_var": (1024,),
    "layer3.35.bn3.num_batches_tracked": (),
    "layer4.2.conv3.weight": (2048, 512, 1, 1),
    "fc.weight": (1000, 2048),
    "fc.bias": (1000,),
}
NAMES_18 = {
    "layer1.0.conv1.weight": (64, 64, 3, 3),
    "layer1.1.bn2.bias": (64,),
    "layer2.0.downsample.0.weight": (128, 64, 1, 1),
    "layer4.1.conv2.weight": (512, 512, 3, 3),
    "fc.weight": (1000, 512),
}
ABSENT_152 = ("layer1.1.downsample.0.weight", "layer2.8.conv1.weight", "conv1.bias", "layer3.36.bn3.weight")
ABSENT_18 = ("layer1.0.downsample.0.weight", "layer1.0.conv3.weight", "layer1.2.conv1.weight")


def count(network: ResNet) -> int:
    return sum(weights.numel() for weights in network.parameters())


@pytest.mark.parametrize("depth", WEIGHTS)
def test_as_many_weights_as_torchvisions(depth: int) -> None:
    with torch.device("meta"):  # without memory
        assert count(ResNet(depth)) == WEIGHTS[depth]
        network = ResNet(depth, classes=None)
    assert count(network) == WEIGHTS[depth] - 1000 * (network.features + 1)
    assert set(DEPTHS) == set(WEIGHTS)


@pytest.mark.parametrize(
    ("depth", "names", "absent"), [(152, NAMES_152, ABSENT_152), (18, NAMES_18, ABSENT_18)]
)
def test_names_and_shapes_are_torchvisions(
    depth: int, names: dict[str, tuple[int, ...]], absent: tuple[str, ...]
) -> None:
    with torch.device("meta"):
        state = ResNet(depth).state_dict()
    assert {name: tuple(state[name].shape) for name in names} == names
    assert not set(absent) & set(state)


def test_number_of_entries_is_torchvisions() -> None:
    with torch.device("meta"):
        assert len(ResNet(152).state_dict()) == 932
        assert len(ResNet(18).state_dict()) == 122


@pytest.mark.parametrize(("depth", "features"), [(18, 16), (50, 64)])
def test_outputs(depth: int, features: int) -> None:
    images = torch.rand(2, 3, 64, 40)
    assert ResNet(depth, width=2, classes=None)(images).shape == (2, features)
    assert ResNet(depth, width=2, classes=None).features == features
    assert ResNet(depth, width=2, classes=7)(images).shape == (2, 7)


def test_each_stage_but_the_first_halves_the_image() -> None:
    network = ResNet(50, width=2, classes=None).eval()
    shapes = []
    for stage in (network.layer1, network.layer2, network.layer3, network.layer4):
        stage.register_forward_hook(lambda module, inputs, output: shapes.append(tuple(output.shape[1:])))
    network(torch.rand(1, 3, 224, 224))
    assert shapes == [(8, 56, 56), (16, 28, 28), (32, 14, 14), (64, 7, 7)]


def test_the_stride_of_a_bottleneck_is_its_middle_convolutions() -> None:
    """As torchvision, whose weights were trained so; in the paper it is the first one's."""
    block = ResNet(50, width=2).layer2[0]
    strides = (block.conv1.stride, block.conv2.stride, block.conv3.stride, block.downsample[0].stride)
    assert strides == ((1, 1), (2, 2), (1, 1), (2, 2))


def test_a_block_adds_its_input() -> None:
    """With the last normalisation's weights 0, a block without a shortcut of its own hands a map on."""
    x = torch.rand(2, 8, 5, 5)
    for depth, last in ((18, "bn2"), (50, "bn3")):
        block = ResNet(depth, width=8 if depth == 18 else 2).layer1[1].eval()
        torch.nn.init.zeros_(getattr(block, last).weight)
        torch.testing.assert_close(block(x), x)


def test_no_such_depth() -> None:
    with pytest.raises(ConfigError, match=r"^a ResNet has one of 18, 34, 50, 101, 152 layers, found 20$"):
        ResNet(20)


def stored(path: Path, network: ResNet) -> Path:
    torch.save(network.state_dict(), path)
    return path


def differing(one: torch.nn.Module, two: torch.nn.Module) -> list[str]:
    first, second = one.state_dict(), two.state_dict()
    return [name for name in first if not torch.equal(first[name], second[name])]


@pytest.mark.parametrize("classes", [None, 5])
def test_weights_are_loaded(tmp_path: Path, classes: int | None) -> None:
    source, network = ResNet(18, width=4, classes=5), ResNet(18, width=4, classes=classes)
    source(torch.rand(2, 3, 32, 32))  # moves the batch statistics, too
    assert differing(network, source)
    load_torchvision_weights(network, stored(tmp_path / "weights.pth", source))
    assert differing(network, source) == []


def test_weights_without_a_dense_layer(tmp_path: Path) -> None:
    path = stored(tmp_path / "weights.pth", ResNet(18, width=4, classes=None))
    load_torchvision_weights(ResNet(18, width=4, classes=None), path)
    with pytest.raises(ConfigError, match=r"weights\.pth: not the weights of this ResNet: 'fc.weight' is m"):
        load_torchvision_weights(ResNet(18, width=4, classes=5), path)


def test_older_files_without_batch_counters(tmp_path: Path) -> None:
    """As torchvision's resnet152-b121ed2d.pth and its like."""
    source, network = ResNet(18, width=4), ResNet(18, width=4, classes=None)
    state = {name: value for name, value in source.state_dict().items() if "num_batches" not in name}
    assert len(state) == 102
    torch.save(state, tmp_path / "weights.pth")
    load_torchvision_weights(network, tmp_path / "weights.pth")
    assert differing(network, source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (ResNet(34, width=4), r"'layer1\.2\.conv1\.weight' is unknown"),
        (ResNet(50, width=4), r"'layer1\.0\.conv3\.weight' is unknown"),
        (ResNet(18, width=8), r"'conv1\.weight' has shape \(8, 3, 7, 7\), expected \(4, 3, 7, 7\)"),
        (torch.nn.Linear(2, 2), r"'conv1\.weight' is missing"),
    ],
)
def test_weights_of_another_network(tmp_path: Path, source: torch.nn.Module, message: str) -> None:
    network = ResNet(18, width=4, classes=None)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    path = stored(tmp_path / "weights.pth", source)
    with pytest.raises(ConfigError, match=rf"weights\.pth: not the weights of this ResNet: {message}$"):
        load_torchvision_weights(network, path)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


@pytest.mark.parametrize("content", [torch.ones(2), [torch.ones(2)], {"conv1.weight": 1.0}, {"epoch": 3}])
def test_no_state_dict(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "weights.pth")
    with pytest.raises(ConfigError, match=r"weights\.pth: expected a state dict of a ResNet"):
        load_torchvision_weights(ResNet(18, width=4), tmp_path / "weights.pth")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.pth: there is no such weight file$"):
        load_torchvision_weights(ResNet(18, width=4), tmp_path / "absent.pth")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file(tmp_path: Path, share: float) -> None:
    path = stored(tmp_path / "weights.pth", ResNet(18, width=4))
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(ConfigError, match=r"weights\.pth: no readable PyTorch weight file$"):
        load_torchvision_weights(ResNet(18, width=4), path)


@pytest.mark.parametrize("kind", ["text", "folder"])
def test_no_weight_file_at_all(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "weights.pth"
    if kind == "folder":
        path.mkdir()
    else:
        path.write_text("<html>404</html>\n" * 100)
    with pytest.raises(ConfigError, match=r"weights\.pth: no readable PyTorch weight file$"):
        load_torchvision_weights(ResNet(18, width=4), path)


class Payload:
    def __reduce__(self) -> tuple:
        return Path.touch, (Path("executed"),)


def pickled(content: object, path: Path) -> None:
    path.write_bytes(pickle.dumps(content, 2))


@pytest.mark.parametrize("save", [torch.save, pickled])
def test_nothing_is_executed_from_a_weight_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[object, Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    save({"conv1.weight": Payload()}, tmp_path / "weights.pth")
    with pytest.raises(ConfigError, match=r"weights\.pth: no readable PyTorch weight file$"):
        load_torchvision_weights(ResNet(18, width=4), tmp_path / "weights.pth")
    assert not (tmp_path / "executed").exists()
