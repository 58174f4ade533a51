"""What tables and figures call the methods and the targets of the classification."""

from __future__ import annotations

METHOD_TITLES = {
    "k-sparse": "k-sparse, as the thesis",
    "k-sparse-quarter": "k-sparse, k falls in a quarter of the epochs",
    "k-sparse-warm-up": "k-sparse with warm-up",
    "k-sparse-signed": "k-sparse, z instead of |z|",
    "auxiliary-loss": "the same with auxiliary loss",
    "batch-top-k": "BatchTopK with auxiliary loss",
    "started-at-patterns": "k-sparse, z, started at patterns",
    "one-neuron-9": "one neuron of value 1, of 9",
    "one-neuron-10": "one neuron of value 1, of 10",
    "k-means-9": "k-means, 9",
    "mixture-9": "Gaussian mixture, 9",
    "hdbscan": "HDBSCAN",
    "embedded-9": "deep embedded clustering, 9",
}
TARGET_TITLES = {
    "radius": "R and sigma",
    "distance": "D",
    "omega": "omega",
    "distance_omega": "D and omega",
    "all": "all parameters",
}
PARAMETER_TITLES = {"r": "R", "d": "D", "omega": "omega/D"}


def method_title(method: str) -> str:
    """A method in words; one without a title is shown under its own name."""
    return METHOD_TITLES.get(method, method.replace("-", " "))
