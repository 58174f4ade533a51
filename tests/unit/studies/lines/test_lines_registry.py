"""The lines study's registry: the shipped study resolves at each scale, and each mistake has its message."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch

from latentlab.errors import ConfigError
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.runs import Record
from latentlab.studies.lines import registry as lines
from latentlab.studies.lines.vae import build_vae
from latentlab.studies.registries import REGISTRIES, load

SCALES = ("tiny", "quick", "paper")
SOURCES = {"study": "s.yaml", "scale": "scale.yaml"}
CONFIG: dict[str, Any] = {"micrographs": {"paths": [], "threshold": "otsu", "invert": False}}
WITH_MICROGRAPHS = {"micrographs": {**CONFIG["micrographs"], "paths": ["a.png"]}}
SCALE = {
    "runs": "all",
    "side": 32,
    "images": 120,
    "shown": 20,
    "depth": 18,
    "width": 4,
    "hidden": 16,
    "decoder_width": 0.5,
    "batch": 8,
    "learning_rate": 3e-3,
    "epochs": 2,
    "pairs": 12,
}
STUDY: dict[str, Any] = {
    "sets": {
        "voids": {"kind": "spheres", "volume_fraction": [0.05, 0.4], "radius": [8, 16]},
        "grains": {"kind": "voronoi", "grains": [10, 60], "thickness": [5, 9]},
    },
    "defaults": {
        "data": "voids",
        "loss": "statistics",
        "alpha": 1.0,
        "beta": 1.0,
        "thresholded": 0.0,
        "contrast": 10.0,
        "latent": 9,
        "weights": None,
        "frozen": False,
        "schedule": "one-cycle",
        "seed": 42,
    },
    "runs": {"base": {}, "other": {"seed": 43}},
    "tables": {"1": {"rows": {"base": {}}}, "2": {"sets": ["grains"]}},
    "figures": {"1": {"groups": {"both": ["base", "other"]}, "sets": ["voids"]}},
    "claims": {"c": {"says": "so", "when": "kl(other) < mse_statistics_pca(voids)"}},
}


@pytest.fixture
def study() -> dict[str, Any]:
    return deepcopy(STUDY)


def resolved(study: dict, config: dict = CONFIG, **sizes: Any) -> dict[str, Record]:
    return lines.resolve(study, {**SCALE, **sizes}, config, SOURCES)[1]


def wrong(study: dict, message: str, config: dict = CONFIG, **sizes: Any) -> None:
    resolved(STUDY)
    with pytest.raises(ConfigError, match=message):
        resolved(study, config, **sizes)


@pytest.mark.parametrize("scale", SCALES)
def test_the_shipped_study_resolves(repository: Path, scale: str) -> None:
    config = {**load_yaml(repository / "config" / "config.yaml"), "scale": scale}
    checked, sizes, study, records = load(repository, config, "lines")
    assert checked == config
    assert list(records)
    keys = {*study["defaults"], *lines.SIZES}
    for run, record in records.items():
        assert set(record) == keys, run
        assert {name: record[name] for name in lines.SIZES} == {name: sizes[name] for name in lines.SIZES}
        assert record["data"] in study["sets"]
        with torch.device("meta"):
            build_vae(record)
    # a batch and two images to watch, and as many as are scored
    training = round(0.7 * sizes["images"])
    assert training >= sizes["batch"]
    assert sizes["images"] - training >= max(sizes["pairs"], sizes["overfitting"], sizes["retrieved"], 2)


def test_seeds_of_a_group_differ_in_nothing_else(repository: Path) -> None:
    config = {**load_yaml(repository / "config" / "config.yaml"), "scale": "quick"}
    *_, study, records = load(repository, config, "lines")
    groups = [content.get("groups", {}) for part in ("tables", "figures") for content in study[part].values()]
    for runs in (runs for content in groups for runs in content.values()):
        alike = [{**records[run], "seed": None} for run in runs]
        assert all(record == alike[0] for record in alike)
        assert len({records[run]["seed"] for run in runs}) == len(runs)


def test_the_registry_is_known_by_the_studys_name() -> None:
    assert REGISTRIES["lines"] is lines


def test_a_record_holds_defaults_own_keys_and_sizes(study: dict) -> None:
    before = deepcopy(study)
    assert resolved(study)["other"] == {
        **study["defaults"],
        "seed": 43,
        **{name: SCALE[name] for name in lines.SIZES},
    }
    assert study == before


def test_a_set_that_is_not_there(study: dict) -> None:
    study["runs"]["other"] = {"data": "viods"}
    wrong(study, r"^s\.yaml: runs\.other\.data: there is no set 'viods'; did you mean 'voids'")


def test_micrographs_need_paths(study: dict) -> None:
    study["runs"]["other"] = {"data": "micrographs"}
    hint = r"voids, grains; give micrographs\.paths in config/config\.yaml$"
    wrong(study, rf"^s\.yaml: runs\.other\.data: there is no set 'micrographs'; expected one of {hint}")
    assert resolved(study, WITH_MICROGRAPHS)["other"]["data"] == "micrographs"


def test_a_frozen_resnet_needs_weights(study: dict) -> None:
    study["runs"]["other"] = {"frozen": True}
    wrong(study, r"^s\.yaml: runs\.other\.frozen: a ResNet of random weights must be trained; give weights")


def test_weights_are_of_one_width(study: dict) -> None:
    study["runs"]["other"] = {"frozen": True, "weights": "resnet18.pth"}
    wrong(study, r"^s\.yaml: runs\.other\.weights: torchvision's weights are of width 64, the scale's is 4$")
    assert resolved(study, width=64)["other"]["weights"] == "resnet18.pth"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"radus": 3}, "radus"),
        ({"radius": [16, 8]}, "radius"),
        ({"radius": "large"}, "radius"),
        ({"kind": "circles"}, "kind: expected one of lines, .* found 'circles'"),
        ({"kind": None}, "kind"),
    ],
)
def test_a_set_that_cannot_be_drawn(study: dict, change: dict, message: str) -> None:
    study["sets"]["voids"].update(change)
    wrong(study, rf"^s\.yaml: sets\.voids: .*{message}")


def test_a_set_that_does_not_fit_the_scales_side(study: dict) -> None:
    wrong(study, r"^s\.yaml: sets\.voids: .*at least 16 px, found 8", side=8)


@pytest.mark.parametrize(
    ("section", "content", "where"),
    [
        ("tables", {"rows": {"bsae": {}}}, "rows"),
        ("tables", {"run": "bsae"}, "run"),
        ("figures", {"runs": ["bsae"]}, "runs"),
        ("figures", {"groups": {"a": ["base"], "b": ["bsae"]}}, r"groups\.b"),
        ("claims", {"says": "", "when": "kl(bsae) < 1"}, "when"),
    ],
)
def test_references_to_no_run(study: dict, section: str, content: dict, where: str) -> None:
    study[section]["x"] = content
    wrong(study, rf"^s\.yaml: {section}\.x\.{where}: there is no run 'bsae'; did you mean 'base'")


@pytest.mark.parametrize("section", ["tables", "figures"])
def test_references_to_no_set(study: dict, section: str) -> None:
    study[section]["x"] = {"sets": ["voids", "viods"]}
    wrong(study, rf"^s\.yaml: {section}\.x\.sets: there is no set 'viods'; did you mean 'voids'")


def test_claims_speak_of_sets_that_are_trained_on(study: dict) -> None:
    """Only of these are baselines measured."""
    study["claims"]["c"]["when"] = "kl(other) < mse_statistics_pca(grains)"
    wrong(study, r"^s\.yaml: claims\.c\.when: there is no run 'grains'")
    study["runs"]["base"] = {"data": "grains"}
    resolved(study)


def test_a_run_that_nothing_shows(study: dict) -> None:
    study["runs"]["spare"] = {"alpha": 3.0}  # another seed would be shown beside the first
    wrong(study, r"^s\.yaml: runs\.spare: no table, figure or claim refers to this run$")


def test_two_equal_records(study: dict) -> None:
    study["runs"]["other"] = {"seed": 42}
    wrong(study, r"^s\.yaml: runs\.other: the same record as runs\.base")


def test_unknown_key(study: dict) -> None:
    study["runs"]["other"] = {"sed": 1}
    wrong(study, r"^s\.yaml: runs\.other\.sed: unknown key, expected one of data, loss, alpha")


def test_a_run_named_like_a_set(study: dict[str, Any]) -> None:
    study["runs"]["grains"] = {"seed": 44}
    with pytest.raises(ConfigError, match=r"^s\.yaml: runs\.grains: a set has this name"):
        resolved(study)


def content(study: dict, **sizes: Any) -> tuple[dict, dict]:
    return lines.resolve(study, {**SCALE, **sizes}, WITH_MICROGRAPHS, SOURCES)


def test_a_run_on_micrographs_brings_its_table_and_figures(study: dict) -> None:
    before = content(deepcopy(study))[0]
    study["runs"]["mine"] = {"data": "micrographs", "seeds": [42, 43]}
    after, records = content(study)
    own = ["mine", "mine-seed-43"]
    assert {records[run]["data"] for run in own} == {"micrographs"}
    assert after["trained_sets"] == ["micrographs", "voids"]
    assert set(after["tables"]) - set(before["tables"]) == {"micrographs"}
    table = after["tables"]["micrographs"]
    assert (list(table["rows"]), table["sets"], table["source"]) == (own, ["micrographs"], "micrographs")
    figures = {name: after["figures"][name] for name in set(after["figures"]) - set(before["figures"])}
    assert {name: figure["kind"] for name, figure in figures.items()} == {
        "micrographs-history": "history",
        "micrographs-mine": "reconstructions",
        "micrographs-mine-seed-43": "reconstructions",
    }
    assert figures["micrographs-history"]["runs"] == own
    assert figures["micrographs-mine-seed-43"]["run"] == "mine-seed-43"
    for entry in (table, *figures.values()):
        assert len(entry["title"].split()) <= 10
        assert all(entry[key].endswith(".") for key in ("made", "units", "look"))
    for section in ("tables", "figures"):
        assert {name: after[section][name] for name in before[section]} == before[section]


def test_a_run_on_micrographs_that_is_named_brings_nothing(study: dict) -> None:
    study["runs"]["mine"] = {"data": "micrographs"}
    study["tables"]["3"] = {"rows": ["mine"], "ours": ["kl"]}
    after, records = content(study)
    assert "mine" in records
    assert not [name for name in (*after["tables"], *after["figures"]) if name.startswith("micrographs")]


def test_a_claim_alone_does_not_show_a_run_on_micrographs(study: dict) -> None:
    study["runs"]["mine"] = {"data": "micrographs"}
    study["claims"]["d"] = {
        "says": "so",
        "when": "mse_statistics(mine) < mse_statistics_mean_autocorrelation(micrographs)",
    }
    assert "micrographs-mine" in content(study)[0]["figures"]


def test_runs_on_micrographs_are_trained_at_every_scale(study: dict) -> None:
    study["runs"]["mine"] = {"data": "micrographs"}
    after, records = content(study, runs=["other"])
    assert list(records) == ["other", "mine"]
    assert list(after["tables"]["micrographs"]["rows"]) == ["mine"]


@pytest.mark.parametrize(
    ("section", "name", "run", "where"),
    [
        ("tables", "micrographs", "mine", r"tables\.micrographs"),
        ("figures", "micrographs-history", "mine", r"figures\.micrographs-history"),
        ("figures", "micrographs-mine", "mine", r"runs\.mine"),
        (None, "micrographs-history", "history", r"runs\.history"),
    ],
)
def test_names_of_what_runs_on_micrographs_bring(
    study: dict, section: str | None, name: str, run: str, where: str
) -> None:
    study["runs"][run] = {"data": "micrographs"}
    if section:
        study[section][name] = {"runs": ["base"]}
    message = f"'{name}' is the name of what is made for runs on your micrographs; choose another name"
    wrong(study, rf"^s\.yaml: {where}: {message}$", WITH_MICROGRAPHS)


def test_micrographs_without_a_run_bring_nothing(study: dict) -> None:
    after, _ = content(study)
    assert (list(after["tables"]), list(after["figures"])) == (list(study["tables"]), list(study["figures"]))
    assert "micrographs" not in after["trained_sets"]
