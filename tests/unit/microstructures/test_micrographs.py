"""Tiles of micrographs: files of all kinds, threshold, places, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from latentlab.errors import ConfigError, FrameError
from latentlab.microstructures.micrograph_file import read_grey
from latentlab.microstructures.micrographs import (
    check_number,
    count_tiles,
    micrograph_tiles,
    otsu_threshold,
    segment,
)


def scene(height: int = 50, width: int = 70, dark: int = 60, bright: int = 190) -> np.ndarray:
    """A dark rectangle and a dark bar before a bright ground, with noise: uint8."""
    rng = np.random.default_rng(0)
    image = np.full((height, width), bright, dtype=np.float64)
    image[10:30, 15:40] = dark
    image[:, 55:60] = dark
    return (image + rng.normal(0, 8, image.shape)).clip(1, 254).astype(np.uint8)


def truth(height: int = 50, width: int = 70) -> np.ndarray:
    phases = np.ones((height, width), dtype=np.uint8)
    phases[10:30, 15:40] = 0
    phases[:, 55:60] = 0
    return phases


def save(path: Path, image: np.ndarray | Image.Image, **options: Any) -> Path:
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)
    return path


def test_tiles_places_and_labels(tmp_path: Path) -> None:
    save(tmp_path / "b.png", scene())
    save(tmp_path / "a.TIF", scene(40, 40))
    (tmp_path / "notes.txt").write_text("not an image")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    tiles = micrograph_tiles(tmp_path, 20)
    assert tiles.images.dtype == np.uint8
    assert tiles.images.shape == (4 + 6, 20, 20)
    assert tiles.labels["file"].tolist() == [0] * 4 + [1] * 6  # by name: a.TIF, b.png
    assert tiles.labels["top"].tolist() == [0, 0, 20, 20, 0, 0, 0, 20, 20, 20]
    assert tiles.labels["left"].tolist() == [0, 20, 0, 20, 0, 20, 40, 0, 20, 40]
    for image, file, top, left, fraction in zip(tiles.images, *tiles.labels.values(), strict=True):
        expected = (truth() if file else truth(40, 40))[top : top + 20, left : left + 20]
        np.testing.assert_array_equal(image, expected)
        assert fraction == pytest.approx((expected == 0).mean(), abs=1e-7)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_value_at_the_threshold_is_bright(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.array([[0, 1], [2, 1]], dtype=np.uint8))
    assert micrograph_tiles(path, 2, threshold=0.5).images.tolist() == [[[0, 1], [1, 1]]]
    assert micrograph_tiles(path, 2, threshold=0.51).images.tolist() == [[[0, 0], [1, 0]]]


def test_overlap_and_invert(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", scene())
    tiles = micrograph_tiles([path], 30, overlap=20)
    assert sorted(set(tiles.labels["top"].tolist())) == [0, 10, 20]
    assert sorted(set(tiles.labels["left"].tolist())) == [0, 10, 20, 30, 40]
    turned = micrograph_tiles(path, 30, overlap=20, invert=True)
    np.testing.assert_array_equal(turned.images, 1 - tiles.images)
    np.testing.assert_allclose(
        turned.labels["volume_fraction"], 1 - tiles.labels["volume_fraction"], atol=1e-6
    )


@settings(max_examples=20, deadline=None)
@given(height=st.integers(8, 30), width=st.integers(8, 30), side=st.integers(2, 8), data=st.data())
def test_tiles_are_windows_of_the_image(
    tmp_path_factory: pytest.TempPathFactory, height: int, width: int, side: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, side - 1))
    grey = np.random.default_rng(height * width).integers(0, 2**16, (height, width), dtype=np.uint16)
    path = save(tmp_path_factory.mktemp("tiles") / "a.png", grey)
    tiles = micrograph_tiles(path, side, threshold=0.4, overlap=overlap)
    phases = (grey - float(grey.min())) / (float(grey.max()) - grey.min()) >= 0.4
    step = side - overlap
    assert len(tiles) == ((height - side) // step + 1) * ((width - side) // step + 1)
    for image, top, left in zip(tiles.images, tiles.labels["top"], tiles.labels["left"], strict=True):
        np.testing.assert_array_equal(image, phases[top : top + side, left : left + side])


def test_otsu_between_two_peaks() -> None:
    rng = np.random.default_rng(1)
    peaks = np.concatenate([rng.normal(0.25, 0.03, 3000), rng.normal(0.75, 0.03, 700)]).clip(0, 1)
    assert 0.35 < otsu_threshold(peaks) < 0.65
    # two values: half way between
    assert otsu_threshold(np.array([0.1] * 5 + [0.9] * 2)) == pytest.approx(0.5, abs=1 / 256)
    with pytest.raises(ValueError, match="one bin of the histogram"):
        otsu_threshold(np.full(9, 0.5))


def test_otsu_has_the_largest_variance_between_classes() -> None:
    values = np.random.default_rng(2).beta(2, 5, 500).round(2)

    def between(level: float) -> float:
        low, high = values[values < level], values[values >= level]
        return len(low) * len(high) * (low.mean() - high.mean()) ** 2

    best = max(between(level) for level in np.linspace(values.min() + 0.005, values.max() - 0.005, 200))
    assert between(otsu_threshold(values)) == pytest.approx(best, rel=0.01)


def test_percentiles_clip_outliers(tmp_path: Path) -> None:
    grey = scene().astype(np.uint16) * 50
    grey[0, 0] = 65535
    path = save(tmp_path / "a.png", grey)
    plain = micrograph_tiles(path, 50, threshold=0.5)
    clipped = micrograph_tiles(path, 50, threshold=0.5, percentiles=(1, 99))
    assert (plain.images == 0).sum() == 50 * 50 - 1  # the hot pixel squeezes all else
    np.testing.assert_array_equal(clipped.images[0], truth()[:, :50])


def test_binning_averages_before_the_threshold(tmp_path: Path) -> None:
    grey = np.array([[0, 8, 200, 200, 9], [0, 8, 200, 40, 9], [90, 90, 0, 0, 9]], dtype=np.uint8)
    path = save(tmp_path / "a.png", grey)
    # means 4 and 160 of the blocks, scaled to 0 and 1; the third row and the fifth column remain
    assert segment(path, 1, threshold=0.5, binning=2).tolist() == [[0, 1]]
    tiles = micrograph_tiles(path, 1, threshold=0.5, binning=2)
    assert tiles.images.tolist() == [[[0]], [[1]]]
    assert tiles.labels["left"].tolist() == [0, 2]  # of the original image
    assert segment(path, 1, threshold=0.5).shape == grey.shape


def test_binned_tiles_are_counted(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", scene(90, 130))
    for side, binning in ((10, 1), (10, 2), (10, 3), (30, 3), (44, 2)):
        expected = count_tiles((90, 130), side, binning)
        assert (
            len(micrograph_tiles(path, side, binning=binning))
            == expected
            == (90 // (side * binning) * (130 // (side * binning)))
        )
    with pytest.raises(
        FrameError, match=r"at least 92 x 92 px \(tiles of 46 px at binning 2\), found 90 x 130"
    ):
        micrograph_tiles(path, 46, binning=2)
    with pytest.raises(ConfigError, match="binning: expected 1 or more, found 0"):
        micrograph_tiles(path, 10, binning=0)


def test_too_few_tiles_are_one_sentence() -> None:
    check_number(14, images=2, side=32, binning=1, least=14)
    found = r"^config/config.yaml: micrographs.paths: 2 image\(s\) hold 13 tile\(s\) of"
    expected = "expected 14 or more; give more or larger images"
    with pytest.raises(ConfigError, match=f"{found} 32 x 32 pixels, {expected}$"):
        check_number(13, images=2, side=32, binning=1, least=14)
    tile = r"64 x 64 pixels \(tiles of 32 px at binning 2\)"
    with pytest.raises(ConfigError, match=f"{found} {tile}, {expected}, or a smaller binning$"):
        check_number(13, images=2, side=32, binning=2, least=14)


GREY8 = scene()
GREY16 = scene().astype(np.uint16) * 257
RGB8 = np.stack([GREY8, 255 - GREY8, GREY8 // 2], axis=-1)
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
LUMINANCE = RGB8 @ WEIGHTS
PALETTE = Image.fromarray(RGB8).quantize(12)
COLOURS = np.asarray(PALETTE.convert("RGB")) @ WEIGHTS


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        ("grey8.png", lambda path: save(path, GREY8), GREY8),
        ("grey16.png", lambda path: save(path, GREY16), GREY16),
        ("bit.png", lambda path: save(path, Image.fromarray(GREY8 > 99)), 255.0 * (GREY8 > 99)),
        ("rgb8.png", lambda path: save(path, RGB8), LUMINANCE),
        ("rgba8.png", lambda path: save(path, Image.fromarray(RGB8).convert("RGBA")), LUMINANCE),
        (
            "rgb16.png",
            lambda path: path.write_bytes(imagecodecs.png_encode(RGB8 * np.uint16(257))),
            257 * LUMINANCE,
        ),
        ("grey_alpha.png", lambda path: save(path, Image.fromarray(GREY8).convert("LA")), GREY8),
        ("palette.png", lambda path: save(path, PALETTE), COLOURS),
        ("grey8.tif", lambda path: save(path, GREY8), GREY8),
        ("grey16.tif", lambda path: save(path, GREY16), GREY16),
        ("big_endian.tif", lambda path: save(path, Image.fromarray(GREY16.astype(">u2"))), GREY16),
        ("lzw.tiff", lambda path: save(path, GREY16, compression="tiff_lzw"), GREY16),
        ("deflate.tif", lambda path: save(path, RGB8, compression="tiff_adobe_deflate"), LUMINANCE),
        ("rgba8.tif", lambda path: save(path, Image.fromarray(RGB8).convert("RGBA")), LUMINANCE),
        ("bigtiff.tif", lambda path: save(path, GREY8, big_tiff=True), GREY8),
        ("bit.tif", lambda path: save(path, Image.fromarray(GREY8 > 99)), 1.0 * (GREY8 > 99)),
        ("palette.tif", lambda path: save(path, PALETTE), COLOURS),
        ("white_is_0.tif", lambda path: save(path, GREY8, tiffinfo={262: 0}), GREY8),
    ],
)
def test_formats(tmp_path: Path, name: str, write: Callable[[Path], Any], expected: np.ndarray) -> None:
    write(tmp_path / name)
    grey = read_grey(tmp_path / name)
    assert grey.dtype == np.float64
    np.testing.assert_allclose(grey, expected, rtol=1e-12, atol=1e-9)


def test_jpeg_in_a_tiff(tmp_path: Path) -> None:
    smooth = np.stack(
        np.broadcast_arrays(np.linspace(20, 230, 64)[:, None], 90, np.linspace(9, 200, 64)), axis=-1
    )
    rgb = Image.fromarray(smooth.astype(np.uint8))
    for image in (rgb, rgb.convert("YCbCr")):
        path = save(tmp_path / f"{image.mode}.tif", image, compression="jpeg", quality=95)
        np.testing.assert_allclose(read_grey(path), smooth @ WEIGHTS, atol=4)


@pytest.mark.parametrize(
    ("name", "write", "message"),
    [
        (
            "small.png",
            lambda path: save(path, GREY8[:19]),
            "expected an image of at least 20 x 20 px, found 19 x 70",
        ),
        ("flat.png", lambda path: save(path, np.full((40, 40), 7, np.uint8)), "the image is constant, at 7"),
        (
            "float.tif",
            lambda path: save(path, GREY8.astype(np.float32)),
            "found 32 bits and photometric .* 1",
        ),
        (
            "cmyk.tif",
            lambda path: save(path, Image.fromarray(RGB8).convert("CMYK")),
            "photometric interpretation 5",
        ),
        (
            "int32.tif",
            lambda path: save(path, GREY8.astype(np.int32)),
            "expected a grey or RGB image of 8 or 16 bits",
        ),
        (
            "stack.tif",
            lambda path: save(path, GREY8, save_all=True, append_images=[Image.fromarray(GREY8)]),
            "expected one image, the file holds several",
        ),
        (
            "clear.png",
            lambda path: save(path, np.dstack([RGB8, np.full_like(GREY8, 99)])),
            "the image has transparent pixels; expected an opaque one",
        ),
        (
            "cut.png",
            lambda path: path.write_bytes(imagecodecs.png_encode(GREY8)[:300]),
            "not a readable PNG or TIFF",
        ),
        ("text.tif", lambda path: path.write_text("no image at all"), "not a readable PNG or TIFF"),
        ("empty.png", lambda path: path.write_bytes(b""), "not a readable PNG or TIFF"),
    ],
)
def test_unusable_images(tmp_path: Path, name: str, write: Callable[[Path], Any], message: str) -> None:
    write(tmp_path / name)
    with pytest.raises(FrameError, match=f"{name}: .*{message}|{name}: {message}"):
        micrograph_tiles(tmp_path, 20)


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("cut", [5, 9, 60, 200, 2000])
def test_truncated_tiff(tmp_path: Path, cut: int, compression: str | None) -> None:
    data = save(tmp_path / "a.tif", GREY8, compression=compression).read_bytes()
    assert cut < len(data)
    (tmp_path / "a.tif").write_bytes(data[:cut])
    with pytest.raises(FrameError, match="not a readable PNG or TIFF"):
        read_grey(tmp_path / "a.tif")


def test_bad_paths_and_settings(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", GREY8)
    with pytest.raises(ConfigError, match="there is no such file; expected a PNG or TIFF image"):
        micrograph_tiles([path, tmp_path / "b.png"], 20)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="expected PNG or TIFF images in this folder, found none"):
        micrograph_tiles(tmp_path / "empty", 20)
    with pytest.raises(ConfigError, match="at least one image, the list is empty"):
        micrograph_tiles([], 20)
    (tmp_path / "a.jpg").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"a\.jpg: expected a file named \.png, \.tif, \.tiff"):
        micrograph_tiles(tmp_path / "a.jpg", 20)
    for settings_, message in (
        ({"overlap": 20}, "overlap: expected 0 to 19 px for tiles of 20 px, found 20"),
        ({"threshold": 1.0}, "threshold: expected otsu or a number between 0 and 1, found 1.0"),
        ({"threshold": "mean"}, "threshold: expected otsu or a number between 0 and 1, found 'mean'"),
        (
            {"percentiles": (60, 40)},
            "percentiles: expected two rising numbers from 0 to 100, found 60 and 40",
        ),
    ):
        with pytest.raises(ConfigError, match=message):
            micrograph_tiles(path, 20, **settings_)
