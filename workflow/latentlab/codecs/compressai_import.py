"""The one place that imports CompressAI, without what the codecs do not use of it.

CompressAI 1.2.8 imports torchvision and torch_geometric for their lists of transforms, and pandas for a
data set of point clouds: absent from the environment the one, seconds of every job's start the others.
Empty modules stand in for them while CompressAI is imported, and are taken out again straight after:
left in, they would make torchmetrics and lightning believe that torchvision is installed. scipy.stats,
which only the making of coding tables needs, is put off the same way: scipy imports it when it is named.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def _stand_ins() -> dict[str, ModuleType]:
    """Modules by name, with the names that CompressAI takes from them."""
    names: dict[str, dict[str, object]] = {
        "pandas": {},
        "scipy.stats": {},
        "torchvision": {},
        "torchvision.transforms": {},
        "torch_geometric": {},
        "torch_geometric.data": {"Data": object},
        "torch_geometric.data.datapipes": {"functional_transform": lambda name: lambda cls: cls},
        "torch_geometric.transforms": {"BaseTransform": object, "Center": object},
    }
    modules = {name: ModuleType(name) for name in names}
    for name, module in modules.items():
        vars(module).update(names[name])
        parent, _, child = name.rpartition(".")
        if parent in modules:
            setattr(modules[parent], child, module)
    return modules


@contextmanager
def _without_needless_modules() -> Iterator[None]:
    """Put the stand-ins in ``sys.modules`` for the block, but for packages that are imported already."""
    imported = {name.partition(".")[0] for name in sys.modules}
    modules = {
        name: module
        for name, module in _stand_ins().items()
        if name not in sys.modules and (name == "scipy.stats" or name.partition(".")[0] not in imported)
    }
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)


with _without_needless_modules():
    from compressai.entropy_models import EntropyModel
    from compressai.layers import GDN, ResidualBlockWithStride, subpel_conv3x3
    from compressai.losses import RateDistortionLoss
    from compressai.models import (
        Cheng2020Anchor,
        Cheng2020Attention,
        CompressionModel,
        FactorizedPrior,
        FactorizedPriorReLU,
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
    "FactorizedPriorReLU",
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
