"""The registry of the study: it resolves at each scale, and each mistake has its message."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.configuration import load_yaml, validate
from latentlab.studies.landcover.judging import TILES, baseline_of, score_of
from latentlab.studies.landcover.metric_names import run_metrics, subjects
from latentlab.studies.landcover.quantities import QUANTITIES
from latentlab.studies.landcover.registry import FULL, check_record, resolve, scaled
from latentlab.studies.landcover.run_tiles import CHANNELS
from latentlab.studies.registries import load

SCALES = ("tiny", "quick", "paper")
SOURCES = {"study": "s.yaml", "scale": "scale.yaml"}
HALVED = {"encoder": [["conv", 3, 2, 8], ["max", 2], ["average", 2]], "decoder": []}


@pytest.fixture
def shipped(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "landcover.yaml")


@pytest.fixture
def resolved_with(repository: Path) -> Any:
    """Resolves a study's file at a scale."""
    config = load_yaml(repository / "config" / "config.yaml")

    def resolved(study: dict[str, Any], scale: str = "quick", **sizes: Any) -> Any:
        content = load_yaml(repository / "config" / "scales" / f"{scale}.yaml")["landcover"]
        return resolve(study, {**content, **sizes}, config, SOURCES)

    return resolved


@pytest.mark.parametrize("scale", SCALES)
def test_the_shipped_study_resolves(repository: Path, scale: str) -> None:
    config = {**load_yaml(repository / "config" / "config.yaml"), "scale": scale}
    _, sizes, study, records = load(repository, config, "landcover")
    declared = load_yaml(repository / "config" / "landcover.yaml")
    assert records
    for record in records.values():
        assert {"layers", "side", "batch", "epochs", "learning_rate"} <= set(record)
        assert record["layers"]["encoder"] == declared["architectures"][record["architecture"]]["encoder"]
        assert record["side"] == sizes["side"]
        assert isinstance(record["latent"], int)
        assert run_metrics(record) <= set(QUANTITIES)
    assert {TILES, *study["embeddings"], *study["invariants"]} == set(subjects(study))


def test_the_eighteen_architectures_are_trained_at_quick_and_paper(repository: Path) -> None:
    for scale in ("quick", "paper"):
        config = {**load_yaml(repository / "config" / "config.yaml"), "scale": scale}
        records = load(repository, config, "landcover")[3]
        trained = {record["architecture"] for record in records.values()}
        assert trained == {str(number) for number in range(1, 19)}
        sizes = {
            record["latent"] for run, record in records.items() if run.startswith(("convolution", "pooling"))
        }
        assert len(sizes) >= 3


def test_a_latent_of_full_is_the_scales(repository: Path, shipped: dict[str, Any]) -> None:
    quick = load_yaml(repository / "config" / "scales" / "quick.yaml")["landcover"]
    scale = {**quick, "epochs": 3, "latent": 20}
    assert scaled({**shipped["defaults"], "latent": FULL}, scale)["latent"] == 20
    assert scaled({**shipped["defaults"], "latent": 7}, scale)["latent"] == 7
    assert scaled(shipped["defaults"], scale)["epochs"] == 3


