"""The two-factor codec: learned, using that I = F S; one short code for each of the two factors.

A code is a point of a few learned coordinates; a network of radial units turns it into coefficients of
log10 F or of log10 S. The coordinates are isometric: a step anywhere changes the pattern by about the
same number of decades, so that one step width quantises all of them and no entropy model is
needed. Encoding is analysis by synthesis: the nearest training pair's codes, Gauss-Newton on both codes,
the best of the roundings.
A last number corrects the decoded maximum: it depends on one pixel, whose error would shift the whole
pattern.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.errors import ArtifactError, BitstreamError
from latentlab.log_scale import FLOOR
from latentlab.studies.gisaxs.parameter_space.library_search import (
    LogSquares,
    PhotonLikelihood,
    log_binned,
    search_of,
)
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace, bin_mean, relative

KIND = "two-factor"
MARGIN = 0.02  # of a coordinate's range, added on both sides for patterns between and outside the entries
STEPS = 4  # Gauss-Newton steps
PROBE = 2e-3  # decades: half width of the difference quotients
REACH = 0.1  # decades, the largest Gauss-Newton step
DAMPING = 1e-3  # of the mean curvature
MADE = 8  # roundings whose patterns are computed and compared
CORRECTION = 0.3  # decades, the largest correction of the maximum, either way


@dataclass(frozen=True)
class RadialNetwork:
    """Coordinates (n, d) to coefficients (n, k): cubic radial units, a constant and a linear part.

    Attributes
    ----------
    centres : float64 (m, d), in the coordinates' unit, decades rms.
    weights : float64 (m + 1 + d, k).
    coordinates : float64 (entries, d), those of the training entries.
    """

    centres: np.ndarray
    weights: np.ndarray
    coordinates: np.ndarray

    def __call__(self, coordinates: np.ndarray) -> np.ndarray:
        """Coefficients, float64 (n, k), in decades."""
        return radial_features(coordinates, self.centres) @ self.weights


def radial_features(coordinates: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """|z - centre|^3 of each centre, 1 and z: float64 (n, m + 1 + d), of coordinates z (n, d).

    The units of a polyharmonic spline: no width to choose (Duchon 1977; Wahba 1990, sec. 2.4).
    """
    square = ((coordinates[:, None] - centres) ** 2).sum(axis=2)
    return np.hstack([square**1.5, np.ones((len(coordinates), 1)), coordinates])


@dataclass(frozen=True)
class TwoFactorModel:
    """The decoders of the codes of the two factors."""

    form: RadialNetwork
    structure: RadialNetwork

    @property
    def dimensions(self) -> int:
        """Numbers in the form factor's code; the others are the structure factor's."""
        return self.form.centres.shape[1]


def save_two_factor(
    path: Path | str,
    model: TwoFactorModel,
    record: Mapping[str, Any],
    errors: Mapping[str, float],
    *,
    rule: str,
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write the model; `errors` are those of the training, stored as JSON for the reader.

    rule, record, inputs, code : as `artifacts.write_artifact` takes them.
    """
    with write_artifact(path, kind=KIND, rule=rule, record=record, inputs=inputs, code=code) as file:
        file.attrs["training_errors"] = json.dumps(dict(errors), sort_keys=True)
        for name in ("form", "structure"):
            for field in fields(RadialNetwork):
                file[f"{name}/{field.name}"] = getattr(getattr(model, name), field.name)


def load_two_factor(path: Path | str) -> TwoFactorModel:
    """Read a model.

    Raises
    ------
    ArtifactError : not a two-factor model, or datasets that do not fit together.
    """
    names = [field.name for field in fields(RadialNetwork)]
    shapes = {f"{net}/{name}": (None, None) for net in ("form", "structure") for name in names}
    with read_artifact(path, kind=KIND, datasets=shapes) as file:
        networks = [
            RadialNetwork(*(file[f"{net}/{name}"][()] for name in names)) for net in ("form", "structure")
        ]
    for net, network in zip(("form", "structure"), networks, strict=True):
        rows = sum(network.centres.shape) + 1
        if len(network.weights) != rows or network.coordinates.shape[1] != network.centres.shape[1]:
            raise ArtifactError(
                f"{path}: dataset '{net}/weights' has {len(network.weights)} rows, its centres of shape "
                f"{network.centres.shape} require {rows}"
            )
    return TwoFactorModel(*networks)


