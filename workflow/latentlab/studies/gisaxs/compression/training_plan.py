"""What both training loops share: the optimisers, the loss of an epoch, the batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.utils.data import DataLoader

from latentlab.codecs.compressai_import import CompressionModel, net_aux_optimizer
from latentlab.codecs.rate_distortion import rate_distortion
from latentlab.studies.gisaxs.augmentation import EVALUATION_EPOCH, AugmentedPatterns, EpochSampler
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns
from latentlab.training.loader import loader

QUANTILE_LEARNING_RATE = 1e-3  # appendix A.1.9
CLIP_NORM = 1.0  # appendix A.1.9
TEST_BATCH = 64  # section 4.2.1
WARM_UP_LAMBDA = 0.01  # that of tables 4.2 and 4.3


def optimizers(codec: CompressionModel, learning_rate: float) -> dict[str, torch.optim.Optimizer]:
    """Adam of the network ("net") and of the entropy bottlenecks' quantiles ("aux"), as appendix A.1.9."""
    return net_aux_optimizer(
        codec,
        {
            "net": {"type": "Adam", "lr": learning_rate},
            "aux": {"type": "Adam", "lr": QUANTILE_LEARNING_RATE},
        },
    )


def loss_terms(
    output: Mapping[str, Any], target: torch.Tensor, record: Mapping[str, Any], epoch: int | None = None
) -> dict[str, torch.Tensor]:
    """`rate_distortion` of a run; in a training `epoch` of its warm-up, "loss" is that of MSE.

    MS-SSIM has no gradient where a scale's term is negative, as it may be before anything is learnt;
    MSE always has one, and leaves images that MS-SSIM can go on from.
    """
    terms = rate_distortion(output, target, metric=record["loss"], weight=record["lambda"])
    if epoch is not None and epoch < round(record["warm_up"] * record["epochs"]):
        terms["loss"] = rate_distortion(output, target, metric="mse", weight=WARM_UP_LAMBDA)["loss"]
    return terms


@torch.no_grad()
def solve_quantiles(codec: CompressionModel) -> None:
    """Solve the entropy bottlenecks' quantiles from their densities, instead of taking gradient steps."""
    for module in codec.modules():
        if hasattr(module, "_update_quantiles"):
            # `update(update_quantiles=True)` would also resize the coding tables, which a checkpoint holds
            module._update_quantiles()


def loaders(
    record: Mapping[str, Any],
    train: Patterns,
    test: Patterns,
    transform: IntensityTransform,
    workers: int,
) -> tuple[DataLoader, EpochSampler, DataLoader]:
    """Batches of the training set, their sampler (whose epoch must be set), and batches of the test set."""
    sampler = EpochSampler(len(train), record["seed"])
    batches = loader(AugmentedPatterns(train, record, transform), sampler, workers, record["batch"])
    fixed = [(EVALUATION_EPOCH, index) for index in range(len(test))]
    return batches, sampler, loader(AugmentedPatterns(test, record, transform), fixed, 0, TEST_BATCH)
