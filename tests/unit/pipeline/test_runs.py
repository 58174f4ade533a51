"""The run registry: resolved records, and every mistake one message with file and key."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.runs import Record, declare_runs, resolve_runs, runs_of, trained_runs
from latentlab.studies.gisaxs import registry as gisaxs
from latentlab.studies.registries import REGISTRIES

SCALE = {
    "crop": 256,
    "binning": 2,
    "width": 0.25,
    "runs": "all",
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
        "denoiser": [],
        "denoiser_width": "complete",
        "denoiser_depth": 1,
        "precision": "fp32",
        "seed": 42,
    },
    "runs": {
        "base": {},
        "other-1": {"lambda": 0.02},
        "second": {"dataset": "large"},
        "at": {"model": "attention", "channels": [8]},
    },
    "codec_comparison": {"runs": ["base"]},
    "denoising": {"networks": {}, "transitions": {}},
    "clustering": {"inputs": {}, "methods": {}, "classification": {"inputs": [], "targets": []}},
    "restoration": {"budgets": []},
    "patterns": {"narrow": [1, 2, 3, 4]},
    "tables": {"1": {"rows": {"base": {}, "at": {}}, "ours": ["bpp"]}, "2": {"run": "second"}},
    "figures": {"1": {"kind": "history", "runs": ["base", "second"]}, "2": {"kind": "scales", "run": "base"}},
    "claims": {"c": {"says": "so", "when": "bpp(other-1) < side_maximum_width(narrow)"}},
}


CONFIG: dict[str, Any] = {"frames": {"run": "base", "paths": []}}
SOURCES = {"study": "s.yaml", "scale": "scale.yaml"}


@pytest.fixture
def study() -> dict[str, Any]:
    return deepcopy(STUDY)


def resolved(study: dict, **sizes: Any) -> dict[str, Record]:
    """Records of the GISAXS study's kind; keyword arguments change sizes."""
    scaled = partial(gisaxs.scaled, scale={**SCALE, **sizes})
    return resolve_runs(declare_runs(study, "s.yaml")[0], "s.yaml", scaled, gisaxs.check_record)


def test_a_registrys_own_sizes_and_checks_are_used(study: dict) -> None:
    seen: list[tuple[str, str]] = []
    records = resolve_runs(
        declare_runs(study, "s.yaml")[0],
        "s.yaml",
        lambda record: {**record, "size": 2 * record["seed"]},
        lambda record, where: seen.append((where, record["size"])),
    )
    assert list(records) == ["base", "other-1", "second", "at"]
    assert records["base"] == {**study["defaults"], "size": 84}
    assert seen == [(f"s.yaml: runs.{run}", 84) for run in records]


def test_the_gisaxs_registry_resolves_and_checks_all(study: dict) -> None:
    assert REGISTRIES["gisaxs"].resolve(study, SCALE, CONFIG, SOURCES)[1] == resolved(study)