@dataclass(frozen=True)
class Quantiser:
    """One step width for all coordinates, packed as one integer of mixed radix.

    Attributes
    ----------
    low : float64 (d,), value of level 0. step : width, in decades. levels : of each coordinate.
    """

    low: np.ndarray
    step: float
    levels: tuple[int, ...]

    @classmethod
    def of(cls, coordinates: list[np.ndarray], n_bytes: int) -> Quantiser:
        """The finest that fits `n_bytes` per pattern, over the ranges of the coordinates (entries, d) given.

        Raises
        ------
        ValueError : not even two levels per coordinate fit.
        """
        low = np.concatenate([points.min(axis=0) for points in coordinates])
        width = np.concatenate([np.ptp(points, axis=0) for points in coordinates])
        low, width = low - MARGIN * width, (1 + 2 * MARGIN) * width
        budget = 1 << (8 * n_bytes)

        def levels(step: float) -> tuple[int, ...]:
            return tuple(max(2, math.ceil(extent / step) + 1) for extent in width.tolist())

        fine, coarse = width.max() / budget, width.max()
        if math.prod(levels(coarse)) > budget:
            raise ValueError(f"{n_bytes} bytes are too few for {len(low)} coordinates")
        for _ in range(200):
            middle = math.sqrt(fine * coarse)
            fine, coarse = (middle, coarse) if math.prod(levels(middle)) > budget else (fine, middle)
        return cls(low, float(coarse), levels(coarse))

    def values(self, codes: np.ndarray) -> np.ndarray:
        """Coordinates (..., d) of integer codes."""
        return self.low + self.step * codes

    def roundings(self, coordinates: np.ndarray) -> np.ndarray:
        """Both levels next to each coordinate (d,), then that of a correction of 0: int64 (2^d, d + 1)."""
        below = np.floor((coordinates - self.low[:-1]) / self.step).astype(np.int64)
        corners = np.array(list(itertools.product((0, 1), repeat=len(below))))
        last = np.full((len(corners), 1), round(-self.low[-1] / self.step))
        codes = np.hstack([below + corners, last])
        return np.unique(np.clip(codes, 0, np.array(self.levels) - 1), axis=0)

    def pack(self, codes: np.ndarray, n_bytes: int) -> bytes:
        """Integer codes (d,) as bytes."""
        number = 0
        for code, levels in zip(codes.tolist(), self.levels, strict=True):
            number = number * levels + code
        return number.to_bytes(n_bytes, "big")

    def unpack(self, data: bytes) -> np.ndarray:
        """Integer codes, int64 (d,), of bytes; BitstreamError if no codes give them."""
        number, codes = int.from_bytes(data, "big"), []
        for levels in reversed(self.levels):
            number, code = divmod(number, levels)
            codes.append(code)
        if number:
            raise BitstreamError(f"the {len(data)} bytes of this pattern are no code of the model")
        return np.array(codes[::-1], dtype=np.int64)


