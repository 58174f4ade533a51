"""Metrics of runs on cards, on stand-ins for models, and the figures of an evaluation."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.cards.data import draw
from latentlab.studies.microscopy.cards.evaluation import STEPS, evaluate
from latentlab.studies.microscopy.cards.figures import draw_examples, draw_latents, draw_manifolds
from latentlab.studies.microscopy.cards.metric_names import metrics
from latentlab.studies.microscopy.cards.quantities import QUANTITIES
from latentlab.studies.microscopy.evaluation_file import write_evaluation
from latentlab.studies.microscopy.set_file import write_set

SPEC = {
    "kind": "cards",
    "rotation_deg": 120,
    "shear_deg": 20,
    "ink": 0.15,
    "areas": "equal",
    "translation": 0.1,
}
SIZES = {"side": 20, "train": 30, "test": 25}


class Oracle:
    """A model that knows the truth: of the images of a set, by their bytes."""

    def __init__(self, drawn, latent: int, classes: int, turned: float = 0.0) -> None:
        self.known = {}
        for split in (drawn.train, drawn.test):
            for row, image in enumerate(split.images):
                self.known[image.tobytes()] = {name: each[row] for name, each in split.factors.items()}
        self.latent, self.classes, self.turned = latent, classes, turned

    def encode(self, images, conditions=None):
        facts = [self.known[image.tobytes()] for image in images]

        def column(name):
            return np.array([each[name] for each in facts])

        codes = np.stack([column("shear_deg") / 20, column("class") + 0.01 * column("shear_deg")], 1)
        return SimpleNamespace(
            continuous=codes[:, : self.latent],
            angle=column("angle_rad") + self.turned + np.pi * (column("class") == 3),
            offset=column("offset"),
            classes=np.eye(4)[(column("class") + 1) % 4] if self.classes else None,
            images=images,
        )

    def decode_latents(self, found, conditions=None):
        return found.images

    def manifold2d(self, side):
        return np.zeros((side, side, 1, 20, 20))

    def manifold_traversal(self, steps):
        return np.zeros((4, steps, 1, 20, 20))


@pytest.fixture(scope="module")
def drawn():
    return draw(SPEC, SIZES, 1)


@pytest.fixture(scope="module")
def data(drawn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cards") / "cards.h5"
    write_set(path, drawn, rule="test", record={}, inputs=[], code="")
    return path


def record(repository: Path, **values) -> dict:
    defaults = yaml.safe_load((repository / "config" / "microscopy.yaml").read_text())["defaults"]
    return defaults | {"data": "cards-4"} | values


JOINT = {"latent": 1, "classes": 4, "rotation": "matched", "translation_prior": 0.1}


def test_the_truth_scores_one(drawn, data: Path, repository: Path) -> None:
    run = record(repository, **JOINT)
    summary, arrays = evaluate(Oracle(drawn, 1, 4, turned=0.7), drawn.train, drawn.test, run, data)
    assert set(summary) == metrics(SPEC, run)
    for name in ("suit_ari", "suit_accuracy", "suit_neighbours", "angle_lowest", "shear_lowest", "offset_r2"):
        assert summary[name] == pytest.approx(1, abs=1e-6), name
    assert summary["angle_error_deg"] == pytest.approx(0, abs=1e-6)
    for name in ("suit_ari", "angle_lowest", "shear_lowest", "offset_r2"):
        assert summary[f"{name}_null"] < 0.6 < summary[f"{name}_low"]
    assert summary["reconstruction"] == 0
    assert arrays["manifold"].shape == (4, STEPS, 20, 20)


@pytest.mark.parametrize(
    "values",
    [{}, {"rotation": "amortised"}, {"rotation": "amortised", "translation_prior": 0.1}, JOINT],
)
@pytest.mark.parametrize("shear", [1, 20])
def test_metrics_are_those_that_are_announced(
    drawn, data: Path, repository: Path, values: dict, shear: int
) -> None:
    run = record(repository, **values)
    split = drawn.test
    split = type(split)(split.images, split.factors | {"shear_deg": split.factors["shear_deg"] * shear / 20})
    model = Oracle(drawn, run["latent"], run["classes"])
    summary, _ = evaluate(model, drawn.train, split, run, data)
    assert set(summary) == metrics(SPEC | {"shear_deg": shear}, run)
    assert set(summary) - {"reconstruction"} <= set(QUANTITIES)


def test_figures_show_every_run(drawn, data: Path, repository: Path, tmp_path: Path) -> None:
    paths = {}
    for name, values in (("vae", {}), ("joint", JOINT)):
        run = record(repository, **values)
        model = Oracle(drawn, run["latent"], run["classes"])
        summary, arrays = evaluate(model, drawn.train, drawn.test, run, data)
        paths[name] = tmp_path / f"{name}.h5"
        write_evaluation(paths[name], summary, arrays, rule="test", record=run, inputs=[], code="")
    inputs = Inputs(evaluations=paths, artifacts={})
    for function, columns in ((draw_latents, 3), (draw_manifolds, 2), (draw_examples, 2)):
        figure = function(inputs, {"runs": ["vae", "joint"]})
        titled = [axis for axis in figure.axes if axis.get_title()]
        assert len(titled) == 2 * columns
