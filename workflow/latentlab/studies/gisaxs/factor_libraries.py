"""The two libraries of factors, opened together: any pair of entries gives a pattern, combined when read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import h5py
import numpy as np

from latentlab.artifacts import read_artifact
from latentlab.errors import ArtifactError
from latentlab.scattering.structure_factor_mean import StructureFactorCurve


class Libraries:
    """Form and structure factors over the first `crop` rows and columns (None: all); a context manager.

    Attributes
    ----------
    q_parallel : float64 (crop, crop) in 1/nm.
    alpha_f_deg, two_theta_f_deg : float64 (crop,), the axes, in degrees.

    Raises
    ------
    ArtifactError : a library is missing, damaged or of another grid.
    """

    def __init__(self, form_factors: Path | str, structure_factors: Path | str, crop: int | None) -> None:
        self._paths = (form_factors, structure_factors)
        self._crop = crop
        self._stack = ExitStack()

    def __enter__(self) -> Libraries:
        try:
            return self._open()
        except BaseException:
            self._stack.close()
            raise

    def _open(self) -> Libraries:
        form_path, structure_path = self._paths
        shapes = {
            "form_factors/intensity": (None, None, None),
            "q_parallel": (None, None),
            "parameters": (None, 2),
        }
        self._form = self._stack.enter_context(read_artifact(form_path, kind="form-factors", datasets=shapes))
        shapes = {
            "structure_factors/S": (None, None),
            "structure_factors/integral": (None, None),
            "structure_factors/omega_over_D": (None,),
            "structure_factors/q_D": (None,),
            "q_range": (2, None, None),
            "parameters": (None, 2),
        }
        structure = self._stack.enter_context(
            read_artifact(structure_path, kind="structure-factors", datasets=shapes)
        )
        grid = self._form["form_factors/intensity"].shape[1:]
        if self._form["q_parallel"].shape != grid:
            found = self._form["q_parallel"].shape
            raise ArtifactError(f"{form_path}: dataset 'q_parallel' has shape {found}, its images {grid}")
        if self._crop is not None and self._crop > min(grid):
            raise ArtifactError(f"{form_path}: a crop of {self._crop} does not fit its images of {grid}")
        self.q_parallel = self._form["q_parallel"][: self._crop, : self._crop]
        self.alpha_f_deg = self._form["form_factors/alpha_f"][: self._crop]
        self.two_theta_f_deg = self._form["form_factors/two_theta_f"][: self._crop]
        if structure["q_range"].shape[1:] != grid:
            found = structure["q_range"].shape[1:]
            raise ArtifactError(f"{structure_path}: dataset 'q_range' is for pixels {found}, expected {grid}")
        self._q_low, self._q_high = structure["q_range"][:, : self._crop, : self._crop]
        if not ((self._q_low <= self.q_parallel) & (self.q_parallel <= self._q_high)).all():
            raise ArtifactError(
                f"{form_path}: dataset 'q_parallel' lies outside of 'q_range' in {structure_path}; "
                "simulate both for one experiment"
            )
        self._structure = structure["structure_factors"]
        self._curves: dict[float, StructureFactorCurve] = {}
        self._form_parameters = self._form["parameters"][()]
        self._structure_parameters = structure["parameters"][()]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def form_factor(self, R_nm: float, sigma_over_R: float) -> np.ndarray:
        """<|F|^2>, float32 (crop, crop), in nm^6."""
        return self.form_factor_at(rows_of(self._form_parameters, [(R_nm, sigma_over_R)], self._paths[0])[0])

    def structure_factor(self, D_nm: float, omega_over_D: float) -> np.ndarray:
        """Mean of S over each pixel, float32 (crop, crop)."""
        row = rows_of(self._structure_parameters, [(D_nm, omega_over_D)], self._paths[1])[0]
        return self.structure_factor_at(row)

    def form_factor_at(self, row: int) -> np.ndarray:
        """<|F|^2> of a library row."""
        return self._row(self._form["form_factors/intensity"], row, 0)[: self._crop, : self._crop]

    def structure_factor_at(self, row: int) -> np.ndarray:
        """Mean of S over each pixel, of a library row."""
        D_nm, omega_over_D = self._row(self._structure_parameters, row, 1)
        return self._curve(omega_over_D).mean(self._q_low, self._q_high, D_nm)

    def _curve(self, omega_over_D: float) -> StructureFactorCurve:
        if omega_over_D not in self._curves:
            rows = np.flatnonzero(self._structure["omega_over_D"][()] == omega_over_D)
            if not len(rows):
                raise ArtifactError(f"{self._paths[1]}: there is no curve for omega/D = {omega_over_D:g}")
            curve = (self._row(self._structure[name], int(rows[0]), 1) for name in ("S", "integral"))
            self._curves[omega_over_D] = StructureFactorCurve(float(self._structure["q_D"][1]), *curve)
        return self._curves[omega_over_D]

    def _row(self, dataset: h5py.Dataset | np.ndarray, row: int, library: int) -> np.ndarray:
        if not 0 <= row < len(dataset):
            raise ArtifactError(f"{self._paths[library]}: there is no row {row}, only {len(dataset)}")
        try:
            return dataset[row]
        except OSError as error:
            raise ArtifactError(f"{self._paths[library]}: row {row} cannot be read, it is damaged") from error

    def patterns(self, parameters: np.ndarray) -> np.ndarray:
        """I = <|F|^2> S (thesis, eq. 2.28) of (n, 4) parameters: float32 (n, crop, crop), in nm^6."""
        images = np.empty((len(parameters), *self.q_parallel.shape), dtype=np.float32)
        forms = rows_of(self._form_parameters, parameters[:, :2], self._paths[0])
        structures = rows_of(self._structure_parameters, parameters[:, 2:], self._paths[1])
        for image, form, structure in zip(images, forms, structures, strict=True):
            image[:] = self.form_factor_at(form) * self.structure_factor_at(structure)
        return images


def rows_of(
    parameters: np.ndarray, wanted: Sequence[tuple[float, float]] | np.ndarray, path: Path | str
) -> np.ndarray:
    """Rows of a library, with `parameters` (n, 2), that hold the pairs `wanted` (k, 2): int64 (k,).

    Raises
    ------
    ArtifactError : the library in `path` does not hold a pair.
    """
    rows = {tuple(pair): row for row, pair in enumerate(parameters.round(6).tolist())}
    pairs = [tuple(pair) for pair in np.asarray(wanted, dtype=np.float64).round(6).tolist()]
    missing = next((pair for pair in pairs if pair not in rows), None)
    if missing is not None:
        raise ArtifactError(f"{path}: dataset 'parameters' holds no entry {missing}")
    return np.array([rows[pair] for pair in pairs], dtype=np.int64)
