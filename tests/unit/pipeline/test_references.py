"""References of tables, figures and claims: groups written out, mistakes named, a scale's share chosen."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.references import check_references, restrict, runs_named, write_out

DECLARED: dict[str, Any] = {
    "base": {"model": "wide", "channels": [4, 6]},
    "other": {"model": "wide", "channels": [5, 7]},
    "third": {"model": "narrow", "channels": [1]},
}
GROUPS = {"wide": ["base", "other"]}
STUDY: dict[str, Any] = {
    "runs": {"base": {}, "other": {}, "third": {}},
    "columns": {"errors": ["mse", "psnr"]},
    "abbreviations": {"narrow": "N"},
    "tables": {
        "cells": {"rows": {"base": {"n": 1}, "third": {}}, "columns": ["mse"], "ours": "errors"},
        "group": {"rows": "@wide", "match": {"m": "channels.1", "name": "model"}, "ours": ["psnr"]},
        "plain": {"source": "parameters"},
    },
    "figures": {
        "one": {"kind": "a", "run": "third"},
        "several": {"kind": "b", "runs": ["@wide", "third"]},
        "labelled": {"kind": "b", "runs": {"third": "the third"}},
        "seeds": {"kind": "c", "groups": {"all": ["@wide"], "single": ["third"]}},
    },
    "claims": {"c": {"says": "so", "when": "max(mse(@wide)) < size(pattern)"}},
}
METRICS = {"pattern": {"size"}}


@pytest.fixture
def study() -> dict[str, Any]:
    return deepcopy(STUDY)


def written(study: dict[str, Any]) -> dict[str, Any]:
    return write_out(study, DECLARED, GROUPS, "s.yaml")


def check(study: dict[str, Any], **options: Any) -> None:
    def metrics(subject: str) -> set[str]:
        return METRICS.get(subject, {"mse", "psnr"})

    check_references(
        written(study), DECLARED, "s.yaml", **{"subjects": ["pattern"], "metrics": metrics, **options}
    )


def test_groups_and_column_sets_are_written_out(study: dict[str, Any]) -> None:
    before = deepcopy(study)
    content = written(study)
    assert content["tables"]["cells"]["rows"] == {"base": {"n": 1}, "third": {}}
    assert content["tables"]["cells"]["ours"] == ["mse", "psnr"]
    assert content["figures"]["several"]["runs"] == ["base", "other", "third"]
    assert content["figures"]["labelled"]["runs"] == ["third"]
    assert content["figures"]["labelled"]["labels"] == {"third": "the third"}
    assert content["figures"]["seeds"]["groups"] == {"all": ["base", "other"], "single": ["third"]}
    assert content["groups"] == GROUPS
    assert study == before


def test_match_finds_the_documents_cells(study: dict[str, Any]) -> None:
    study["tables"]["group"]["rows"] = ["base", "third"]
    study["tables"]["group"]["match"] = {"n": "channels.0", "name": "model"}
    rows = written(study)["tables"]["group"]["rows"]
    assert rows == {"base": {"n": 4, "name": "wide"}, "third": {"n": 1, "name": "N"}}


def test_a_row_brings_the_seeds_of_its_run(study: dict[str, Any]) -> None:
    seeds = {f"base-seed-{seed}": {**DECLARED["base"], "seed": seed} for seed in (43, 44)}
    declared = {**DECLARED, "base": {**DECLARED["base"], "seed": 42}, **seeds}
    study["tables"]["cells"]["rows"] = {"third": {}, "base": {"n": 1}, "base-seed-44": {"n": 2}}
    content = write_out(study, declared, GROUPS, "s.yaml")
    rows = content["tables"]["cells"]["rows"]
    assert rows == {"third": {}, "base": {"n": 1}, "base-seed-43": {"n": 1}, "base-seed-44": {"n": 2}}
    assert list(rows) == ["third", "base", "base-seed-43", "base-seed-44"]
    assert content["figures"]["several"]["runs"] == ["base", "other", "third"]  # figures show what they name
    kept = restrict(content, ["base", "base-seed-44"])["tables"]["cells"]["rows"]
    assert list(kept) == ["base", "base-seed-44"]


def test_tables_that_name_runs_have_titles(study: dict[str, Any]) -> None:
    def titles(records: Any) -> dict[str, str]:
        return {run: f"{record['model']} of {len(records)}" for run, record in records.items()}

    content = write_out(study, DECLARED, GROUPS, "s.yaml", titles)
    assert content["tables"]["cells"]["titles"] == {"base": "wide of 2", "third": "narrow of 2"}
    assert "titles" not in content["tables"]["plain"]
    assert restrict(content, ["third"])["tables"]["cells"]["titles"] == {"third": "narrow of 2"}


def test_a_table_with_rows_has_its_source(study: dict[str, Any]) -> None:
    content = written(study)
    assert content["tables"]["cells"]["source"] == "runs"
    assert content["tables"]["plain"]["source"] == "parameters"


@pytest.mark.parametrize(
    ("section", "entry", "message"),
    [
        ("tables", {"rows": {"bsae": {}}}, r"rows: there is no run 'bsae'; did you mean 'base'"),
        ("tables", {"rows": "@wdie"}, r"rows: there is no group 'wdie'; did you mean 'wide'"),
        ("tables", {"rows": ["base"], "match": {"n": "chanels.0"}}, r"match\.n: .* did you mean 'channels'"),
        ("tables", {"rows": ["base"], "match": {"n": "channels"}}, r"match\.n: 'channels' is not one value"),
        ("tables", {"rows": ["base"], "match": {"n": "channels.2"}}, r"match\.n: 'channels\.2' is not one"),
        ("tables", {"rows": ["base"], "match": {"n": "channels.x"}}, r"match\.n: 'channels\.x' is not one"),
        ("tables", {"rows": ["base"], "match": {"n": "model.0"}}, r"match\.n: 'model\.0' is not one value"),
        ("tables", {"run": "bsae"}, r"run: there is no run 'bsae'"),
        ("tables", {"rows": ["base"], "ours": "erors"}, r"ours: there is no set of columns 'erors'"),
        ("figures", {"runs": ["base", "bsae"]}, r"runs: there is no run 'bsae'"),
        ("figures", {"groups": {"a": ["base"], "b": ["bsae"]}}, r"groups\.b: there is no run 'bsae'"),
    ],
)
def test_names_that_are_not_there(study: dict, section: str, entry: dict, message: str) -> None:
    study[section]["x"] = entry
    with pytest.raises(ConfigError, match=rf"^s\.yaml: {section}\.x\.{message}"):
        written(study)


def test_references_that_are_right(study: dict[str, Any]) -> None:
    check(study, also_used=[("config.yaml: frames.run", "base")])


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("mse(bsae) < 1", "there is no run 'bsae'; did you mean 'base'"),
        ("msee(base) < 1", "there is no metric of base 'msee'; did you mean 'mse'"),
        ("mse(pattern) < 1", "there is no metric of pattern 'mse'"),
        ("max(mse(@wdie)) < 1", "there is no group 'wdie'"),
    ],
)
def test_claims_about_what_is_not_measured(study: dict[str, Any], when: str, message: str) -> None:
    study["claims"]["c"]["when"] = when
    with pytest.raises(ConfigError, match=rf"^s\.yaml: claims\.c\.when: {message}"):
        check(study)


def with_overview(study: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The study with an overview of one row; "figure" in `changes` is the overview's, the rest the row's."""
    figure = changes.pop("figure", "one")
    row = {"quantity": "error", "ours": "mse(base)", "trivial": "size(pattern)", "claim": "c", **changes}
    return {**study, "overview": {"says": "", "figure": figure, "rows": [row]}}


