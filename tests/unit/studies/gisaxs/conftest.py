"""Fixtures of the GISAXS study: synthetic patterns, tiny artifacts and one micro-training, each made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from latentlab.artifacts import create_images, create_nxdata, write_artifact

SIDE = 64  # px, the least that the attention codec and three scales of MS-SSIM take


class MemoryPatterns:
    """Patterns as `studies.gisaxs.patterns`: two mirrored peaks, brightest 1, and a two-pixel gap."""

    def __init__(self, count: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        axis = torch.linspace(-1, 1, SIDE)
        rows, columns = axis[None, :, None], axis[None, None, :]
        centre, width = torch.rand(2, count, 1, 1, generator=generator)
        distance = (columns.abs() - 0.2 - 0.5 * centre) / (0.05 + 0.1 * width)
        images = torch.exp(-(distance**2) - (2 * rows) ** 2) + 1e-3
        self.images = images / images.amax(dim=(1, 2), keepdim=True)
        self.parameters = np.ones((count, 4))
        self.gaps = torch.zeros(SIDE, SIDE, dtype=torch.bool)
        self.gaps[:, 30:32] = True

    def __len__(self) -> int:
        return len(self.images)

    def clean(self, index: int) -> torch.Tensor:
        return self.images[index]


class TinyArtifacts(NamedTuple):
    """Paths of libraries of 3 entries on a 10 x 12 grid, and of two data sets, side 4 px, made from them."""

    form_factors: Path
    structure_factors: Path
    index: Path
    stored: Path


TINY_FORM = [(1.0, 0.1), (2.0, 0.2), (3.0, 0.3)]  # R in nm, sigma/R
TINY_STRUCTURE = [(4.0, 0.1), (5.0, 0.2), (6.0, 0.3)]  # D in nm, omega/D
TINY_SLOPES = (
    0.0,
    0.5,
    2.0,
)  # S = 1 + slope q: its mean over a pixel is that at its centre
TINY_Q = np.add.outer(np.linspace(0.1, 0.4, 10), np.linspace(0, 1.5, 12))  # 1/nm
TINY_SPLITS = {"train": [(0, 1), (1, 2), (2, 0)], "test": [(2, 2), (1, 1)]}  # rows of form and structure
TINY_EXPOSURE = 7.0  # raw intensity


def _write_form_factors(path: Path) -> None:
    images = np.random.default_rng(0).uniform(0.5, 2.0, (3, 10, 12)).astype(np.float32)
    axes = [
        ("entry", np.arange(3), ""),
        ("alpha_f", np.linspace(0, 0.9, 10), "deg"),
        ("two_theta_f", np.linspace(0, 1.1, 12), "deg"),
    ]
    with write_artifact(path, kind="form-factors", rule="test", record={"library": "tiny"}) as file:
        group = create_nxdata(file, "form_factors", signal="intensity", axes=axes, default=True)
        create_images(group, "intensity", images.shape, units="nm^6")[...] = images
        file["parameters"] = np.array(TINY_FORM)
        file["q_parallel"] = TINY_Q


def _write_structure_factors(path: Path) -> None:
    phase = 0.25 * np.arange(50)  # q D in rad
    slopes = [slope / D for slope, (D, _) in zip(TINY_SLOPES, TINY_STRUCTURE, strict=True)]
    with write_artifact(path, kind="structure-factors", rule="test", record={"library": "tiny"}) as file:
        file["structure_factors/S"] = np.array([1 + slope * phase for slope in slopes], dtype=np.float32)
        file["structure_factors/integral"] = [phase + slope * phase**2 / 2 for slope in slopes]
        file["structure_factors/q_D"] = phase
        file["structure_factors/omega_over_D"] = [width for _, width in TINY_STRUCTURE]
        file["q_range"] = np.stack([TINY_Q - 0.05, TINY_Q + 0.05])
        file["parameters"] = np.array(TINY_STRUCTURE)


def _write_index(path: Path) -> None:
    with write_artifact(path, kind="pattern-index", rule="test", record={}) as file:
        file.attrs.update({"crop": 8, "binning": 2, "exposure": TINY_EXPOSURE})
        gaps = np.zeros((4, 4), dtype=bool)
        gaps[1] = True
        file["gaps"] = gaps
        for split, rows in TINY_SPLITS.items():
            file[f"{split}/parameters"] = np.array([TINY_FORM[f] + TINY_STRUCTURE[s] for f, s in rows])
            file[f"{split}/form_factor"] = np.array([f for f, _ in rows])
            file[f"{split}/structure_factor"] = np.array([s for _, s in rows])


def _write_stored(path: Path) -> None:
    rng = np.random.default_rng(1)
    with write_artifact(path, kind="patterns", rule="test", record={}) as file:
        file.attrs["side"] = 4
        file["gaps"] = np.eye(4, dtype=bool)
        for split, count in (("train", 5), ("test", 3)):
            file[f"{split}/intensity"] = rng.uniform(0, 9, (count, 4, 4)).astype(np.float32)
            file[f"{split}/parameters"] = rng.uniform(1, 2, (count, 4))


@pytest.fixture(scope="session")
def make_patterns() -> Callable[[int, int], MemoryPatterns]:
    """(count, seed) -> synthetic patterns of 64 px."""
    return MemoryPatterns


@pytest.fixture(scope="session")
def make_record() -> Callable[..., dict[str, Any]]:
    """A run's resolved record at micro size; keyword arguments change keys (`weight` is its lambda)."""

    def make(weight: float = 0.01, **changes: Any) -> dict[str, Any]:
        record = {
            "dataset": "small",
            "model": "factorized",
            "channels": [5, 8],
            "loss": "mse",
            "lambda": weight,
            "intensity": "log",
            "input": "gaps",
            "target": "clean",
            "noise": ["bernoulli"],
            "photons": None,
            "activation": "gdn",
            "loop": "lightning",
            "schedule": "plateau",
            "warm_up": 0.0,
            "quantiles": "adam",
            "denoiser": [],
            "denoiser_width": "complete",
            "denoiser_depth": 1,
            "precision": "fp32",
            "seed": 3,
            "side": SIDE,
            "epochs": 3,
            "batch": 4,
            "learning_rate": 5e-3,
        }
        assert set(changes) <= set(record)
        return {**record, **changes}

    return make


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyArtifacts:
    """Tiny library and data-set artifacts; read them only, or copy first."""
    folder = tmp_path_factory.mktemp("tiny")
    paths = TinyArtifacts(*(folder / f"{name}.h5" for name in TinyArtifacts._fields))
    _write_form_factors(paths.form_factors)
    _write_structure_factors(paths.structure_factors)
    _write_index(paths.index)
    _write_stored(paths.stored)
    return paths