@pytest.mark.parametrize(
    ("change", "sizes", "message"),
    [
        (
            {"codec_comparison": {"runs": ["bsae"]}},
            {},
            r"^s\.yaml: codec_comparison\.runs: there is no run 'bsae'",
        ),
        (
            {},
            {"crop": 250},
            r"^scale\.yaml: gisaxs\.crop: crop / binning must be a multiple of 64 pixels",
        ),
        ({}, {"binning": 3}, r"^scale\.yaml: gisaxs\.crop: .* found 256 / 3$"),
        ({"runs": {"base": {"sed": 1}}}, {}, r"^s\.yaml: runs\.base\.sed: unknown key"),
    ],
)
def test_what_the_gisaxs_registry_refuses(study: dict, change: dict, sizes: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        gisaxs.resolve({**study, **change}, {**SCALE, **sizes}, CONFIG, SOURCES)


def test_the_run_of_the_frames_is_checked(study: dict) -> None:
    with pytest.raises(ConfigError, match=r"^config/config\.yaml: frames\.run: there is no run 'bsae'"):
        gisaxs.resolve(study, SCALE, {"frames": {"run": "bsae", "paths": []}}, SOURCES)


def test_a_record_holds_defaults_own_keys_and_sizes(study: dict) -> None:
    record = resolved(study)["other-1"]
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
    records = resolved(study)
    assert (records["base"]["epochs"], records["second"]["epochs"]) == (3, 5)


def test_one_cycle_has_epochs_of_its_own_on_the_small_set(study: dict) -> None:
    study["runs"]["base"] = {"schedule": "one-cycle"}
    study["runs"]["second"]["schedule"] = "one-cycle"
    records = resolved(study)
    assert (records["base"]["epochs"], records["second"]["epochs"]) == (2, 5)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"model": "anchor", "channels": [8], "activation": "relu"}, "runs.base.activation: only factorized"),
        (
            {"loop": "plain", "schedule": "one-cycle"},
            "runs.base.schedule: the plain loop allows only plateau",
        ),
        ({"loop": "plain", "precision": "bf16"}, "runs.base.precision: the plain loop allows only fp32"),
        ({"loop": "plain", "quantiles": "solved"}, "runs.base.quantiles: the plain loop allows only adam"),
        ({"denoiser": ["z"]}, "runs.base.denoiser: factorized has no hyperprior, so no latents z and y"),
        (
            {"model": "anchor", "channels": [8], "denoiser_width": "over-complete"},
            "runs.base.denoiser_width: a run without denoiser has complete, found over-complete",
        ),
        (
            {"model": "anchor", "channels": [8], "denoiser_depth": 2},
            "runs.base.denoiser_depth: a run without denoiser has 1, found 2",
        ),
    ],
)
def test_keys_that_do_not_go_together(study: dict, own: dict, message: str) -> None:
    study["runs"]["base"] = own
    with pytest.raises(ConfigError, match=message):
        resolved(study)


def test_width_scaling_leaves_a_channel_and_the_source_alone(study: dict) -> None:
    del study["runs"]["at"]
    before = deepcopy(study)
    records = resolved(study, width=0.01)
    assert records["base"]["channels"] == [1, 1]
    assert resolved(study, width=1.0)["base"]["channels"] == [43, 64]
    assert study == before


def wrong(study: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        resolved(study)


def test_unknown_key(study: dict) -> None:
    study["runs"]["base"] = {"lamda": 1.0}
    wrong(study, r"^s\.yaml: runs\.base\.lamda: unknown key, expected one of dataset, model")


def test_a_family_gives_its_keys_and_is_a_group(study: dict) -> None:
    study["families"] = {"weighted": {"lambda": 5.0, "loss": "ms-ssim"}}
    study["runs"]["other-1"] = {"family": "weighted", "seed": 7}
    declared, groups = declare_runs(study, "s.yaml")
    assert declared["other-1"] == {**study["defaults"], "lambda": 5.0, "loss": "ms-ssim", "seed": 7}
    assert groups == {"weighted": ["other-1"]}


def test_seeds_are_a_run_each_and_a_group(study: dict) -> None:
    study["runs"]["other-1"] = {"lambda": 0.02, "seeds": [42, 43, 44]}
    declared, groups = declare_runs(study, "s.yaml")
    assert list(declared)[1:4] == ["other-1", "other-1-seed-43", "other-1-seed-44"]
    assert [declared[run]["seed"] for run in groups["other-1"]] == [42, 43, 44]
    assert {declared[run]["lambda"] for run in groups["other-1"]} == {0.02}


def test_a_familys_members_have_their_seeds_in(study: dict) -> None:
    study["families"] = {"weighted": {"lambda": 5.0}}
    study["runs"]["other-1"] = {"family": "weighted", "seeds": [42, 43]}
    assert declare_runs(study, "s.yaml")[1]["weighted"] == ["other-1", "other-1-seed-43"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"runs": {"a": {"family": "wieghted"}}}, r"runs\.a\.family: .* 'wieghted'; did you mean 'weighted'"),
        (
            {"runs": {"a": {"family": "weighted", "lambda": 5.0}}},
            r"runs\.a\.lambda: its family 'weighted' has",
        ),
        ({"families": {"weighted": {"lamda": 5.0}}}, r"families\.weighted\.lamda: unknown key"),
        ({"families": {"weighted": {"family": "x"}}}, r"families\.weighted\.family: unknown key"),
        ({"runs": {"a": {"seed": 1, "seeds": [1, 2]}}}, r"runs\.a: give seed or seeds, not both"),
        ({"runs": {"weighted": {"seeds": [1, 2]}}}, r"runs\.weighted: there is another group 'weighted'"),
        ({"runs": {"a": {"seeds": [1, 2]}, "a-seed-2": {}}}, r"runs\.a-seed-2: there are two runs"),
        (
            {"groups": {"some": ["base", "bsae"]}},
            r"groups\.some: there is no run 'bsae'; did you mean 'base'",
        ),
        ({"groups": {"some": ["@wieghted"]}}, r"groups\.some: there is no group 'wieghted'; did you mean"),
    ],
)
def test_what_declarations_refuse(study: dict, change: dict, message: str) -> None:
    study["families"] = {"weighted": {"lambda": 5.0}}
    with pytest.raises(ConfigError, match=rf"^s\.yaml: {message}"):
        declare_runs({**study, **change}, "s.yaml")


