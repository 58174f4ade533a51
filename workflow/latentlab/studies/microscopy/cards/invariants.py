"""What image moments and Fourier magnitudes tell of a card: orientation, centre, invariant features.

The classical answers beside which a trained model has to stand.
"""

from __future__ import annotations

import numpy as np

RINGS, ANGLES = 12, 48


def moment_angles(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres (n, 2) and orientations (n,) of images (n, h, w) by complex moments about the centre of mass.

    Returns
    -------
    Centre of mass (x to the right, y downwards, half sides); phase of the moment of order (2, 1) in rad: it
    turns once with the image; half the phase of that of order (2, 0), the principal axis, for objects with a
    twofold axis. Flusser 2000, "On the independence of rotation moment invariants".
    """
    side = images.shape[-1]
    axis = (np.arange(side) + 0.5) * (2 / side) - 1
    mass = images.sum((1, 2))
    centre = np.stack([(images.sum(1) @ axis) / mass, (images.sum(2) @ axis) / mass], 1)
    place = (axis[None, None] - centre[:, 0, None, None]) - 1j * (axis[:, None] - centre[:, 1, None, None])
    twice = (images * place**2).sum((1, 2))
    once = (images * place**2 * place.conj()).sum((1, 2))
    return centre, np.angle(once), np.angle(twice) / 2


def turn_invariants(images: np.ndarray) -> np.ndarray:
    """(n, RINGS * (ANGLES // 2 + 1)) Fourier magnitudes along rings about the middle of images (n, h, w)."""
    from scipy.ndimage import map_coordinates

    side = images.shape[-1]
    radius = (np.arange(RINGS) + 0.5)[:, None] * (side / 2 / RINGS)
    angle = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    middle = (side - 1) / 2
    rows, columns = middle - radius * np.sin(angle), middle + radius * np.cos(angle)
    rings = np.stack([map_coordinates(image, (rows, columns), order=1, mode="nearest") for image in images])
    return (np.abs(np.fft.rfft(rings, axis=2)) * np.sqrt(radius)).reshape(len(images), -1)


def principal_components(train: np.ndarray, test: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """First coordinates (n, number) and (m, number) of rows (n, p) and (m, p); fitted to the first."""
    mean = train.mean(0)
    basis = np.linalg.svd(train - mean, full_matrices=False)[2][:number]
    return (train - mean) @ basis.T, (test - mean) @ basis.T
