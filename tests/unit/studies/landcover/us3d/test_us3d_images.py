"""Reading the images of US3D: every layout that files come in, and what is said of those that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from tests.unit.studies.landcover.us3d.tiny_us3d import EMPTY_TILE, VOID_TILE, WATER_TILE, image_arrays, tile

from latentlab.errors import FrameError
from latentlab.studies.landcover.classes import CLASSES, VOID
from latentlab.studies.landcover.us3d.images import read_image

KINDS = ("RGB", "CLS", "AGL", "MSI")
ARRAYS = image_arrays(7)


def _write(folder: Path, arrays: dict[str, np.ndarray], **options) -> dict[str, Path]:
    files = {kind: folder / f"JAX_004_006_{kind}.tif" for kind in arrays}
    for kind, pixels in arrays.items():
        tifffile.imwrite(files[kind], pixels, **options.get(kind, {}))
    return files


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The four files of one image, not compressed; read them only."""
    return _write(tmp_path_factory.mktemp("good"), ARRAYS)


def test_reads_colours_bands_labels_and_heights(good: dict[str, Path]) -> None:
    image = read_image(good)
    assert (image.rgb.dtype, image.bands.dtype, image.height.dtype, image.labels.dtype) == (
        np.uint8,
        np.uint16,
        np.float32,
        np.uint8,
    )
    np.testing.assert_array_equal(image.rgb, np.moveaxis(ARRAYS["RGB"], -1, 0))
    np.testing.assert_array_equal(image.bands, np.moveaxis(ARRAYS["MSI"], -1, 0))
    for code, name in {5: "vegetation", 9: "water", 2: "ground", 6: "building"}.items():
        np.testing.assert_array_equal(image.labels == CLASSES.index(name), ARRAYS["CLS"] == code)
    np.testing.assert_array_equal(image.labels == VOID, ARRAYS["CLS"] == 65)


def test_a_height_without_data_is_nan_but_water_is_at_zero(good: dict[str, Path]) -> None:
    height = read_image(good).height
    assert np.isnan(height[tile(*EMPTY_TILE)]).all()
    assert (height[tile(*WATER_TILE)] == 0).all()
    assert np.isfinite(height[tile(*VOID_TILE)]).all()
    assert (height[tile(7, 7)] == 12).all()


def test_bands_may_be_missing(good: dict[str, Path]) -> None:
    assert read_image({kind: good[kind] for kind in KINDS[:3]}).bands is None


def _no_data(value: str) -> dict[str, object]:
    return {"extratags": [(42113, "s", 0, value, True)]}  # GDAL_NODATA, text


@pytest.mark.parametrize(
    ("stored", "options"),
    [(-9999.0, {}), (np.inf, {}), (3.4e38, {}), (-1.0, _no_data("-1")), (np.nan, _no_data("nan"))],
)
def test_every_value_for_no_data_is_unknown(
    tmp_path: Path, good: dict[str, Path], stored: float, options: dict[str, object]
) -> None:
    height = ARRAYS["AGL"].copy()
    height[500:520, 600:700] = stored
    files = _write(tmp_path, {"AGL": height}, AGL=options)
    found = read_image({**good, **files}).height
    assert np.isnan(found[500:520, 600:700]).all()
    assert np.isfinite(found[520:, 600:]).all()


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "lzw"},
        {"compression": "zlib", "predictor": True},
        {"tile": (256, 256), "compression": "zlib"},
        {"tile": (256, 256)},
        {"rowsperstrip": 64, "compression": "deflate"},
    ],
    ids=["lzw", "deflate-predictor", "tiled-deflate", "tiled", "strips-deflate"],
)
def test_every_compression_gives_the_same_image(
    tmp_path: Path, good: dict[str, Path], options: dict[str, object]
) -> None:
    kinds = {kind: ARRAYS[kind] for kind in ("RGB", "CLS", "AGL")}
    plain, packed = (
        read_image(good),
        read_image({**good, **_write(tmp_path, kinds, **dict.fromkeys(kinds, options))}),
    )
    for name in ("rgb", "labels", "height"):
        np.testing.assert_array_equal(getattr(packed, name), getattr(plain, name))


