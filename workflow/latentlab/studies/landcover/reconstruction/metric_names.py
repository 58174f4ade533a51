"""Which metrics of reconstructions are measured, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

QUALITIES = ("mae", "mse", "psnr_db", "ssim", "ms_ssim")  # of restored test tiles
TRAINING = ("mae_train", "loss_train")  # means over the last epoch
OTHERS = ("mae_sampled", "kl_nats", "weights")
ANSWERS = ("mean_colour", "mean_image")  # besides principal components


def metrics(record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summaries of `evaluation.of_history` and `evaluation.evaluate`.

    The qualities of eight bands are not comparable with those of colours: their names end in "_bands".
    """
    found = {of_kind(name, record["restores"]) for name in (*QUALITIES, "mae_train", "mae_sampled")}
    own = {"mae_bands_mean_colour"} if record["restores"] == "bands" else set()
    return found | own | {"loss_train", "kl_nats", "weights"}


def of_kind(name: str, restores: str) -> str:
    """The name of a quality of the pictures that a run restores, "rgb" or "bands"."""
    return name if restores == "rgb" else f"{name}_{restores}"


def answers(sizes: Sequence[str]) -> set[str]:
    """Metrics of answers without training, the keys of the summary of `answers.answers`.

    Parameters
    ----------
    sizes : of the latents, "full" or a number: as many principal components.
    """
    known = (*ANSWERS, *(f"pca_{size}" for size in sizes))
    return {f"{name}_{answer}" for name in QUALITIES for answer in known}
