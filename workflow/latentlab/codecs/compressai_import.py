"""The one place that imports CompressAI, without what the codecs do not use of it.

CompressAI 1.2.8 imports torchvision and torch_geometric for their lists of transforms, pandas for a data set
of point clouds and requests to download one: the first two are not in the environment, the others slow every
job's start by seconds. Stand-ins replace them and are removed again after the import: otherwise torchmetrics
and lightning would assume that torchvision is installed. scipy.stats is left out in the same way; the one
function of it that coding tables need comes from scipy.special, which scipy.stats calls too.
"""

from __future__ import annotations

import scipy  # loads scipy.special when it is first accessed

from latentlab.lean_import import lean_import

STAND_INS: dict[str, dict[str, object]] = {
    "pandas": {},
    "requests": {},
    "scipy.stats": {},
    "torchvision": {},
    "torchvision.transforms": {},
    "torch_geometric": {},
    "torch_geometric.data": {"Data": object},
    "torch_geometric.data.datapipes": {"functional_transform": lambda name: lambda cls: cls},
    "torch_geometric.transforms": {"BaseTransform": object, "Center": object},
}

with lean_import(STAND_INS):
    from compressai.entropy_models import EntropyModel, GaussianConditional
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


def _standardized_quantile(quantile: float) -> float:
    """Quantile of the standard normal distribution, as scipy.stats.norm.ppf computes it."""
    return scipy.special.ndtri(quantile)


GaussianConditional._standardized_quantile = staticmethod(_standardized_quantile)

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
