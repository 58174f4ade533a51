"""Clean patterns read from artifacts: stored ones, and ones combined from the two libraries when read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from latentlab.artifacts import read_artifact
from latentlab.errors import ArtifactError
from latentlab.scattering.detector import bin_mean
from latentlab.studies.gisaxs.exposure import exposure
from latentlab.studies.gisaxs.factor_libraries import Libraries

CACHE_BYTES = 2**30  # sets that fit in this are kept in memory after they are combined


class Patterns(Protocol):
    """Clean patterns in raw intensity: float32 (side, side), rows along alpha_f, columns along 2theta_f.

    Attributes
    ----------
    parameters : float64 (n, 4): R in nm, sigma/R, D in nm, omega/D.
    gaps : bool (side, side), True where the detector counts nothing.
    """

    parameters: np.ndarray
    gaps: torch.Tensor

    def __len__(self) -> int: ...

    def clean(self, index: int) -> torch.Tensor:
        """Pattern `index`, float32 (side, side), raw intensity."""
        ...


class StoredPatterns:
    """One split of patterns whose images are stored: "train", "test" of the small set, or "examples".

    Raises
    ------
    ArtifactError : no such artifact or split, or shapes that do not fit together.
    """

    def __init__(self, path: Path | str, split: str) -> None:
        with read_artifact(path, kind="patterns") as file:
            side = int(file.attrs["side"])
        shapes = {
            f"{split}/intensity": (None, side, side),
            f"{split}/parameters": (None, 4),
            "gaps": (side, side),
        }
        with read_artifact(path, kind="patterns", datasets=shapes) as file:
            self.images = torch.from_numpy(file[f"{split}/intensity"][()])
            self.parameters = file[f"{split}/parameters"][()]
            self.gaps = torch.from_numpy(file["gaps"][()])
        _check_lengths(path, f"{split}/parameters", len(self.parameters), len(self.images))

    def __len__(self) -> int:
        return len(self.images)

    def clean(self, index: int) -> torch.Tensor:
        """Pattern `index`, float32 (side, side), raw intensity."""
        return self.images[index]


class CombinedPatterns:
    """One split of a data set that is an index over the two libraries: the large one.

    A pattern is <|F|^2> S (thesis, eq. 2.28), cropped, binned by mean, and scaled so that its
    `exposure` is that of the small set: over the whole parameter space the intensities themselves span
    many decades (they grow as R^6), while the exposure of a measurement is chosen.

    Parameters
    ----------
    path : artifact of kind "pattern-index".
    form_factors, structure_factors : the library artifacts that it indexes.
    split : "train" or "test".

    Raises
    ------
    ArtifactError : an artifact is missing, damaged or does not fit the others.
    """

    def __init__(
        self, path: Path | str, form_factors: Path | str, structure_factors: Path | str, split: str
    ) -> None:
        names = [f"{split}/{name}" for name in ("parameters", "form_factor", "structure_factor")]
        shapes = {names[0]: (None, 4), names[1]: (None,), names[2]: (None,), "gaps": (None, None)}
        with read_artifact(path, kind="pattern-index", datasets=shapes) as file:
            self.parameters, self._form, self._structure = (file[name][()] for name in names)
            self.gaps = torch.from_numpy(file["gaps"][()])
            self._crop, self._binning = int(file.attrs["crop"]), int(file.attrs["binning"])
            self._exposure = float(file.attrs["exposure"])
        _check_lengths(path, names[1], len(self._form), len(self))
        _check_lengths(path, names[2], len(self._structure), len(self))
        self._path = path
        self._library_paths = (form_factors, structure_factors)
        self._libraries: Libraries | None = None
        self._reader = os.getpid()
        size = len(self) * self.gaps.numel() * 4
        self._cache: dict[int, torch.Tensor] | None = {} if size <= CACHE_BYTES else None

    def __getstate__(self) -> dict[str, Any]:
        """The state for a worker process: everything except the open files."""
        return {**self.__dict__, "_libraries": None}

    def __len__(self) -> int:
        return len(self.parameters)

    def clean(self, index: int) -> torch.Tensor:
        """Pattern `index`, float32 (side, side), raw intensity."""
        if self._cache is None:
            return self._combined(index)
        if index not in self._cache:
            self._cache[index] = self._combined(index)
        return self._cache[index]

    def _combined(self, index: int) -> torch.Tensor:
        if self._libraries is None or self._reader != os.getpid():
            # opened in the process that reads: HDF5 files must not be shared with workers
            self._libraries = Libraries(*self._library_paths, self._crop).__enter__()
            self._reader = os.getpid()
        try:
            form = self._libraries.form_factor_at(self._form[index])
            structure = self._libraries.structure_factor_at(self._structure[index])
        except ArtifactError as error:
            raise ArtifactError(f"{self._path}: pattern {index} cannot be combined: {error}") from error
        image = bin_mean((form * structure)[None], self._binning)[0]
        factor = self._exposure / exposure(image, ~self.gaps.numpy())
        return torch.from_numpy((image * factor).astype(np.float32))


def _check_lengths(path: Path | str, name: str, found: int, expected: int) -> None:
    if found != expected:
        raise ArtifactError(f"{path}: dataset '{name}' has {found} entries, expected {expected}")


def open_patterns(
    dataset: Path | str, split: str, libraries: tuple[Path | str, Path | str] | None = None
) -> StoredPatterns | CombinedPatterns:
    """Open a split of the small data set, or, given its (form, structure) libraries, of the large one."""
    if libraries is None:
        return StoredPatterns(dataset, split)
    return CombinedPatterns(dataset, *libraries, split)
