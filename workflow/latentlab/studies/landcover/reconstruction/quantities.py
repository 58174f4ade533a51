"""Titles, units and trivial answers of the metrics of reconstructions."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

ERROR = {"better": "lower", "lowest": 0.0}
SCORE = {"better": "higher", "scatter": "absolute", "highest": 1.0}
COLOURS: dict[str, Quantity] = {
    "mae": Quantity("mean absolute error", trivial="mae_mean_colour", **ERROR),
    "mse": Quantity("mean squared error", trivial="mse_mean_colour", **ERROR),
    "psnr_db": Quantity("PSNR", "dB", "higher", trivial="psnr_db_mean_colour", scatter="absolute"),
    "ssim": Quantity("SSIM", trivial="ssim_mean_colour", lowest=-1.0, **SCORE),
    "ms_ssim": Quantity("MS-SSIM", trivial="ms_ssim_mean_colour", lowest=0.0, **SCORE),
    "mae_sampled": Quantity("mean absolute error, latents drawn", trivial="mae_mean_colour", **ERROR),
    "mae_train": Quantity("mean absolute error in training, last epoch", trivial="mae_mean_colour", **ERROR),
}
# Of eight bands: reflectances, which the answers on colours say nothing of. The run's own evaluation has the
# error of the mean reflectances of a tile.
BANDS: dict[str, Quantity] = {
    f"{name}_bands": Quantity(
        f"{each.title}, eight bands",
        each.unit,
        each.better,
        trivial="mae_bands_mean_colour" if name.startswith("mae") else None,
        scatter=each.scatter,
        lowest=each.lowest,
    )
    for name, each in COLOURS.items()
}
QUANTITIES: dict[str, Quantity] = {
    **COLOURS,
    **BANDS,
    "mae_bands_mean_colour": Quantity("mean absolute error of the mean reflectances, eight bands", **ERROR),
    "loss_train": Quantity("loss in training, last epoch", **ERROR),
    "kl_nats": Quantity("KL divergence of a tile", "nats", lowest=0.0),
    "weights": Quantity("weights", whole=True),
    # columns of the table of architectures
    "weights_full": Quantity("weights at the thesis's size", whole=True),
    "images_per_second": Quantity("images per second"),
    "training_seconds": Quantity("training", "s"),
}