@pytest.mark.parametrize(
    ("last", "options"),
    [
        (True, {}),  # the contest's own files: tifffile's pages of 1024 x 8
        (
            True,
            {"photometric": "minisblack", "planarconfig": "contig", "compression": "lzw"},
        ),  # GDAL, by pixel
        (
            False,
            {"photometric": "minisblack", "planarconfig": "separate", "compression": "zlib"},
        ),  # GDAL, by band
        (False, {"compression": "zlib"}),
    ],
    ids=["contest", "by-pixel", "by-band", "band-first"],
)
def test_bands_may_come_first_or_last(
    tmp_path: Path, good: dict[str, Path], last: bool, options: dict[str, object]
) -> None:
    bands = ARRAYS["MSI"] if last else np.moveaxis(ARRAYS["MSI"], -1, 0)
    found = read_image({**good, **_write(tmp_path, {"MSI": np.ascontiguousarray(bands)}, MSI=options)})
    np.testing.assert_array_equal(found.bands, np.moveaxis(ARRAYS["MSI"], -1, 0))


def test_a_few_other_codes_are_void(tmp_path: Path, good: dict[str, Path]) -> None:
    labels = ARRAYS["CLS"].copy()
    labels[1000:, :100] = 7  # noise, in the LAS standard
    labels[900:950, :100] = 17
    found = read_image({**good, **_write(tmp_path, {"CLS": labels})}).labels
    assert (found[1000:, :100] == VOID).all()
    assert (found[900:950, :100] == CLASSES.index("clutter")).all()


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


@pytest.mark.parametrize(
    ("kind", "pixels", "message"),
    [
        (
            "RGB",
            np.zeros((2048, 2048, 3), np.uint8),
            "expected an image of 1024 x 1024 x 3 px, .* 2048 x 2048 x 3",
        ),
        ("RGB", np.zeros((1024, 1024, 3), np.uint16), "expected values of type uint8, found uint16"),
        ("RGB", np.zeros((1024, 1024), np.uint8), "expected an image of 1024 x 1024 x 3 px"),
        ("MSI", np.zeros((1024, 1024, 4), np.uint16), "expected an image of 1024 x 1024 x 8 px"),
        ("MSI", np.zeros((1024, 1024, 8), np.float32), "expected values of type uint16, found float32"),
        ("CLS", np.zeros((512, 512), np.uint8), "expected an image of 1024 x 1024 px, .* found 512 x 512"),
        (
            "CLS",
            np.ones((1024, 1024), np.uint8),
            "100% of the labels are 1; expected the codes 2, 5, 6, 9, 17",
        ),
        ("AGL", np.zeros((1024, 1024), np.float64), "expected values of type float32, found float64"),
    ],
)
def test_says_what_is_wrong_with_a_file(
    tmp_path: Path, good: dict[str, Path], kind: str, pixels: np.ndarray, message: str
) -> None:
    options = {kind: {"photometric": "rgb" if kind == "RGB" and pixels.ndim == 3 else "minisblack"}}
    files = _write(tmp_path, {kind: pixels}, **options)
    with pytest.raises(FrameError, match=message) as error:
        read_image({**good, **files})
    assert str(error.value).startswith(f"{files[kind]}: ")


def _text(path: Path) -> None:
    path.write_text("no image")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "compression"), [(_cut_short, None), (_cut_short, "zlib"), (_text, None), (_empty, None)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_named(
    tmp_path: Path, good: dict[str, Path], kind: str, compression: str | None, damage: Callable[[Path], None]
) -> None:
    files = _write(tmp_path, {kind: ARRAYS[kind]}, **{kind: {"compression": compression}})
    damage(files[kind])
    with pytest.raises(FrameError, match="not a readable TIFF image, truncated or damaged") as error:
        read_image({**good, **files})
    assert str(error.value).startswith(f"{files[kind]}: ")
    assert "\n" not in str(error.value)


def test_a_file_that_is_gone_is_named(tmp_path: Path, good: dict[str, Path]) -> None:
    with pytest.raises(FrameError, match=r"JAX_004_006_CLS\.tif: there is no such file"):
        read_image({**good, "CLS": tmp_path / "JAX_004_006_CLS.tif"})
