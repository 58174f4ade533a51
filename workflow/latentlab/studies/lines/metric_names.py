"""Which metrics the study's measured artifacts carry, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Iterable

CLASSES = ("orientation", "count", "shape")  # labels that are names; all other numbers are quantities
SPACES = ("images", "statistics")
# of `evaluation.run`
RUN_METRICS = frozenset(
    {
        "kl",
        "latent_shift",
        "mse_images",
        "mse_images_aligned",
        "mse_statistics",
        "prior_fraction_effect",
        "prior_nearest_ratio",
        "set_images",
        "set_training_share",
        *(
            f"overfitting_{space}_{name}"
            for space in SPACES
            for name in ("effect", "effect_high", "effect_low", "p_value", "statistic")
        ),
    }
)
LINE_METRICS = frozenset(
    {
        "fraction_difference",
        "lines_right",
        "lines_right_at_half",
        "lines_right_nearest_by_statistics",
        "lines_right_nearest_to_original",
        "lines_right_wrapped",
        "orientation_right",
        "pairs",
    }
)
# of `evaluation.baselines`
SET_METRICS = frozenset(
    {
        "mse_images_chance",
        "mse_images_mean_image",
        "mse_statistics_chance",
        "mse_statistics_from_fraction",
        "mse_statistics_mean_autocorrelation",
        "mse_statistics_mean_image",
        "mse_statistics_pca",
        "residual_pca_retrieval",
        "residual_retrieval",
    }
)
# the same, of a set of lines: judged on the runs' pairs
LINE_SET_METRICS = frozenset(
    {"fraction_difference_mean_fraction", "lines_right_always_one", "orientation_right_always_one"}
)


def run_metrics(labels: Iterable[str], counts: Iterable[int]) -> set[str]:
    """Metrics of a run on a set.

    Parameters
    ----------
    labels : of the set's images, one number an image. counts : the numbers of lines of a set of lines.
    """
    labels = set(labels)
    lines = LINE_METRICS if {"orientation", "count"} <= labels else frozenset()
    by_count = {f"{name}_of_{count}" for name in ("lines_right", "lines_median", "pairs") for count in counts}
    return {*RUN_METRICS, *lines, *by_count, *_label_metrics(labels)}


def set_metrics(labels: Iterable[str]) -> set[str]:
    """Metrics of a set's baselines; `labels` as in `run_metrics`."""
    labels = set(labels)
    lines: set[str] = set()
    if {"orientation", "count"} <= labels:
        lines = {
            f"{name}_right_{how}"
            for name in ("orientation", "lines")
            for how in ("retrieval", "pca_retrieval")
        }
        lines |= LINE_SET_METRICS
    return {*SET_METRICS, *lines, *(f"{name}_pca" for name in _label_metrics(labels))}


def _label_metrics(labels: set[str]) -> set[str]:
    classes = labels & set(CLASSES)
    accuracies = {f"accuracy_{name}{kind}" for name in classes for kind in ("", "_by_chance")}
    return accuracies | {f"r2_{name}" for name in labels - classes}
