"""PCA as a codec: bytes as stated, exact on what its components span, seeded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import PcaBasis, PcaCodec, fit_pca, pca_codecs
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.pca import _packed, _unpacked
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.protocol import from_log_scale, to_log_scale

SIDE = 16


def images(count: int, seed: int) -> np.ndarray:
    """Patterns of three dimensions on the log scale."""
    shapes = np.random.default_rng(99).normal(0, 0.02, (3, SIDE, SIDE))
    weights = np.random.default_rng(seed).uniform(-1, 1, (count, 3))
    return from_log_scale(0.5 + np.tensordot(weights, shapes, axes=1))


@pytest.fixture(scope="module")
def basis() -> PcaBasis:
    return fit_pca(images(40, 0), 3)


def test_what_the_components_span_comes_back(basis: PcaBasis) -> None:
    codec = PcaCodec(basis, 3, 16)
    for image in images(5, 0):
        decoded = codec.decode(codec.encode(image), SIDE)
        np.testing.assert_allclose(to_log_scale(decoded), to_log_scale(image), atol=1e-4)


@pytest.mark.parametrize(("components", "bits", "size"), [(1, 8, 1), (2, 12, 3), (3, 10, 4), (3, 1, 1)])
def test_bytes_are_components_times_bits(basis: PcaBasis, components: int, bits: int, size: int) -> None:
    codec = PcaCodec(basis, components, bits)
    assert codec.file_bytes == size
    assert len(codec.encode(images(1, 1)[0])) == size


def test_more_bits_come_closer(basis: PcaBasis) -> None:
    image = images(1, 0)[0]
    errors = []
    for bits in (2, 5, 10):
        codec = PcaCodec(basis, 3, bits)
        difference = to_log_scale(codec.decode(codec.encode(image), SIDE)) - to_log_scale(image)
        errors.append(float(np.abs(difference).mean()))
    assert errors[0] > errors[1] > errors[2]


def test_a_pattern_beyond_the_range_is_clipped(basis: PcaBasis) -> None:
    codec = PcaCodec(basis, 2, 4)
    assert np.isfinite(codec.decode(codec.encode(np.zeros((SIDE, SIDE), dtype=np.float32)), SIDE)).all()


def test_the_fit_is_seeded() -> None:
    first, second = (fit_pca(images(20, 0), 2) for _ in range(2))
    np.testing.assert_array_equal(first.components, second.components)


def test_levels_that_the_basis_cannot_do_are_left_out(basis: PcaBasis) -> None:
    codecs = pca_codecs(basis, [(3, 8), (1, 8), (64, 8)])["PCA"]
    assert list(codecs) == ["1 x 8 bits", "3 x 8 bits"]


def test_wrong_arguments_are_refused(basis: PcaBasis) -> None:
    with pytest.raises(ValueError, match="components is 4"):
        PcaCodec(basis, 4, 8)
    with pytest.raises(ValueError, match="bits is 17"):
        PcaCodec(basis, 1, 17)
    with pytest.raises(ValueError, match="px a side"):
        PcaCodec(basis, 1, 8).encode(np.ones((8, 8), dtype=np.float32))
    with pytest.raises(BitstreamError, match="expected 1"):
        PcaCodec(basis, 1, 8).decode(b"ab", SIDE)
    with pytest.raises(ValueError, match="n of 2 or more"):
        fit_pca(images(1, 0), 2)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 16), st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=20))
def test_packing_comes_back(bits: int, values: list[int]) -> None:
    levels = np.array(values, dtype=np.uint16) & np.uint16(2**bits - 1)
    data = _packed(levels, bits)
    assert len(data) == -(-bits * len(values) // 8)
    np.testing.assert_array_equal(_unpacked(data, len(values), bits), levels)