def test_groups_may_name_groups(study: dict) -> None:
    study["groups"] = {"some": ["base", "at"], "more": ["@some", "second", "base"]}
    assert declare_runs(study, "s.yaml")[1]["more"] == ["base", "at", "second"]


def test_a_single_text_is_a_list_of_one() -> None:
    assert runs_of("@some", {}, {"some": ["a", "b"]}, "here") == ["a", "b"]
    assert runs_of("a", {"a": {}}, {}, "here") == ["a"]


def test_a_scale_names_the_runs_that_it_trains(study: dict) -> None:
    declared, _ = declare_runs(study, "s.yaml")
    assert trained_runs("all", declared, {}, "here") == list(declared)
    assert trained_runs(["at", "@some"], declared, {"some": ["base"]}, "here") == ["base", "at"]
    with pytest.raises(ConfigError, match="here: there is no run 'bsae'"):
        trained_runs(["bsae"], declared, {}, "here")


def test_frames_need_their_run_trained(study: dict) -> None:
    scale = {**SCALE, "runs": ["at", "second", "other-1"]}
    assert list(gisaxs.resolve(study, scale, CONFIG, SOURCES)[1]) == ["other-1", "second", "at"]
    message = r"frames\.run: 'base' is not trained at this scale; add it to gisaxs\.runs in scale\.yaml"
    with pytest.raises(ConfigError, match=message):
        gisaxs.resolve(study, scale, {"frames": {"run": "base", "paths": ["a.cbf"]}}, SOURCES)


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
    study["runs"]["second"] = own
    wrong(study, r"^s\.yaml: runs\.second\.photons: ")


def test_photons_with_counting_are_right(study: dict) -> None:
    study["runs"]["second"] = {"noise": ["bernoulli", "counting"], "photons": 1e6}
    assert resolved(study)["second"]["photons"] == 1e6


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"model": "attention"}, r"runs\.second\.channels: attention takes 1 .*found \[11, 16\]"),
        ({"channels": [64]}, r"runs\.second\.channels: factorized takes 2 .*found \[16\]"),
        ({"target": "gaps"}, r"runs\.second\.target: gaps in the target need .*gaps in the input"),
        ({"input": "moving-gaps", "target": "gaps"}, r"runs\.second\.target: gaps in the target need .*gaps"),
    ],
)
def test_keys_that_do_not_fit_together(study: dict, own: dict, message: str) -> None:
    study["runs"]["second"] = own
    wrong(study, message)


def test_a_width_that_the_model_cannot_have(study: dict) -> None:
    """Attention needs two channels; a scale may not round it down to one."""
    with pytest.raises(ConfigError, match=r"runs\.at\.channels"):
        resolved(study, width=0.1)
