"""The metrics of the lines study: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

_PAIRS = "% of the pairs"
_NEAREST = "number of lines right in the training image nearest to the"

QUANTITIES: dict[str, Quantity] = {
    "mse_images": Quantity("MSE of pixels", "", "lower", "mse_images_mean_image"),
    "mse_images_aligned": Quantity("MSE of pixels after the best shift and half turn", "", "lower"),
    "mse_statistics": Quantity("MSE of autocorrelations", "", "lower", "mse_statistics_mean_autocorrelation"),
    "orientation_right": Quantity(
        "orientation right", _PAIRS, "higher", "orientation_right_always_one", "absolute", of="pairs"
    ),
    "lines_right": Quantity(
        "number of lines right", _PAIRS, "higher", "lines_right_always_one", "absolute", of="pairs"
    ),
    "lines_right_at_half": Quantity(
        "number of lines right, threshold 0.5",
        _PAIRS,
        "higher",
        "lines_right_always_one",
        "absolute",
        of="pairs",
    ),
    "lines_right_wrapped": Quantity(
        "number of lines right, borders joined",
        _PAIRS,
        "higher",
        "lines_right_always_one",
        "absolute",
        of="pairs",
    ),
    "lines_right_nearest_to_original": Quantity(
        f"{_NEAREST} original", _PAIRS, "higher", "lines_right_always_one", "absolute", of="pairs"
    ),
    "lines_right_nearest_by_statistics": Quantity(
        f"{_NEAREST} reconstruction", _PAIRS, "higher", "lines_right_always_one", "absolute", of="pairs"
    ),
    "fraction_difference": Quantity(
        "difference of the volume fraction", "%", "lower", "fraction_difference_mean_fraction", "absolute"
    ),
    "kl": Quantity("rate, KL divergence", "nats per image"),
    "latent_shift": Quantity("movement of the latent under shifts", "distance of two images", "lower", 1.0),
    "prior_nearest_ratio": Quantity("distance of prior samples to the data, over a validation image's"),
    "prior_fraction_effect": Quantity(
        "volume fraction of prior samples against the data's", "std", scatter="absolute"
    ),
    "set_images": Quantity("images of the set", whole=True),
    "set_training_share": Quantity("share of the set used for training"),
    "pairs": Quantity("pairs judged", whole=True),
    "mse_images_mean_image": Quantity("MSE of pixels, mean image"),
    "mse_images_chance": Quantity("MSE of pixels, another image of the set"),
    "mse_statistics_mean_image": Quantity("MSE of autocorrelations, mean image"),
    "mse_statistics_mean_autocorrelation": Quantity("MSE of autocorrelations, mean autocorrelation"),
    "mse_statistics_from_fraction": Quantity("MSE of autocorrelations, from the volume fraction alone"),
    "mse_statistics_chance": Quantity("MSE of autocorrelations, another image of the set"),
    "mse_statistics_pca": Quantity("MSE of autocorrelations, principal components"),
    "orientation_right_always_one": Quantity(
        "orientation right, one answer to all", _PAIRS, "higher", None, "absolute"
    ),
    "lines_right_always_one": Quantity(
        "number of lines right, one answer to all", _PAIRS, "higher", None, "absolute"
    ),
    "fraction_difference_mean_fraction": Quantity(
        "difference of the volume fraction, the mean to all", "%", "lower", None, "absolute"
    ),
    "residual_retrieval": Quantity("misfit of phase retrieval over the autocorrelation's variance"),
    "residual_pca_retrieval": Quantity(
        "misfit of phase retrieval of components over the autocorrelation's variance"
    ),
    **{
        f"lines_right_of_{n}": Quantity(
            f"number right for {n} lines", "% of these", scatter="absolute", of=f"pairs_of_{n}"
        )
        for n in range(1, 10)
    },
    **{f"pairs_of_{n}": Quantity(f"pairs judged with {n} lines", whole=True) for n in range(1, 10)},
    **{f"lines_median_of_{n}": Quantity(f"median number found for {n} lines") for n in range(1, 10)},
    **{
        f"{name}_right_{how}": Quantity(
            f"{what} right, {title}", "% of the images", "higher", None, "absolute"
        )
        for name, what in (("orientation", "orientation"), ("lines", "number of lines"))
        for how, title in (
            ("retrieval", "phase retrieval"),
            ("pca_retrieval", "phase retrieval of components"),
        )
    },
    **{
        f"accuracy_{name}{kind}": Quantity(
            f"{name} read by a linear model{title}", "", "higher", chance, "absolute"
        )
        for name in ("orientation", "count", "shape")
        for kind, title, chance in (
            ("", "", f"accuracy_{name}_by_chance"),
            ("_pca", " from components", f"accuracy_{name}_by_chance_pca"),
            ("_by_chance", ", commonest answer", None),
            ("_by_chance_pca", " from components, commonest answer", None),
        )
    },
    **{
        f"r2_{name}{kind}": Quantity(f"R² of {title}{source}", "", "higher", 0.0, "absolute")
        for name, title in (
            ("volume_fraction", "the volume fraction"),
            ("total_length", "the total length"),
            ("angle_deg", "the angle"),
            ("anisotropy", "the anisotropy"),
            ("correlation_length", "the correlation length"),
        )
        for kind, source in (("", ""), ("_pca", " from components"))
    },
    **{
        f"overfitting_{space}_{name}": Quantity(f"{title}, {space}", scatter="absolute")
        for space in ("images", "statistics")
        for name, title in (
            ("effect", "difference of training and validation"),
            ("effect_high", "its upper limit"),
            ("effect_low", "its lower limit"),
            ("p_value", "p-value"),
            ("statistic", "Kolmogorov-Smirnov statistic"),
        )
    },
}
