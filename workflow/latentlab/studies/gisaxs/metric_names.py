"""Which metrics the study's measured artifacts carry, so that names are checked before any job starts."""

from __future__ import annotations

FIT_ERRORS = frozenset(
    {"fit_error_r_nm", "fit_error_sigma_over_r", "fit_error_d_nm", "fit_error_omega_over_d"}
)
# of `metrics.image_metrics`
IMAGE_METRICS = frozenset(
    {
        "log_rmse",
        "log_rmse_gaps",
        "log_rmse_outside",
        "ms_ssim",
        "ms_ssim_log",
        "mse",
        "psnr_log",
        "psnr_raw",
    }
)
# of `compression.evaluation` and `parameter_space.fit_errors`
RUN_METRICS = (
    FIT_ERRORS
    | IMAGE_METRICS
    | {
        "aux_loss",
        "bpp",
        "bpp_file",
        "bpp_streams",
        "bytes_streams",
        "distortion",
        "epochs",
        "epochs_to_converge",
        "loss",
        "ms_ssim_scales",
        "parameters",
    }
)
# of `baselines`
PCA_BYTES = (2, 4, 8, 16, 32)  # per pattern
ANSWERS = ("mean_image", "zero_image", *(f"pca_{size}_bytes" for size in PCA_BYTES))
INTERPOLATION = "log_rmse_gaps_interpolation"
# of `features`
PATTERN_METRICS = frozenset(
    {"side_maximum_q", "side_maximum_width", "form_factor_contrast", "yoneda_alpha_f_deg"}
)


def baseline_metrics(target: str) -> set[str]:
    """Metrics of the baselines on patterns whose target is "clean" or "gaps"."""
    answers = {f"{metric}_{answer}" for metric in IMAGE_METRICS for answer in ANSWERS}
    return answers | ({INTERPOLATION} if target == "clean" else set())