class TwoFactorCodec:
    """Patterns of one space in `n_bytes` each, nothing else in the file.

    It never sees R, sigma/R, D or omega/D. Exposure is not kept: decoded patterns are relative to their
    maximum. Every machine reads the same integers from a file; the bases belong to the model.

    Parameters
    ----------
    space : the one of the training. model : see `studies.gisaxs.codec_comparison.two_factor_training`.
    n_bytes : bytes per pattern. counted : encode by the likelihood of photon counts, not by least squares.

    Raises
    ------
    ValueError : too few bytes, or a model of another space.
    """

    def __init__(
        self, space: PatternSpace, model: TwoFactorModel, n_bytes: int, counted: bool = False
    ) -> None:
        for network, basis in ((model.form, space.form), (model.structure, space.structure)):
            expected = len(basis.coefficients), len(basis.components)
            found = len(network.coordinates), network.weights.shape[1]
            if found != expected:
                raise ValueError(f"the model has (entries, coefficients) {found}, the space {expected}")
        self.space, self.model, self.n_bytes, self.counted = space, model, n_bytes, counted
        correction = np.array([[-CORRECTION], [CORRECTION]])
        self.quantiser = Quantiser.of(
            [model.form.coordinates, model.structure.coordinates, correction], n_bytes
        )
        self._search = search_of(space)

    def encode(self, image: np.ndarray) -> bytes:
        """`n_bytes` of a pattern (side, side), >= 0; ValueError as `LibrarySearch.checked`."""
        pattern = self._search.checked(np.asarray(image)[None])
        side = pattern.shape[-1]
        if self.counted:
            shares = bin_mean(pattern.clamp_min(0), self.space.fit_side).flatten(1)[0]
            objective = PhotonLikelihood(shares / shares.sum())
            pair, _ = self._search.by_photons(pattern[0])
        else:
            objective = LogSquares(log_binned(pattern, self.space.fit_side)[0])
            pair, _ = self._search.by_squares(pattern[0])
        start = np.concatenate(
            [self.model.form.coordinates[pair[0]], self.model.structure.coordinates[pair[1]]]
        )
        best, value, step, curvature = start, np.inf, np.zeros_like(start), np.eye(len(start))
        point = start
        for _ in range(STEPS):
            misfit, new_step, new_curvature = self._linearised(objective, point, side)
            if misfit >= value:
                break
            best, value, step, curvature = point, misfit, new_step, new_curvature
            point = best + step
        codes = self.quantiser.roundings(best + step)
        apart = self.quantiser.values(codes)[:, :-1] - (best + step)
        codes = codes[np.argsort(np.einsum("ni,ij,nj->n", apart, curvature, apart), kind="stable")[:MADE]]
        models = log_binned(self._made(self.quantiser.values(codes), side), self.space.fit_side)
        chosen = codes[int(objective.misfit(models).argmin())]
        if not self.counted:  # the largest count is noise: for counts the model's maximum is better
            chosen[-1] = self._correction(pattern, chosen)
        return self.quantiser.pack(chosen, self.n_bytes)

    def _correction(self, pattern: torch.Tensor, codes: np.ndarray) -> int:
        """Code of the mean difference, in decades, of the pattern (1, side, side) from the decoded codes."""
        made = self._made(self.quantiser.values(codes)[None], pattern.shape[-1])
        floored = [image.clamp_min(FLOOR).log10().double() for image in (relative(pattern), made)]
        offset = float((floored[0] - floored[1]).mean())
        code = round((offset - self.quantiser.low[-1]) / self.quantiser.step)
        return min(max(code, 0), self.quantiser.levels[-1] - 1)

    def decode(self, data: bytes, side: int) -> np.ndarray:
        """The pattern, float32 (side, side), relative to its maximum.

        Raises
        ------
        BitstreamError : a wrong number of bytes, or no code. ValueError : a side that does not divide.
        """
        if len(data) != self.n_bytes:
            raise BitstreamError(f"a pattern has {self.n_bytes} bytes here, found {len(data)}")
        values = self.quantiser.values(self.quantiser.unpack(data))
        return self._made(values[None], side)[0].numpy() * np.float32(10 ** values[-1])

    def _made(self, coordinates: np.ndarray, side: int) -> torch.Tensor:
        """Patterns (n, side, side), relative to their maximum, of coordinates (n, d or d + 1).

        Factors that repeat are computed once; the correction of the maximum, the last of d + 1, is left out.
        """
        split = self.model.dimensions
        coordinates = coordinates[:, : split + self.model.structure.centres.shape[1]]
        form, of_form = np.unique(coordinates[:, :split], axis=0, return_inverse=True)
        structure, of_structure = np.unique(coordinates[:, split:], axis=0, return_inverse=True)
        log_form = self.space.log_form(torch.from_numpy(self.model.form(form)).float())
        log_structure = self.space.log_structure(torch.from_numpy(self.model.structure(structure)).float())
        return self.space.product(log_form[of_form], log_structure[of_structure], side)

    def _linearised(
        self, objective: LogSquares | PhotonLikelihood, point: np.ndarray, side: int
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Misfit at a point (d,), the damped Gauss-Newton step from there (d,), and the curvature (d, d)."""
        probes = np.concatenate([point[None], point + PROBE * np.eye(len(point))])
        models = log_binned(self._made(probes, side), self.space.fit_side)
        residual, weights = objective.residual(models[0])
        share = (weights / weights.sum()).numpy()
        slope = ((models[1:] - models[0]).double() / PROBE).numpy()
        slope = slope - (slope @ share)[:, None]  # the exposure is free
        right = residual.numpy() - residual.numpy() @ share
        curvature = (slope * share) @ slope.T
        curvature += DAMPING * np.trace(curvature) / len(point) * np.eye(len(point))
        step = np.linalg.solve(curvature, (slope * share) @ right)
        return float(objective.misfit(models[:1])[0]), step.clip(-REACH, REACH), curvature