def test_an_overview_that_is_right(study: dict[str, Any]) -> None:
    check(with_overview(study))
    check(with_overview(study, trivial=0.5))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"figure": "oen"}, r"figure: there is no figure 'oen'; did you mean 'one'"),
        ({"ours": "mse(bsae)"}, r"rows\.0\.ours: there is no run 'bsae'; did you mean 'base'"),
        ({"ours": "msee(base)"}, r"rows\.0\.ours: there is no metric of base 'msee'; did you mean 'mse'"),
        ({"ours": "base.mse"}, r"rows\.0\.ours: 'base\.mse' is no measured value; these are written metric"),
        ({"ours": "mse(@wide)"}, r"rows\.0\.ours: 'mse\(@wide\)' is no measured value"),
        ({"trivial": "mse(pattern)"}, r"rows\.0\.trivial: there is no metric of pattern 'mse'"),
        ({"trivial": "size(patern)"}, r"rows\.0\.trivial: there is no run 'patern'; did you mean 'pattern'"),
        ({"claim": "d"}, r"rows\.0\.claim: there is no claim 'd'; expected one of c"),
    ],
)
def test_an_overview_of_what_is_not_there(study: dict, changes: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^s\.yaml: overview\.{message}"):
        check(with_overview(study, **changes))


def test_a_run_that_only_the_overview_shows_is_used(study: dict[str, Any]) -> None:
    study["tables"]["cells"]["rows"] = {"base": {"n": 1}}
    study["figures"] = {"one": {"kind": "a", "run": "base"}}
    check(with_overview(study, ours="mse(third)"))


@pytest.mark.parametrize("key", ["columns", "ours"])
def test_columns_that_are_no_metric(study: dict[str, Any], key: str) -> None:
    study["tables"]["cells"][key] = ["pnsr"]
    with pytest.raises(ConfigError, match=rf"tables\.cells\.{key}: .* 'pnsr'; did you mean 'psnr'"):
        check(study)


def test_a_reference_from_outside(study: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"^config\.yaml: frames\.run: there is no run 'bsae'"):
        check(study, also_used=[("config.yaml: frames.run", "bsae")])


def test_a_claim_about_a_run_with_seeds_is_about_all_of_them(study: dict[str, Any]) -> None:
    seeds = ["third-seed-43", "third-seed-44"]
    declared = {**DECLARED, **dict.fromkeys(seeds, DECLARED["third"])}
    study["runs"]["third"] = {"seeds": [42, 43, 44]}
    study["tables"]["cells"]["rows"] = {"base": {"n": 1}}  # a row would bring its seeds
    study["claims"]["c"]["when"] = "mse(third-seed-43) < 1"
    content = write_out(study, declared, {**GROUPS, "third": ["third", *seeds]}, "s.yaml")
    assert content["seeds"] == {"third": ["third", *seeds]}
    check_references(content, declared, "s.yaml")
    content["claims"]["c"]["when"] = "mse(base) < 1"
    with pytest.raises(ConfigError, match=r"^s\.yaml: runs\.third-seed-43: no table, figure or claim"):
        check_references(content, declared, "s.yaml")


def test_a_run_that_nothing_shows(study: dict[str, Any]) -> None:
    study["tables"]["cells"]["rows"] = {"base": {"n": 1}}
    study["figures"] = {}
    with pytest.raises(ConfigError, match=r"^s\.yaml: runs\.third: no table, figure or claim refers to"):
        check(study)
    check(study, also_used=[("config.yaml: frames.run", "third")])


def test_a_scale_leaves_out_what_it_does_not_train(study: dict[str, Any]) -> None:
    content = restrict(written(study), ["base"])
    assert content["tables"]["cells"]["rows"] == {"base": {"n": 1}}
    assert list(content["tables"]["group"]["rows"]) == ["base"]
    assert "plain" in content["tables"]  # it shows no run
    assert "one" not in content["figures"]
    assert content["figures"]["several"]["runs"] == ["base"]
    assert content["figures"]["seeds"]["groups"] == {"all": ["base"]}
    assert content["claims"] == study["claims"]


def test_all_runs_leave_everything(study: dict[str, Any]) -> None:
    content = written(study)
    assert restrict(content, DECLARED) == content


def test_runs_named_each_once() -> None:
    entry = {"rows": {"a": {}}, "runs": ["b", "a"], "run": "c", "groups": {"g": ["d", "b"]}}
    assert runs_named(entry) == ["a", "b", "c", "d"]