@pytest.fixture(scope="session")
def tiny_pattern() -> Callable[[int, int], np.ndarray]:
    """(form row, structure row) -> <|F|^2> S of the tiny libraries, computed directly, float64 (8, 8)."""
    form = np.random.default_rng(0).uniform(0.5, 2.0, (3, 10, 12)).astype(np.float32)
    return lambda f, s: form[f, :8, :8].astype(np.float64) * (1 + TINY_SLOPES[s] * TINY_Q[:8, :8])


@pytest.fixture(scope="session")
def train(make_patterns: Callable[[int, int], MemoryPatterns]) -> Callable[..., Any]:
    """(record, checkpoint file) -> a micro-training on 12 patterns, tested on 4, on the CPU."""
    from latentlab.studies.gisaxs.compression.lightning_loop import train_codec
    from latentlab.studies.gisaxs.intensity import IntensityTransform

    def run(
        record: dict[str, Any],
        checkpoint: Path,
        stamp: str = "stamp",
        workers: int = 0,
        device: str = "cpu",
    ) -> Any:
        return train_codec(
            record,
            make_patterns(12, 0),
            make_patterns(4, 1),
            IntensityTransform(record["intensity"], 1.0),
            checkpoint=checkpoint,
            stamp=stamp,
            device=device,
            workers=workers,
            progress=False,
        )

    return run


@pytest.fixture(scope="session")
def trained(
    train: Callable[..., Any], make_record: Callable[..., dict], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """The micro-training of the default record, uninterrupted. Code with a copy: saving moves its medians."""
    return train(make_record(), tmp_path_factory.mktemp("trained") / "checkpoint")


@pytest.fixture(scope="session")
def codec_file(
    trained: Any, make_record: Callable[..., dict], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The artifact of that micro-training."""
    from copy import deepcopy

    from latentlab.studies.gisaxs.compression.codec_file import save_codec
    from latentlab.studies.gisaxs.intensity import IntensityTransform

    path = tmp_path_factory.mktemp("codec") / "codec.h5"
    transform = IntensityTransform("log", 1.0)
    save_codec(path, deepcopy(trained.codec), transform, make_record(), trained.history, rule="test")
    return path
