"""The files of a user's folder of US3D (Data Fusion Contest 2019, track 1), found by their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from latentlab.errors import ConfigError

KEY = "config/config.yaml: us3d.folder"
CITY_CODES = ("JAX", "OMA")  # in the order of `classes.CITIES`
NAME = re.compile(r"(JAX|OMA)_(\d{3})_(\d{3})_(RGB|MSI|CLS|AGL)\.tif", re.IGNORECASE)
EXPECTED = "JAX_004_006_RGB.tif, _CLS.tif, _AGL.tif and, for the bands, _MSI.tif, and OMA_..."
LEAST_SITES = 3  # of each city: one for each split


class ImageName(NamedTuple):
    """One image: the city's code, the number of the site (tile) and of the view, as in the file's name."""

    city: str
    site: str
    view: str

    def __str__(self) -> str:
        return "_".join(self)


def us3d_files(folder: str | None) -> list[Path]:
    """The files of the images that can be used, in order of name; none without a folder.

    Parameters
    ----------
    folder : as in config/config.yaml, with all its subfolders; ~ at its start is the home folder.

    Raises
    ------
    ConfigError : no such folder, or no such files in it; also as `us3d_images`.
    """
    if folder is None:
        return []
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise ConfigError(f"{KEY}: '{folder}': there is no such folder")
    found = [file for file in path.rglob("*") if NAME.fullmatch(file.name)]
    if not found:
        raise ConfigError(
            f"{KEY}: '{folder}': neither the folder nor its subfolders hold images of US3D; expected files "
            f"named as in track 1 of the Data Fusion Contest 2019: {EXPECTED}"
        )
    images = us3d_images(found)
    return sorted(file for kinds in images.values() for file in kinds.values())


def us3d_images(files: Iterable[Path | str]) -> dict[ImageName, dict[str, Path]]:
    """The files of each image by kind, "RGB", "CLS", "AGL" and, if there are bands, "MSI"; images in order.

    An image without both labels and heights, as those that the contest asked predictions for, is left out, as
    nothing could be measured on it. Labels, heights or bands without the colours are no image.

    Raises
    ------
    ConfigError : an image twice, or with labels or heights alone; bands of some images only; no image with
        labels and heights; fewer than three sites of a city.
    """
    images: dict[ImageName, dict[str, Path]] = {}
    for file in sorted(map(Path, files)):
        *name, kind = NAME.fullmatch(file.name).groups()
        kinds = images.setdefault(ImageName(name[0].upper(), *name[1:]), {})
        if kind.upper() in kinds:
            raise ConfigError(
                f"{KEY}: two files have the same name, '{kinds[kind.upper()]}' and '{file}'; expected the "
                "images of track 1 alone, each once"
            )
        kinds[kind.upper()] = file
    coloured = {name: kinds for name, kinds in sorted(images.items()) if "RGB" in kinds}
    if not coloured:
        raise ConfigError(f"{KEY}: no file is named _RGB.tif; expected {EXPECTED}")
    for name, kinds in coloured.items():
        if ("CLS" in kinds) != ("AGL" in kinds):
            missing, there = ("AGL", "CLS") if "CLS" in kinds else ("CLS", "AGL")
            raise ConfigError(
                f"{KEY}: '{kinds[there]}' is there, but not {name}_{missing}.tif; expected both, labels and "
                "heights, or neither"
            )
    known = {name: kinds for name, kinds in coloured.items() if "CLS" in kinds}
    if not known:
        raise ConfigError(
            f"{KEY}: none of the {len(coloured)} images has labels and heights; expected the files _CLS.tif "
            "and _AGL.tif of Train-Track1-Truth"
        )
    _check_bands(known)
    _check_sites(known)
    return known


def check_bands_of_runs(files: Iterable[Path], runs: Mapping[str, Mapping[str, Any]], scale: str) -> None:
    """Refuse runs that are given or restore the eight bands, if the images have none.

    Parameters
    ----------
    files : of the images, as `us3d_files`; none for drawn scenes, which have bands. runs : records, by name.
    scale : named in the message.

    Raises
    ------
    ConfigError : there are such runs, but no files _MSI.tif.
    """
    kinds = {NAME.fullmatch(file.name).group(4).upper() for file in files}
    wanting = [name for name, record in runs.items() if "bands" in (record["input"], record["restores"])]
    if kinds and wanting and "MSI" not in kinds:
        raise ConfigError(
            f"{KEY}: the images have no bands, which these runs are given or restore: {', '.join(wanting)}; "
            "expected the files _MSI.tif of Train-Track1-MSI-*, or landcover.runs without these runs in "
            f"config/scales/{scale}.yaml"
        )


def _check_bands(images: Mapping[ImageName, Mapping[str, Path]]) -> None:
    without = [name for name, kinds in images.items() if "MSI" not in kinds]
    if without and len(without) < len(images):
        raise ConfigError(
            f"{KEY}: {len(without)} of {len(images)} images have no bands, the first missing file is "
            f"{without[0]}_MSI.tif; expected the bands of all images (all of Train-Track1-MSI-*) or of none"
        )


def _check_sites(images: Iterable[ImageName]) -> None:
    sites = Counter(city for city, _ in {(name.city, name.site) for name in images})
    for code in CITY_CODES:
        if sites[code] < LEAST_SITES:
            raise ConfigError(
                f"{KEY}: found images with labels and heights of {sites[code]} sites named {code}_...; "
                f"expected at least {LEAST_SITES} sites of each city, JAX and OMA: one for training, one for "
                "validation, one for the test"
            )
