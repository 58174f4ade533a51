"""Names of what is measured of a restored image; separate, so that they are read without importing NumPy."""

SCORES = (
    "gap_error",
    "outside_error",
    "gap_error_counting",
    "outside_error_counting",
    "gap_correlation",
    "gap_log_correlation",
)
COVERAGES = ("gap_covered", "outside_covered", "gap_covered_2", "outside_covered_2")
RATIOS = ("gap_ratio", "outside_ratio")  # error of a method over that of the network, on the same image
PLACES = ("gap", "outside")
