"""A small parameter space, 64 px, made in a second by the pipeline's own script."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import yaml

from latentlab.scattering import structure_factor_mean
from latentlab.scattering.form_factor_table import FormFactorTable, largest_radius
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.simulation import experiment_of, grid_of

ROOT = Path(__file__).parents[4]
CROP = 64
FORMS = np.array([(R, s) for R in np.arange(20, 36, 2) / 10 for s in np.arange(20, 40, 4) / 100])
STRUCTURES = np.array([(D, w) for D in np.arange(60, 96, 4) / 10 for w in np.arange(15, 40, 5) / 100])


def script(name: str) -> ModuleType:
    """A script of the study, imported as a module."""
    spec = importlib.util.spec_from_file_location(
        f"script_{name}", ROOT / "workflow" / "scripts" / "gisaxs" / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def experiment() -> dict:
    """The study's experiment on a grid of 64 x 64 pixels over the angles of the whole detector."""
    settings = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())["experiment"]
    return {**settings, "n_alpha_f": CROP, "n_two_theta_f": CROP, "angle_max_deg": 2.0}


def make_space(path: Path, held_out: int = 12) -> PatternSpace:
    """Write and read the space."""
    script("space").space(path, experiment(), CROP, held_out, 5, FORMS, STRUCTURES)
    return PatternSpace(path)


@cache
def form_factors() -> np.ndarray:
    """All form factors (n, 64, 64) from the simulator."""
    beam, grid = experiment_of(experiment()), grid_of(experiment())
    table = FormFactorTable.build(grid, beam, largest_radius(FORMS))
    return table.average(FORMS)


def structure_factor_image(D: float, omega_over_D: float) -> np.ndarray:
    """S at the pixels (64, 64), from the simulator."""
    q_range = grid_of(experiment()).q_range(experiment_of(experiment()))
    return structure_factor_mean(*q_range, D, omega_over_D * D)


def exact_patterns(pairs: np.ndarray) -> np.ndarray:
    """Patterns of pairs of rows (n, 2) straight from the simulator, float32 (n, 64, 64), maximum 1."""
    forms = form_factors()
    images = [forms[form] * structure_factor_image(*STRUCTURES[structure]) for form, structure in pairs]
    return np.stack([image / image.max() for image in images]).astype(np.float32)
