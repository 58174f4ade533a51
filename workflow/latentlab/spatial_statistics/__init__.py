"""Spatial statistics of microstructures: two-point correlations, and complementary statistics.

Images and phases are torch tensors with any leading batch dimensions, on any device, and are differentiable;
lags, lengths and radii are in pixels. Lineal path and chord lengths are computed from binary images in numpy.
Masks are bool and True where a pixel counts.
"""

from latentlab.spatial_statistics.correlation import (
    autocorrelation,
    cross_correlation,
    half_plane_counts,
    lags,
    statistics_features,
    two_point_statistics,
)
from latentlab.spatial_statistics.lineal import chord_lengths, lineal_path
from latentlab.spatial_statistics.minkowski import area, euler_number, perimeter
from latentlab.spatial_statistics.phases import hard_phases, soft_phases, volume_fractions
from latentlab.spatial_statistics.radial import radial_average

__all__ = [
    "area",
    "autocorrelation",
    "chord_lengths",
    "cross_correlation",
    "euler_number",
    "half_plane_counts",
    "hard_phases",
    "lags",
    "lineal_path",
    "perimeter",
    "radial_average",
    "soft_phases",
    "statistics_features",
    "two_point_statistics",
    "volume_fractions",
]
