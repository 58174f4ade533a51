"""The run registry: resolved records, and every mistake one message with file and key."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.runs import check_references, resolve_runs

SCALE = {
    "crop": 256,
    "binning": 2,
    "width": 0.25,
    "learning_rate": 1e-3,
    "batch": 8,
    "small_epochs": 3,
    "one_cycle_epochs": 2,
    "large_epochs": 5,
}
STUDY: dict[str, Any] = {
    "defaults": {
        "dataset": "small",
        "model": "factorized",
        "channels": [43, 64],
        "loss": "mse",
        "lambda": 0.01,
        "intensity": "raw",
        "input": "clean",
        "target": "clean",
        "noise": [],
        "photons": None,
        "activation": "gdn",
        "loop": "lightning",
        "schedule": "plateau",
        "warm_up": 0.0,
        "quantiles": "adam",
        "precision": "fp32",
        "seed": 42,
    },
    "runs": {
        "base": {},
        "other-1": {"lambda": 0.02},
        "large": {"dataset": "large"},
        "at": {"model": "attention", "channels": [8]},
    },
    "contest": {"runs": ["base"]},
    "patterns": {"narrow": [1, 2, 3, 4]},
    "tables": {"1": {"rows": {"base": {}, "at": {}}}, "2": {"run": "large"}},
    "figures": {"1": {"runs": ["base", "large"]}, "2": {"run": "base"}, "3": {}},
    "claims": {"c": {"says": "so", "when": "bpp(other-1) < width(narrow)"}},
}


@pytest.fixture
def study() -> dict[str, Any]:
    return deepcopy(STUDY)


def test_a_record_holds_defaults_own_keys_and_sizes(study: dict) -> None:
    record = resolve_runs(study, SCALE, "s.yaml")["other-1"]
    assert record == {
        **study["defaults"],
        "lambda": 0.02,
        "channels": [11, 16],  # 43 / 4 = 10.75 and 64 / 4
        "side": 128,
        "epochs": 3,
        "batch": 8,
        "learning_rate": 1e-3,
    }


def test_epochs_follow_the_data_set(study: dict) -> None:
    records = resolve_runs(study, SCALE, "s.yaml")
    assert (records["base"]["epochs"], records["large"]["epochs"]) == (3, 5)


def test_one_cycle_has_epochs_of_its_own_on_the_small_set(study: dict) -> None:
    study["runs"]["base"] = {"schedule": "one-cycle"}
    study["runs"]["large"]["schedule"] = "one-cycle"
    records = resolve_runs(study, SCALE, "s.yaml")
    assert (records["base"]["epochs"], records["large"]["epochs"]) == (2, 5)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"model": "anchor", "channels": [8], "activation": "relu"}, "runs.base.activation: only factorized"),
        ({"loop": "plain", "schedule": "one-cycle"}, "runs.base.schedule: the plain loop has plateau alone"),
        ({"loop": "plain", "precision": "bf16"}, "runs.base.precision: the plain loop has fp32 alone"),
        ({"loop": "plain", "quantiles": "solved"}, "runs.base.quantiles: the plain loop has adam alone"),
    ],
)
def test_keys_that_do_not_go_together(study: dict, own: dict, message: str) -> None:
    study["runs"]["base"] = own
    with pytest.raises(ConfigError, match=message):
        resolve_runs(study, SCALE, "s.yaml")


def test_width_scaling_leaves_a_channel_and_the_source_alone(study: dict) -> None:
    del study["runs"]["at"]
    before = deepcopy(study)
    records = resolve_runs(study, {**SCALE, "width": 0.01}, "s.yaml")
    assert records["base"]["channels"] == [1, 1]
    assert resolve_runs(study, {**SCALE, "width": 1.0}, "s.yaml")["base"]["channels"] == [43, 64]
    assert study == before


def wrong(study: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        resolve_runs(study, SCALE, "s.yaml")


def test_unknown_key(study: dict) -> None:
    study["runs"]["base"] = {"lamda": 1.0}
    wrong(study, r"^s\.yaml: runs\.base\.lamda: unknown key, expected one of dataset, model")


@pytest.mark.parametrize("run", ["Base", "a_b", "a--b", "-a", "a-", "", "a b", "ä"])
def test_ids(study: dict, run: str) -> None:
    study["runs"] = {run: {}}
    wrong(study, rf"^s\.yaml: runs\.{run}: an id is made of lower-case letters")


def test_an_id_that_yaml_reads_as_a_number(study: dict) -> None:
    study["runs"] = {42: {}}
    wrong(study, r"^s\.yaml: runs\.42: an id is made of")


def test_two_equal_records(study: dict) -> None:
    study["runs"]["twin"] = {"seed": 42}
    wrong(study, r"^s\.yaml: runs\.twin: the same record as runs\.base")


@pytest.mark.parametrize(
    "own", [{"noise": ["counting"]}, {"photons": 1e6}, {"noise": ["bernoulli"], "photons": 1e6}]
)
def test_photons_belong_to_counting(study: dict, own: dict) -> None:
    study["runs"]["large"] = own
    wrong(study, r"^s\.yaml: runs\.large\.photons: ")


def test_photons_with_counting_are_right(study: dict) -> None:
    study["runs"]["large"] = {"noise": ["bernoulli", "counting"], "photons": 1e6}
    assert resolve_runs(study, SCALE, "s.yaml")["large"]["photons"] == 1e6


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"model": "attention"}, r"runs\.large\.channels: attention takes 1 .*found \[11, 16\]"),
        ({"channels": [64]}, r"runs\.large\.channels: factorized takes 2 .*found \[16\]"),
        ({"target": "gaps"}, r"runs\.large\.target: gaps in the target need .*gaps in the input"),
        ({"input": "moving-gaps", "target": "gaps"}, r"runs\.large\.target: gaps in the target need .*gaps"),
    ],
)
def test_keys_that_do_not_fit_together(study: dict, own: dict, message: str) -> None:
    study["runs"]["large"] = own
    wrong(study, message)


def test_a_width_that_the_model_cannot_have(study: dict) -> None:
    """Attention needs two channels; a scale may not round it down to one."""
    with pytest.raises(ConfigError, match=r"runs\.at\.channels"):
        resolve_runs(study, {**SCALE, "width": 0.1}, "s.yaml")


def test_references_that_are_right(study: dict) -> None:
    check_references(study, "s.yaml", {"config.yaml: frames.run": "base"})


@pytest.mark.parametrize(
    ("section", "key", "content", "where"),
    [
        ("tables", "1", {"rows": {"bsae": {}}}, r"s\.yaml: tables\.1\.rows"),
        ("tables", "2", {"run": "bsae"}, r"s\.yaml: tables\.2\.run"),
        ("figures", "1", {"runs": ["base", "bsae"]}, r"s\.yaml: figures\.1\.runs"),
        ("figures", "2", {"run": "bsae"}, r"s\.yaml: figures\.2\.run"),
        ("claims", "c", {"says": "", "when": "bpp(bsae) < 1"}, r"s\.yaml: claims\.c\.when"),
    ],
)
def test_references_to_no_run(study: dict, section: str, key: str, content: dict, where: str) -> None:
    study[section][key] = content
    with pytest.raises(ConfigError, match=rf"^{where}: there is no run 'bsae'; the runs are base, "):
        check_references(study, "s.yaml", {})


def test_a_reference_from_outside(study: dict) -> None:
    with pytest.raises(ConfigError, match=r"^config\.yaml: frames\.run: there is no run 'bsae'"):
        check_references(study, "s.yaml", {"config.yaml: frames.run": "bsae"})


def test_unused_run(study: dict) -> None:
    study["runs"]["spare"] = {"seed": 1}
    with pytest.raises(ConfigError, match=r"^s\.yaml: runs\.spare: no table, figure or claim refers to"):
        check_references(study, "s.yaml", {})
    check_references(study, "s.yaml", {"config.yaml: frames.run": "spare"})


def test_a_pattern_is_no_run_but_may_be_claimed_about(study: dict) -> None:
    study["tables"]["2"] = {"run": "narrow"}
    with pytest.raises(ConfigError, match="there is no run 'narrow'"):
        check_references(study, "s.yaml", {})
