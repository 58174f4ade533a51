"""Entries of `invariants:` are written out for a scale, and each mistake has its message."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.invariant.settings import Settings, Training, from_record
from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.landcover.invariants.metric_names import CONTROL, metrics
from latentlab.studies.landcover.invariants.quantities import QUANTITIES
from latentlab.studies.landcover.invariants.records import resolved

SCALE = {"side": 64, "invariant_epochs": 0.5}
ENTRY = {
    "seeds": [1, 2],
    "side": 16,
    "input": "rgb",
    "defaults": {"epochs": 9, "latent": 4, "likelihood": "gaussian"},
    "models": {"vae": {}, "ssvae": {"classes": 5, "labelled": 50}, "rvae": {"rotation": "enumerated"}},
}


def with_model(**changes: Any) -> dict[str, Any]:
    entry = deepcopy(ENTRY)
    entry["models"]["vae"] = changes
    return {"some": entry}


def test_records_are_complete_and_epochs_the_scales() -> None:
    found = resolved({"some": ENTRY}, SCALE, "s.yaml")["some"]
    assert {key: found[key] for key in ("seeds", "side", "input")} == {
        "seeds": [1, 2],
        "side": 16,
        "input": "rgb",
    }
    assert [record["epochs"] for record in found["models"].values()] == [4, 4, 4]
    for record in found["models"].values():
        settings, training = from_record(record, shape=(3, 16, 16))
        assert settings.latent == 4
        assert set(record) == {
            *(set(vars(settings)) | set(vars(training))) - {"shape", "target_shape"},
            "trained",
            "labelled",
        }
    assert isinstance(settings, Settings)
    assert isinstance(training, Training)
    assert found["models"]["ssvae"]["labelled"] == 50
    fewest = resolved({"some": ENTRY}, {**SCALE, "invariant_epochs": 0.001}, "s.yaml")["some"]
    assert fewest["models"]["vae"]["epochs"] == 1


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (with_model(epoch=3), r"^s\.yaml: invariants\.some\.models\.vae: .*'epoch'.*epochs"),
        (with_model(shape=[3, 8, 8]), r"^s\.yaml: invariants\.some\.models\.vae: .*'shape'"),
        (with_model(rotation="some"), r"^s\.yaml: invariants\.some\.models\.vae: rotation: expected one of"),
        (with_model(likelihood="bernoulli"), r"^s\.yaml: .*vae\.likelihood: .*expected 'gaussian'"),
        (with_model(condition=3), r"^s\.yaml: invariants\.some\.models\.vae\.condition: .*expected 0"),
        (with_model(labelled=9), r"^s\.yaml: invariants\.some\.models\.vae\.labelled: .*classes"),
        (
            with_model(classes=6),
            r"^s\.yaml: invariants\.some\.models\.vae\.classes: expected at most 5, found 6",
        ),
        (
            {"some": {**ENTRY, "side": 24}},
            r"^s\.yaml: invariants\.some\.side: .*64 px .* 24 px; expected a divisor",
        ),
    ],
)
def test_entries_that_contradict_themselves_are_refused(entries: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        resolved(entries, SCALE, "s.yaml")


def test_every_shipped_metric_has_a_title(repository: Path) -> None:
    study = load_yaml(repository / "config" / "landcover.yaml")
    for scale in ("tiny", "quick", "paper"):
        sizes = load_yaml(repository / "config" / "scales" / f"{scale}.yaml")["landcover"]
        for entry in resolved(study["invariants"], sizes, "landcover.yaml").values():
            assert metrics(entry) <= set(QUANTITIES)
            assert CONTROL in entry["models"]
            control = entry["models"][CONTROL]
            assert control["rotation"] == "none"
            assert not control["classes"]
            for record in entry["models"].values():  # of the control's size, pixels and training
                for key in ("latent", "hidden", "encoder", "epochs", "batch", "learning_rate", "likelihood"):
                    assert record[key] == control[key]
