"""Residual networks (He et al. 2016) with torchvision's parameter names, so that its weight files fit.

torchvision itself is not used: see the note on it in `latentlab.codecs.compressai_import`.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from latentlab.errors import ConfigError

IMAGENET_MEAN = (0.485, 0.456, 0.406)  # of red, green, blue in [0, 1]; expected by torchvision's weights
IMAGENET_STD = (0.229, 0.224, 0.225)
IMAGENET_CLASSES = 1000
COUNTER = ".num_batches_tracked"  # of a batch normalisation; torchvision's older files have none


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a shortcut: ResNet-18 and 34 (He et al. 2016, figure 5, left)."""

    expansion = 1

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = _shortcut(channels_in, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, height, width) -> (n, channels, height / stride, width / stride)."""
        out = torch.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return torch.relu(out + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3 (with the stride, as torchvision), 1 x 1 convolutions: ResNet-50, 101 and 152."""

    expansion = 4

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, channels * self.expansion, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels * self.expansion)
        self.downsample = _shortcut(channels_in, channels * self.expansion, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, height, width) -> (n, 4 channels, height / stride, width / stride)."""
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return torch.relu(out + (x if self.downsample is None else self.downsample(x)))


def _shortcut(channels_in: int, channels_out: int, stride: int) -> nn.Sequential | None:
    if stride == 1 and channels_in == channels_out:
        return None
    convolution = nn.Conv2d(channels_in, channels_out, 1, stride, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels_out))


DEPTHS: dict[int, tuple[type[BasicBlock | Bottleneck], tuple[int, int, int, int]]] = {
    18: (BasicBlock, (2, 2, 2, 2)),
    34: (BasicBlock, (3, 4, 6, 3)),
    50: (Bottleneck, (3, 4, 6, 3)),
    101: (Bottleneck, (3, 4, 23, 3)),
    152: (Bottleneck, (3, 8, 36, 3)),
}


class ResNet(nn.Module):
    """A residual network (He et al. 2016, table 1).

    Parameters
    ----------
    depth : 18, 34, 50, 101 or 152 layers.
    width : channels of the first stage, 64 in the paper; the other stages scale with it.
    classes : outputs of the dense layer `fc`; None for no such layer: the output is the pooled features.
    """

    def __init__(self, depth: int, width: int = 64, classes: int | None = IMAGENET_CLASSES) -> None:
        super().__init__()
        if depth not in DEPTHS:
            raise ConfigError(f"a ResNet has one of {', '.join(map(str, DEPTHS))} layers, found {depth}")
        block, repeats = DEPTHS[depth]
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        stages = []
        channels = width
        for stage, count in enumerate(repeats):
            stages.append(_stage(block, channels, width * 2**stage, count, stride=1 if stage == 0 else 2))
            channels = width * 2**stage * block.expansion
        self.layer1, self.layer2, self.layer3, self.layer4 = stages
        self.features = channels
        self.fc = nn.Linear(channels, classes) if classes is not None else None
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """(n, 3, height, width) float -> (n, `features`), or (n, classes) with a dense layer."""
        x = torch.relu(self.bn1(self.conv1(images)))
        x = nn.functional.max_pool2d(x, 3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = x.mean(dim=(2, 3))
        return x if self.fc is None else self.fc(x)


def _stage(
    block: type[BasicBlock | Bottleneck], channels_in: int, channels: int, count: int, stride: int
) -> nn.Sequential:
    first = block(channels_in, channels, stride)
    return nn.Sequential(first, *(block(channels * block.expansion, channels, 1) for _ in range(count - 1)))


def load_torchvision_weights(network: ResNet, path: Path | str) -> None:
    """Load a weight file of torchvision, such as `resnet152-*.pth`.

    The file's dense layer is ignored if `network` has none. Only tensors are unpickled (`weights_only`).
    Older files lack the batch counters, which nothing here uses.

    Raises
    ------
    ConfigError : there is no such file, it is not a weight file, or it is of another network.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such weight file") from error
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise ConfigError(f"{path}: no readable PyTorch weight file") from error
    if not (isinstance(state, dict) and all(isinstance(value, Tensor) for value in state.values())):
        raise ConfigError(f"{path}: expected a state dict of a ResNet: weights by their names, nothing else")
    counters = {name: value for name, value in network.state_dict().items() if name.endswith(COUNTER)}
    state = {**counters, **state}
    if network.fc is None:
        state = {name: value for name, value in state.items() if not name.startswith("fc.")}
    wrong = _differences(network.state_dict(), state)
    if wrong:
        raise ConfigError(f"{path}: not the weights of this ResNet: {wrong[0]}")
    network.load_state_dict(state)


def _differences(wanted: dict[str, Tensor], found: dict[str, Tensor]) -> Sequence[str]:
    missing = [f"'{name}' is missing" for name in wanted if name not in found]
    unknown = [f"'{name}' is unknown" for name in found if name not in wanted]
    shapes = [
        f"'{name}' has shape {tuple(found[name].shape)}, expected {tuple(wanted[name].shape)}"
        for name in wanted
        if name in found and found[name].shape != wanted[name].shape
    ]
    return [*missing, *unknown, *shapes]
