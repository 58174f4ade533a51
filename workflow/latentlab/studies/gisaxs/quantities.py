"""The metrics of the GISAXS study: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from dataclasses import replace

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.gisaxs.clustering.quantities import CLUSTERING_QUANTITIES
from latentlab.studies.gisaxs.clustering.separation_names import SEPARATION_QUANTITIES
from latentlab.studies.gisaxs.denoising.quantities import denoising_quantities
from latentlab.studies.gisaxs.metric_names import IMAGE_METRICS, INTERPOLATION, PCA_BYTES
from latentlab.studies.gisaxs.regression.metric_names import REGRESSION_QUANTITIES
from latentlab.studies.gisaxs.restoration.quantities import QUANTITIES as RESTORATION

ANSWER_TITLES = {  # of the baselines
    "mean_image": "mean of the training images",
    "zero_image": "zero image",
    **{f"pca_{size}_bytes": f"{size} bytes of principal components" for size in PCA_BYTES},
}

QUANTITIES: dict[str, Quantity] = {
    "loss": Quantity("rate-distortion loss"),  # of any two runs with another lambda it is another quantity
    "distortion": Quantity("distortion in the loss", better="lower"),
    "mse": Quantity("MSE of raw intensity", "thesis's unit squared", "lower", "mse_mean_image"),
    "ms_ssim": Quantity(
        "MS-SSIM of raw intensity", "", "higher", "ms_ssim_mean_image", "absolute", lowest=0.0, highest=1.0
    ),
    "psnr_raw": Quantity("PSNR of raw intensity", "dB", "higher", "psnr_raw_mean_image", "absolute"),
    "psnr_log": Quantity("PSNR of log intensity", "dB", "higher", "psnr_log_mean_image", "absolute"),
    "ms_ssim_log": Quantity(
        "MS-SSIM of log intensity",
        "",
        "higher",
        "ms_ssim_log_mean_image",
        "absolute",
        lowest=0.0,
        highest=1.0,
    ),
    "log_rmse": Quantity("rms error of log10 intensity", "decades", "lower", "log_rmse_mean_image"),
    "log_rmse_gaps": Quantity(
        "rms error of log10 intensity inside the gaps", "decades", "lower", "log_rmse_gaps_mean_image"
    ),
    "log_rmse_outside": Quantity(
        "rms error of log10 intensity outside the gaps", "decades", "lower", "log_rmse_outside_mean_image"
    ),
    "bpp": Quantity("estimated rate", "bits per pixel"),
    "bpp_streams": Quantity("rate of the streams", "bits per pixel"),
    "bpp_file": Quantity("rate of the whole file", "bits per pixel"),
    "bytes_streams": Quantity("size of the streams", "bytes", whole=True),
    "aux_loss": Quantity("auxiliary loss"),
    "epochs": Quantity("epochs", whole=True),
    "epochs_to_converge": Quantity("epochs to converge", whole=True),
    "parameters": Quantity("parameters of the model", whole=True),
    "ms_ssim_scales": Quantity("scales of MS-SSIM", whole=True),
    "fit_error_r_nm": Quantity("error of the fitted radius R", "nm", "lower"),
    "fit_error_sigma_over_r": Quantity("error of the fitted sigma/R", "", "lower"),
    "fit_error_d_nm": Quantity("error of the fitted distance D", "nm", "lower"),
    "fit_error_omega_over_d": Quantity("error of the fitted omega/D", "", "lower"),
    "side_maximum_q": Quantity("position of the side maximum", "1/nm"),
    "side_maximum_width": Quantity("width of the side maximum", "1/nm"),
    "form_factor_contrast": Quantity("contrast of the form factor's maxima"),
    "yoneda_alpha_f_deg": Quantity("position of the Yoneda peak", "degrees"),
}
_GAPS = QUANTITIES["log_rmse_gaps"]
QUANTITIES |= {
    INTERPOLATION: replace(_GAPS, title=f"{_GAPS.title}, interpolated across them", trivial=None),
    **{
        f"{metric}_{answer}": replace(
            QUANTITIES[metric], title=f"{QUANTITIES[metric].title}, {title}", trivial=None
        )
        for metric in sorted(IMAGE_METRICS)
        for answer, title in ANSWER_TITLES.items()
    },
}
QUANTITIES |= denoising_quantities(QUANTITIES)
QUANTITIES |= SEPARATION_QUANTITIES
QUANTITIES |= RESTORATION
QUANTITIES |= SEPARATION_QUANTITIES | REGRESSION_QUANTITIES
QUANTITIES |= CLUSTERING_QUANTITIES
