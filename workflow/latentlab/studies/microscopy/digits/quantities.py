"""Titles, units and trivial answers of what is measured on digits."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.microscopy.digits.metric_names import INTERVAL
from latentlab.studies.microscopy.digits.titles import CLUSTERS, COLOURS, METHODS, RESTORERS

SHARE = {"better": "higher", "scatter": "absolute", "lowest": 0.0, "highest": 1.0}
PER_CENT = {"unit": "%", "better": "higher", "scatter": "absolute", "lowest": 0.0, "highest": 100.0}
ERROR = {"better": "lower", "lowest": 0.0}
CORRELATION = {"better": "higher", "scatter": "absolute", "lowest": -1.0, "highest": 1.0}
RUNS = {
    "reconstruction": Quantity("mean squared error", trivial="reconstruction_mean_image", **ERROR),
    "reconstruction_matched_components": Quantity(
        "mean squared error of as many principal components (given the class where the model is)", **ERROR
    ),
    "neighbours": Quantity(
        "class recognised by its five nearest neighbours in the latent space",
        trivial="neighbours_chance",
        **SHARE,
    ),
    "neighbours_matched_components": Quantity("the same in as many principal components", **SHARE),
    "slant": Quantity(
        "rank correlation of a latent with the slant, within a class", trivial="slant_null", **CORRELATION
    ),
    "slant_null": Quantity("the same by chance, 95th percentile", **CORRELATION),
    "manifold_distance": Quantity(
        "mean squared error of decoded images to the nearest training image", **ERROR
    ),
    "angle_correlation": Quantity(
        "circular correlation of the angle, mean over the digits",
        trivial="angle_correlation_null",
        **CORRELATION,
    ),
    "angle_correlation_lowest": Quantity("the same, lowest of the digits", **CORRELATION),
    "angle_correlation_null": Quantity("the same by chance, 95th percentile", **CORRELATION),
    "angle_error": Quantity("median error of the angle", unit="deg", **ERROR),
    "class_ari": Quantity("adjusted Rand index of the classes", trivial=0.0, **CORRELATION),
    "class_accuracy": Quantity(
        "accuracy with the best naming of the classes", trivial="class_accuracy_null", **SHARE
    ),
    "class_accuracy_null": Quantity("the same by chance, 95th percentile", **SHARE),
    "label_accuracy": Quantity("test images recognised", trivial=10.0, **PER_CENT),
    "psnr": Quantity(
        "peak signal-to-noise ratio", unit="dB", better="higher", trivial="psnr_noisy", scatter="absolute"
    ),
    "colour_right": Quantity("images in the right colour", trivial="colour_right_mean_colour", **PER_CENT),
}
ENSEMBLE = {
    "member_accuracy": Quantity("accuracy of a member with the best naming of its classes", **SHARE),
    "members_agree": Quantity("members that give an image the ensemble's class", **SHARE),
    "error_auroc": Quantity("area under the ROC curve of dispersion against error", trivial=0.5, **SHARE),
    "dispersion_wrong": Quantity("mean dispersion of images in error"),
    "dispersion_right": Quantity("mean dispersion of the other images"),
    "class_spearman": Quantity("rank correlation of a class's dispersion with its errors", **CORRELATION),
    "class_spearman_p": Quantity("p value of that correlation (classes shuffled)", **ERROR),
}
SETS = {
    "reconstruction_mean_image": Quantity("mean squared error of the mean image", **ERROR),
    "reconstruction_components": Quantity("mean squared error of two principal components", **ERROR),
    "neighbours_components": Quantity("class by nearest neighbours in two principal components", **SHARE),
    "neighbours_pixels": Quantity("class by nearest neighbours in the pixels", **SHARE),
    "neighbours_chance": Quantity("share of the most frequent class", **SHARE),
    **{
        f"class_ari_{each}": Quantity(f"adjusted Rand index, {title}", **CORRELATION)
        for each, title in CLUSTERS.items()
    },
    **{
        f"class_accuracy_{each}": Quantity(f"accuracy with the best naming, {title}", **SHARE)
        for each, title in CLUSTERS.items()
    },
    **{
        f"reconstruction_{each}": Quantity(f"mean squared error, {title}", **ERROR)
        for each, title in {**RESTORERS, **COLOURS}.items()
    },
    **{
        f"psnr_{each}": Quantity(f"peak signal-to-noise ratio, {title}", unit="dB", better="higher")
        for each, title in RESTORERS.items()
    },
    **{
        f"colour_right_{each}": Quantity(f"images in the right colour, {title}", **PER_CENT)
        for each, title in COLOURS.items()
    },
}
LABELS = {  # of any number of labels that the study's file may name
    f"accuracy_{method}_{count}{end}": Quantity(
        f"test images recognised, {title}, {count} labels", **PER_CENT
    )
    for method, title in METHODS.items()
    for count in range(10, 1001, 10)
    for end in INTERVAL
}
QUANTITIES: dict[str, Quantity] = {**SETS, **RUNS, **ENSEMBLE, **LABELS}
