"""The one place that imports CompressAI.

CompressAI 1.2.8 needs torchvision for a single line: ``compressai.registry.transforms`` copies the
names in ``torchvision.transforms``, none of which the codecs use. Where torchvision is absent, an
empty module stands in for it while CompressAI is imported, and is taken out again straight after:
left in, it would make torchmetrics and lightning believe that torchvision is installed.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def _torchvision_stub() -> Iterator[None]:
    """Put an empty ``torchvision`` in ``sys.modules`` for the block, unless there is a real one."""
    if "torchvision" in sys.modules or importlib.util.find_spec("torchvision") is not None:
        yield
        return
    stub = ModuleType("torchvision")
    stub.transforms = ModuleType("torchvision.transforms")
    modules = {"torchvision": stub, "torchvision.transforms": stub.transforms}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)


with _torchvision_stub():
    from compressai.entropy_models import EntropyModel
    from compressai.layers import GDN, ResidualBlockWithStride, subpel_conv3x3
    from compressai.losses import RateDistortionLoss
    from compressai.models import (
        Cheng2020Anchor,
        Cheng2020Attention,
        CompressionModel,
        FactorizedPrior,
        JointAutoregressiveHierarchicalPriors,
        MeanScaleHyperprior,
        ScaleHyperprior,
    )
    from compressai.models.utils import conv, deconv
    from compressai.optimizers import net_aux_optimizer

__all__ = [
    "GDN",
    "Cheng2020Anchor",
    "Cheng2020Attention",
    "CompressionModel",
    "EntropyModel",
    "FactorizedPrior",
    "JointAutoregressiveHierarchicalPriors",
    "MeanScaleHyperprior",
    "RateDistortionLoss",
    "ResidualBlockWithStride",
    "ScaleHyperprior",
    "conv",
    "deconv",
    "net_aux_optimizer",
    "subpel_conv3x3",
]