@pytest.mark.parametrize(
    ("change", "side", "message"),
    [
        ({"architecture": "19"}, 64, r"^s\.yaml: runs\.a\.architecture: .*'19'"),
        ({}, 36, r"^s\.yaml: runs\.a\.architecture: 'x' halves a tile 3 times, .* 36 px; .* multiple of 8$"),
        ({"input": "bands"}, 64, r"^s\.yaml: runs\.a\.restores: a network that is given bands .*found rgb"),
        ({"input": "rgb", "restores": "grey"}, 64, r"^s\.yaml: runs\.a\.restores: .*found grey"),
    ],
)
def test_records_that_contradict_themselves_are_refused(
    shipped: dict[str, Any], change: dict[str, Any], side: int, message: str
) -> None:
    record = {**shipped["defaults"], "architecture": "x"}
    check_record(record, "s.yaml: runs.a", {"x": HALVED}, 64)
    check_record({**record, "input": "grey"}, "s.yaml: runs.a", {"x": HALVED}, 64)  # colourisation
    with pytest.raises(ConfigError, match=message):
        check_record({**record, **change}, "s.yaml: runs.a", {"x": HALVED}, side)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (
            ("architectures", "8", "encoder"),
            [["conv", 3, 2]],
            r"architectures\.8\.encoder\.0: \['conv', 3, 2\] is too short",
        ),
        (("architectures", "8", "encoder"), [["max", 3]], r"architectures\.8\.encoder\.0\.1: 2 was expected"),
        (
            ("architectures", "8", "decoder"),
            [["conv", 3, 3, 8]],
            r"architectures\.8\.decoder\.0\.2: 3 is not one of",
        ),
        (
            ("architectures", "8", "encoder"),
            [["pool", 3, 1, 8]],
            r"architectures\.8\.encoder\.0\.0: 'pool' is not one of",
        ),
        (("architectures", "8", "encoder"), [], r"architectures\.8\.encoder: "),
        (("runs", "warm-up", "beta_shedule"), "cyclic", r"runs\.warm-up: .*'beta_shedule'"),
        (("runs", "warm-up", "latent"), 0, r"runs\.warm-up\.latent: "),
        (("runs", "warm-up", "loss"), "mse", r"runs\.warm-up\.loss: .*mse"),
        (("invariants", "invariant-models", "sides"), 3, r"invariants\.invariant-models: .*'sides'"),
    ],
)
def test_the_schema_refuses_what_no_network_is_made_of(
    repository: Path, shipped: dict[str, Any], place: tuple[str, ...], value: Any, message: str
) -> None:
    schema = repository / "workflow" / "schemas" / "landcover.schema.yaml"
    validate(shipped, schema, "landcover.yaml")
    content = deepcopy(shipped)
    entry = content
    for name in place[:-1]:
        entry = entry[name]
    entry[place[-1]] = value
    with pytest.raises(ConfigError, match=r"^landcover\.yaml: " + message):
        validate(content, schema, "landcover.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s["embeddings"]["embedded-latents"]["runs"].append("wrong"),
            r"embeddings\.embedded-latents\.runs: .*'wrong'",
        ),
        (
            lambda s: s["tables"]["invariants"].update(subjects=["wrong"]),
            r"tables\.invariants\.subjects: .*'wrong'",
        ),
        (lambda s: s["figures"]["invariants"].update(subjects=["wrong"]), r"figures\.invariants\.subjects: "),
        (lambda s: s["runs"].update(tiles={"latent": 3}), r"runs\.tiles: a stage has this name too"),
        (
            lambda s: s["claims"].update(
                wrong={"says": "Ours: so.", "when": "no_such(invariant-models) > 0"}
            ),
            r"claims\.wrong.*no_such",
        ),
    ],
)
def test_names_that_do_not_exist_are_refused(
    shipped: dict[str, Any], resolved_with: Any, change: Any, message: str
) -> None:
    resolved_with(shipped)
    study = deepcopy(shipped)
    change(study)
    with pytest.raises(ConfigError, match=r"^s\.yaml: " + message):
        resolved_with(study)


def test_a_side_that_the_invariant_models_cannot_have_is_refused(
    shipped: dict[str, Any], resolved_with: Any
) -> None:
    shipped["invariants"]["invariant-models"]["side"] = 24
    with pytest.raises(ConfigError, match=r"^s\.yaml: invariants\.invariant-models\.side: .*24 px"):
        resolved_with(shipped)


def test_runs_are_judged_by_what_they_were_trained_for(shipped: dict[str, Any]) -> None:
    record = shipped["defaults"]
    assert baseline_of(record) == TILES
    assert score_of(record) == "mae"
    assert score_of({**record, "loss": "ms-ssim"}) == "ms_ssim"
    assert score_of({**record, "loss": "mae-ms-ssim"}) == "mae"


def test_every_input_can_be_restored(shipped: dict[str, Any]) -> None:
    schema_inputs = {run.get("input", "rgb") for run in shipped["runs"].values()}
    assert schema_inputs == set(CHANNELS)  # a run of each kind
