"""Which metrics the study's measured artifacts carry, so that names are checked before any job starts."""

from __future__ import annotations

FIT_ERRORS = frozenset(
    {"fit_error_r_nm", "fit_error_sigma_over_r", "fit_error_d_nm", "fit_error_omega_over_d"}
)
# of `metrics.image_metrics`, `compression.evaluation` and `parameter_space.fit_errors`
RUN_METRICS = FIT_ERRORS | {
    "aux_loss",
    "bpp",
    "bpp_file",
    "bpp_streams",
    "bytes_streams",
    "distortion",
    "epochs",
    "epochs_to_converge",
    "log_rmse",
    "log_rmse_gaps",
    "log_rmse_outside",
    "loss",
    "ms_ssim",
    "ms_ssim_log",
    "ms_ssim_scales",
    "mse",
    "parameters",
    "psnr_log",
    "psnr_raw",
}
# of `features`
PATTERN_METRICS = frozenset(
    {"side_maximum_q", "side_maximum_width", "form_factor_contrast", "yoneda_alpha_f_deg"}
)
