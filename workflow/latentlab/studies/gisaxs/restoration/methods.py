"""The compared methods by name, with what tables and figures call them; the functions are in `evaluation`."""

NETWORK, MULTI_SCALE, FIT, MEAN = "network", "multi-scale", "fit", "mean"

REFERENCE_TITLES = {
    "linear": "linear interpolation of log counts",
    "linear-smoothed": "linear interpolation of smoothed log counts",
    "local-mean": "Gaussian mean of the measured pixels",
    "local-plane": "local Poisson regression",
    "median": "median filter",
    "biharmonic": "biharmonic inpainting",
    "total-variation": "total-variation inpainting",
    "non-local-means": "non-local means",
    "mirror": "mirror about the specular plane",
    "pyfai": "pyFAI inpainting",
}
METHODS = {
    NETWORK: "network (this study)",
    MULTI_SCALE: "multi-scale estimate (the network's start)",
    **REFERENCE_TITLES,
    FIT: "fitted pattern and background (knows the simulator)",
    MEAN: "mean of the training patterns",
}
# Measured on all test patterns; the other methods take seconds an image, and get the first `slow_patterns`.
FAST = (NETWORK, MULTI_SCALE, "linear", "local-mean", "local-plane", "median", FIT, MEAN)
