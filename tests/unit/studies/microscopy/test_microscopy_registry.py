"""The registry of the study: it resolves at each scale, and each mistake has its message."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentlab.errors import ConfigError
from latentlab.invariant.settings import Settings, Training
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.study_functions import study_file
from latentlab.studies.microscopy.given import labels_of
from latentlab.studies.microscopy.metric_names import RUNS, SETS
from latentlab.studies.microscopy.parts import PARTS, part_function
from latentlab.studies.microscopy.records import FROM_SET, OWN, SETTINGS, TRAINING
from latentlab.studies.microscopy.registry import check_record, resolve, scaled
from latentlab.studies.microscopy.set_file import ImageSet
from latentlab.studies.microscopy.titles import model_name
from latentlab.studies.registries import load

SCALES = ("tiny", "quick", "paper")


@pytest.fixture
def defaults(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "microscopy.yaml")["defaults"]


@pytest.mark.parametrize("scale", SCALES)
def test_the_shipped_study_resolves(repository: Path, scale: str) -> None:
    config = {**load_yaml(repository / "config" / "config.yaml"), "scale": scale}
    _, sizes, study, records = load(repository, config, "microscopy")
    assert records
    for record in records.values():
        assert set(record) == {*OWN, *SETTINGS, *TRAINING}
        assert record["data"] in study["sets"]
    assert set(PARTS.values()) <= set(sizes)


def test_defaults_and_schema_know_every_setting(repository: Path, defaults: dict[str, Any]) -> None:
    known = {each.name for kind in (Settings, Training) for each in fields(kind)} - set(FROM_SET)
    assert set(defaults) == {*known, *OWN}
    schema = load_yaml(repository / "workflow" / "schemas" / "microscopy.schema.yaml")
    assert set(schema["$defs"]["run"]["properties"]) == {*known, *OWN, "family", "seeds"}
    for kind, choices in (("rotation", "ROTATIONS"), ("decoder", "DECODERS"), ("schedule", "SCHEDULES")):
        from latentlab.invariant import settings

        assert tuple(schema["$defs"]["run"]["properties"][kind]["enum"]) == getattr(settings, choices)
    kinds = schema["properties"]["sets"]["additionalProperties"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(PARTS)


def test_defaults_are_those_of_the_instrument(defaults: dict[str, Any]) -> None:
    for kind in (Settings, Training):
        for each in fields(kind):
            if each.name not in FROM_SET:
                value = defaults[each.name]
                assert (tuple(value) if isinstance(value, list) else value) == each.default, each.name


@pytest.mark.parametrize("kind", PARTS)
def test_every_part_draws_and_judges(repository: Path, kind: str) -> None:
    for name in ("data.draw", "evaluation.evaluate"):
        path = study_file(repository / "workflow", "microscopy", part_function(kind, name))
        assert f"def {name.split('.')[1]}(" in path.read_text()
    assert PARTS[kind] in RUNS
    assert PARTS[kind] in SETS


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": "cards-9"}, r"^s\.yaml: runs\.a\.data: .*cards-9"),
        ({"classes": 1}, r"^s\.yaml: runs\.a: classes: 1 class"),
        ({"rotation": "amortised", "decoder": "dense"}, r"^s\.yaml: runs\.a: decoder: 'dense' cannot"),
        ({"hidden": []}, r"^s\.yaml: runs\.a: hidden"),
    ],
)
def test_records_that_contradict_themselves_are_refused(
    defaults: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    sets = {"cards-1": {"kind": "cards"}}
    record = {**defaults, "data": "cards-1"}
    check_record(record, "s.yaml: runs.a", sets)
    with pytest.raises(ConfigError, match=message):
        check_record({**record, **change}, "s.yaml: runs.a", sets)


@pytest.mark.parametrize(
    ("place", "key", "message"),
    [
        (("digits", "ensemble"), "run", r"^s\.yaml: digits\.ensemble\.run: .*'wrong'"),
        (
            ("plasmonics", "duals", "dual-vae"),
            "data",
            r"^s\.yaml: plasmonics\.duals\.dual-vae\.data: .*'wrong'",
        ),
    ],
)
def test_stages_that_name_nothing_known_are_refused(
    repository: Path, place: tuple[str, ...], key: str, message: str
) -> None:
    study, config = (load_yaml(repository / "config" / f"{name}.yaml") for name in ("microscopy", "config"))
    scale = load_yaml(repository / "config" / "scales" / "quick.yaml")["microscopy"]
    sources = {"study": "s.yaml", "scale": "scale.yaml"}
    content, records = resolve(study, scale, config, sources)
    stage = content["digits"]["ensemble"]
    assert stage["record"] == records[stage["run"]]
    entry = study
    for name in place:
        entry = entry[name]
    entry[key] = "wrong"
    with pytest.raises(ConfigError, match=message):
        resolve(study, scale, config, sources)


def test_a_default_that_is_missing_is_named(repository: Path) -> None:
    study, config = (load_yaml(repository / "config" / f"{name}.yaml") for name in ("microscopy", "config"))
    scale = load_yaml(repository / "config" / "scales" / "quick.yaml")["microscopy"]
    del study["defaults"]["canvas"]
    with pytest.raises(ConfigError, match=r"^s\.yaml: defaults\.canvas: "):
        resolve(study, scale, config, {"study": "s.yaml", "scale": "scale.yaml"})


def test_a_scale_multiplies_the_epochs(defaults: dict[str, Any]) -> None:
    record = {**defaults, "epochs": 30}
    assert [scaled(record, {"epochs": factor})["epochs"] for factor in (0.001, 0.5, 2.0)] == [1, 15, 60]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "VAE"),
        ({"variational": False}, "AE"),
        ({"condition": True}, "cVAE"),
        ({"rotation": "amortised"}, "rVAE"),
        ({"translation_prior": 0.1}, "tVAE"),
        ({"rotation": "enumerated", "translation_prior": 0.1}, "trVAE"),
        ({"classes": 10}, "jVAE"),
        ({"classes": 4, "rotation": "enumerated"}, "jrVAE"),
        ({"classes": 10, "labelled": 50}, "ssVAE"),
        ({"decoder": "coordinate-skip", "rotation": "amortised"}, "skip-rVAE"),
    ],
)
def test_models_have_the_lectures_names(defaults: dict[str, Any], change: dict, name: str) -> None:
    assert model_name({**defaults, **change}) == name


def test_labels_are_told_evenly_and_to_no_one_else(defaults: dict[str, Any]) -> None:
    classes = np.random.default_rng(0).integers(5, size=300)
    images = ImageSet(np.zeros((300, 1, 4, 4), np.float32), labels=classes)
    assert labels_of(defaults, images) is None
    labels = labels_of({**defaults, "labelled": 20}, images)
    told = labels >= 0
    assert told.sum() == 20
    np.testing.assert_array_equal(labels[told], classes[told])
    np.testing.assert_array_equal(np.bincount(labels[told]), [4] * 5)
    again = labels_of({**defaults, "labelled": 20}, images)
    np.testing.assert_array_equal(labels, again)
    more = labels_of({**defaults, "labelled": 40}, images)
    assert (more[told] >= 0).all()
