"""Principal components of the training patterns, coefficients uniformly quantised: the linear codec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.protocol import (
    CodecLevels,
    from_log_scale,
    to_log_scale,
)

# components, bits of each coefficient
PCA_LEVELS = ((2, 12), (4, 8), (8, 8), (16, 8), (32, 8), (48, 10), (64, 10), (96, 10))
SEED = 0  # of the randomised decomposition
MARGIN = 0.05  # of the training coefficients' range, added at each end for patterns that were not seen


@dataclass(frozen=True)
class PcaBasis:
    """Principal components of patterns on the log scale (dimensionless, 0 to 1).

    Attributes
    ----------
    mean : float32 (pixels,). components : float32 (k, pixels), orthonormal, strongest first.
    low, high : float64 (k,), the range that a coefficient is quantised over.
    """

    mean: np.ndarray
    components: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def side(self) -> int:
        """Side of the patterns in pixels."""
        return round(len(self.mean) ** 0.5)


@dataclass(frozen=True)
class PcaCodec:
    """The first components of a basis, each coefficient an integer of `bits` bits.

    A file is the packed integers, ceil(components bits / 8) bytes. The basis is not counted, as the
    weights of learned codecs are not.

    Attributes
    ----------
    basis : what `fit_pca` found. components : how many are used. bits : of each coefficient, 1 to 16.
    """

    basis: PcaBasis
    components: int
    bits: int

    def __post_init__(self) -> None:
        if not 1 <= self.components <= len(self.basis.components):
            raise ValueError(
                f"components is {self.components}, expected 1 to the basis' {len(self.basis.components)}"
            )
        if not 1 <= self.bits <= 16:
            raise ValueError(f"bits is {self.bits}, expected 1 to 16 a coefficient")

    @property
    def file_bytes(self) -> int:
        """Bytes of every file."""
        return -(-self.components * self.bits // 8)

    def encode(self, image: np.ndarray) -> bytes:
        """Bytes of a float32 image (side, side), relative to its maximum; ValueError on a wrong image."""
        scaled = to_log_scale(image)
        if len(scaled) != self.basis.side:
            raise ValueError(
                f"image is {len(scaled)} px a side, the basis was fitted to {self.basis.side} px"
            )
        used = self.basis.components[: self.components]
        low, high = self.basis.low[: self.components], self.basis.high[: self.components]
        coefficients = used @ (scaled.reshape(-1) - self.basis.mean)
        steps = 2**self.bits - 1
        levels = np.rint((coefficients - low) / (high - low) * steps)
        return _packed(np.clip(levels, 0, steps).astype(np.uint16), self.bits)

    def decode(self, data: bytes, side: int) -> np.ndarray:
        """Float32 image (side, side), relative to its maximum.

        Raises
        ------
        BitstreamError : not as many bytes as this codec writes. ValueError : another side than the basis'.
        """
        if side != self.basis.side:
            raise ValueError(f"side is {side} px, the basis was fitted to {self.basis.side} px")
        if len(data) != self.file_bytes:
            raise BitstreamError(f"the file has {len(data)} bytes, expected {self.file_bytes}")
        levels = _unpacked(data, self.components, self.bits)
        low, high = self.basis.low[: self.components], self.basis.high[: self.components]
        coefficients = (low + levels / (2**self.bits - 1) * (high - low)).astype(np.float32)
        scaled = self.basis.mean + coefficients @ self.basis.components[: self.components]
        return from_log_scale(scaled.reshape(side, side))


def fit_pca(images: np.ndarray, components: int) -> PcaBasis:
    """Principal components of training patterns on the log scale (randomised, seeded: Halko et al. 2011).

    Parameters
    ----------
    images : float32 (n, side, side), each relative to its maximum.
    components : how many; at most n - 1 are kept, as n patterns span no more.

    Raises
    ------
    ValueError : fewer than 2 patterns, or no component asked for.
    """
    if images.ndim != 3 or len(images) < 2:
        raise ValueError(f"images has shape {images.shape}, expected (n, side, side) with n of 2 or more")
    if components < 1:
        raise ValueError(f"components is {components}, expected 1 or more")
    scaled = np.stack([to_log_scale(image).reshape(-1) for image in images])
    kept = min(components, len(images) - 1, scaled.shape[1])
    fitted = PCA(n_components=kept, svd_solver="randomized", random_state=SEED).fit(scaled)
    coefficients = (scaled - fitted.mean_) @ fitted.components_.T
    low, high = coefficients.min(axis=0).astype(np.float64), coefficients.max(axis=0).astype(np.float64)
    margin = MARGIN * np.maximum(high - low, np.finfo(np.float32).eps)
    return PcaBasis(
        fitted.mean_.astype(np.float32), fitted.components_.astype(np.float32), low - margin, high + margin
    )


def pca_codecs(basis: PcaBasis, levels: Sequence[tuple[int, int]] = PCA_LEVELS) -> CodecLevels:
    """PCA at each (components, bits) that the basis is large enough for, fewest bytes first."""
    possible = [pair for pair in levels if pair[0] <= len(basis.components)]
    codecs = {f"{k} x {bits} bits": PcaCodec(basis, k, bits) for k, bits in possible}
    return {"PCA": dict(sorted(codecs.items(), key=lambda item: item[1].file_bytes))}


def _packed(levels: np.ndarray, bits: int) -> bytes:
    planes = (levels[:, None] >> np.arange(bits - 1, -1, -1, dtype=np.uint16)) & 1
    return np.packbits(planes.astype(np.uint8).reshape(-1)).tobytes()


def _unpacked(data: bytes, count: int, bits: int) -> np.ndarray:
    planes = np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=count * bits).reshape(count, bits)
    return planes.astype(np.int64) @ (1 << np.arange(bits - 1, -1, -1, dtype=np.int64))
