"""The only module that imports Lightning, without the parts that a training does not use.

Lightning 2.6 imports torchmetrics, which imports scipy.signal for a metric of speech and Matplotlib's pyplot
for its plots: these imports take longer than Lightning's. Stand-ins take their place (`lean_import`).
"""

from __future__ import annotations

from typing import Any, NoReturn

from latentlab.lean_import import lean_import


def _left_out(*args: object, **kwargs: object) -> NoReturn:
    raise NotImplementedError("torchmetrics was imported without its plots, which no training draws")


STAND_INS: dict[str, dict[str, object]] = {
    "scipy.signal": {"hamming": _left_out},
    "torchmetrics.utilities.plot": {
        "_AX_TYPE": Any,
        "_CMAP_TYPE": Any,
        "_PLOT_OUT_TYPE": Any,
        "plot_confusion_matrix": _left_out,
        "plot_curve": _left_out,
        "plot_single_or_multi_val": _left_out,
    },
}

with lean_import(STAND_INS):
    import lightning
    from lightning.pytorch.callbacks import Checkpoint
    from lightning.pytorch.core.optimizer import LightningOptimizer

__all__ = ["Checkpoint", "LightningOptimizer", "lightning"]
