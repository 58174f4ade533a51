"""The shipped configuration is valid at every scale, and its schemas describe and close every object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from latentlab.codecs.models import build_codec
from latentlab.codecs.shapes import DENOISER_POSITIONS, DENOISER_WIDTHS
from latentlab.errors import ConfigError
from latentlab.microstructures import KINDS
from latentlab.models.resnet import DEPTHS
from latentlab.pipeline.configuration import load_yaml, validate
from latentlab.scattering.noise import NOISES
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.lines.losses import DISTORTIONS
from latentlab.studies.registries import REGISTRIES, load

SCALES = ("tiny", "quick", "paper")
SCHEMAS = ("config", "scale", "gisaxs", "lines", "microscopy", "landcover")


@pytest.fixture(scope="module")
def config(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "config.yaml")


@pytest.fixture(scope="module")
def study(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "gisaxs.yaml")


@pytest.fixture(scope="module")
def lines(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "lines.yaml")


@pytest.fixture(scope="module")
def check(repository: Path) -> Callable[[dict, str], None]:
    folder = repository / "workflow" / "schemas"
    return lambda content, name: validate(content, folder / f"{name}.schema.yaml", f"{name}.yaml")


def test_every_scale_has_its_file(repository: Path) -> None:
    schema = load_yaml(repository / "workflow" / "schemas" / "config.schema.yaml")
    assert sorted(schema["properties"]["scale"]["enum"]) == sorted(SCALES)
    assert sorted(path.stem for path in (repository / "config" / "scales").glob("*.yaml")) == sorted(SCALES)


def test_shipped_config_is_valid(config: dict, check: Callable) -> None:
    check(config, "config")


def test_shipped_studies_are_valid(study: dict, lines: dict, check: Callable) -> None:
    check(study, "gisaxs")
    check(lines, "lines")


@pytest.mark.parametrize("scale", SCALES)
def test_shipped_runs_resolve_at_every_scale(repository: Path, config: dict, scale: str) -> None:
    _, sizes, _, records = load(repository, {**config, "scale": scale}, "gisaxs")
    assert list(records)
    for record in records.values():
        assert record["side"] % 64 == 0
        assert sizes["crop"] % sizes["binning"] == 0
        build_codec(record["model"], record["channels"])


@pytest.mark.parametrize("scale", ["quick", "paper"])
@pytest.mark.parametrize(("study", "runs"), [("gisaxs", 108), ("lines", 12), ("microscopy", 65)])
def test_every_run_is_trained_at_the_real_scales(
    repository: Path, config: dict, study: str, runs: int, scale: str
) -> None:
    _, _, content, records = load(repository, {**config, "scale": scale}, study)
    declared = load_yaml(repository / "config" / f"{study}.yaml")
    assert len(records) == runs
    assert set(declared["runs"]) <= set(records)
    for section in ("tables", "figures"):
        assert list(content[section]) == list(declared[section])


@pytest.mark.parametrize(("scale", "runs"), [("quick", 49), ("paper", 63)])
def test_landcover_leaves_out_two_latent_sizes_and_two_losses_at_quick(
    repository: Path, config: dict, scale: str, runs: int
) -> None:
    _, sizes, content, records = load(repository, {**config, "scale": scale}, "landcover")
    declared = load_yaml(repository / "config" / "landcover.yaml")
    assert len(records) == runs
    left_out = {run.partition("-seed")[0] for run in set(declared["runs"]) - set(records)}
    sizes_left_out = {f"{kind}-{size}" for kind in ("convolution", "pooling") for size in (128, 512)}
    assert left_out == ({*sizes_left_out, "beta-4", "loss-ms-ssim"} if scale == "quick" else set())
    for section in ("tables", "figures"):
        assert list(content[section]) == list(declared[section])
    for record in records.values():
        assert {key: record[key] for key in ("side", "batch", "epochs")} == {
            key: sizes[key] for key in ("side", "batch", "epochs")
        }


def test_landcover_has_the_thesis_sizes_at_paper(repository: Path, config: dict) -> None:
    _, sizes, _, records = load(repository, {**config, "scale": "paper"}, "landcover")
    assert sizes["tiles"] == {"train": 3000, "validation": 200, "test": 4000}
    assert (sizes["side"], sizes["batch"], sizes["epochs"], sizes["latent"]) == (128, 128, 50, 1024)
    assert {record["latent"] for record in records.values()} == {2, 10, 50, 128, 512, 1024}
    for split, tiles in sizes["tiles"].items():
        assert 64 * sizes["sites"][split] >= tiles


def test_tiny_trains_one_run_of_each_kind(repository: Path, config: dict) -> None:
    """Every model, loss, loop, input and data set that a study has occurs in what the tests train."""
    for study, keys in (
        ("gisaxs", ("dataset", "model", "activation", "loss", "intensity", "loop", "schedule", "quantiles")),
        ("lines", ("data", "loss")),
        ("microscopy", ("variational", "rotation", "frame", "classes", "discrete", "condition", "labelled")),
        ("microscopy", ("encoder", "decoder", "likelihood", "restores", "schedule")),
        ("landcover", ("input", "restores", "variational", "beta_schedule")),
    ):
        whole = load(repository, {**config, "scale": "quick"}, study)[3].values()
        tiny = load(repository, {**config, "scale": "tiny"}, study)[3].values()
        for key in keys:
            assert {record[key] for record in tiny} == {record[key] for record in whole}, (study, key)
        assert len(tiny) < len(whole)


def test_every_study_has_its_files(repository: Path, config: dict) -> None:
    schema = load_yaml(repository / "workflow" / "schemas" / "config.schema.yaml")
    studies = set(schema["properties"]["studies"]["items"]["enum"])
    sizes = load_yaml(repository / "workflow" / "schemas" / "scale.schema.yaml")["properties"]
    assert studies == set(REGISTRIES) == set(sizes)
    assert set(config["studies"]) <= studies
    for study in studies:
        assert (repository / "config" / f"{study}.yaml").is_file()


def test_run_values_are_what_the_library_knows(repository: Path) -> None:
    """The schema's choices and the library's are the same, so that no valid run fails when it starts."""
    definitions = load_yaml(repository / "workflow" / "schemas" / "gisaxs.schema.yaml")["$defs"]
    assert set(definitions["noise"]["items"]["enum"]) == set(NOISES)
    run = definitions["run"]["properties"]
    for kind in run["intensity"]["enum"]:
        IntensityTransform(kind, 1.0)
    assert set(run["denoiser"]["items"]["enum"]) == set(DENOISER_POSITIONS)
    assert set(run["denoiser_width"]["enum"]) == set(DENOISER_WIDTHS)
    for model in run["model"]["enum"]:
        with pytest.raises(ValueError, match="channels"):
            build_codec(model, ())


def test_values_of_the_lines_study_are_what_the_library_knows(repository: Path) -> None:
    schema = load_yaml(repository / "workflow" / "schemas" / "lines.schema.yaml")
    kinds = schema["properties"]["sets"]["additionalProperties"]["properties"]["kind"]
    assert set(kinds["enum"]) == set(KINDS)
    assert set(schema["$defs"]["run"]["properties"]["loss"]["enum"]) == set(DISTORTIONS)
    sizes = load_yaml(repository / "workflow" / "schemas" / "scale.schema.yaml")["properties"]["lines"]
    assert set(sizes["properties"]["depth"]["enum"]) == set(DEPTHS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(repository: Path, name: str) -> None:
    schema = load_yaml(repository / "workflow" / "schemas" / f"{name}.schema.yaml")
    jsonschema.Draft202012Validator.check_schema(schema)


def walk(
    schema: Any, root: dict[str, Any], path: str
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(path, subschema, root) of every subschema that describes configuration; conditions are left out."""
    if not isinstance(schema, dict):
        return
    yield path, schema, root
    for keyword in ("properties", "$defs"):
        for key, value in schema.get(keyword, {}).items():
            yield from walk(value, root, f"{path}.{key}")
    for keyword in ("items", "additionalProperties"):
        yield from walk(schema.get(keyword), root, f"{path}.{keyword}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_a_description(repository: Path, name: str) -> None:
    schema = load_yaml(repository / "workflow" / "schemas" / f"{name}.schema.yaml")
    lacking = []
    for path, part, root in walk(schema, schema, name):
        for key, value in part.get("properties", {}).items():
            target = value
            if "$ref" in value:
                target = root["$defs"][value["$ref"].removeprefix("#/$defs/")]
            if not (value.get("description") or target.get("description") or "").strip():
                lacking.append(f"{path}.{key}")
    assert lacking == []
    assert schema["description"].strip()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_is_closed(repository: Path, name: str) -> None:
    schema = load_yaml(repository / "workflow" / "schemas" / f"{name}.schema.yaml")
    parts = [(path, part) for path, part, _ in walk(schema, schema, name) if "properties" in part]
    assert len(parts) > 1
    open_parts = [path for path, part in parts if part.get("additionalProperties") is not False]
    # a set's keys are its kind's, which the library checks: see the tests of the registries
    assert open_parts == ([f"{name}.sets.additionalProperties"] if name in ("lines", "microscopy") else [])


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every mapping in a configuration, by path."""
    if isinstance(content, dict):
        yield path, content
        for key, value in content.items():
            yield from leaves(value, (*path, key))


# below these, keys are names that the user chooses
NAMES = ("runs", "families", "columns", "abbreviations", "patterns", "tables", "figures", "claims")
FREE = [(name,) for name in NAMES]
FREE += [("denoising", "transitions"), ("clustering", "inputs"), ("clustering", "methods")]


def test_a_misspelt_key_is_refused_wherever_it_stands(
    study: dict, config: dict, lines: dict, check: Callable
) -> None:
    for name, content in (("gisaxs", study), ("config", config), ("lines", lines)):
        for path, _ in leaves(content):
            named = {"rows", "match", "groups", "sets", "restored"} & set(path)
            named = named or path[2:] in (("runs",), ("clusters",))
            if (path in FREE and name != "config") or named:
                continue
            altered = deepcopy(content)
            inner = altered
            for key in path:
                inner = inner[key]
            inner["misspelt_key"] = 1
            where = ".".join(path) or "top level"
            with pytest.raises(ConfigError, match=rf"{name}\.yaml: {where}: .*'misspelt_key' was unexpected"):
                check(altered, name)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("defaults", "seed"), -1),
        (("defaults", "lambda"), 0),
        (("defaults", "channels"), []),
        (("defaults", "noise"), ["awgn"]),
        (("defaults", "noise"), ["bernoulli", "bernoulli"]),
        (("experiment", "wavelength_nm"), "0.096"),
        (("experiment", "size_nodes"), 1.5),
        (("detector", "binning"), 0),
        (("examples",), []),
        (("raw_mean_square",), None),
    ],
)
def test_wrong_values_are_refused(study: dict, check: Callable, path: tuple, value: Any) -> None:
    altered = deepcopy(study)
    inner = altered
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(ConfigError, match=rf"^gisaxs\.yaml: {'.'.join(path)}(\.|:)"):
        check(altered, "gisaxs")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("defaults", "seed"), -1),
        (("defaults", "alpha"), 0),
        (("defaults", "beta"), -0.1),
        (("defaults", "loss"), "huber"),
        (("defaults", "contrast"), 0),
        (("defaults", "latent"), 0),
        (("defaults", "weights"), 3),
        (("defaults", "frozen"), "no"),
        (("defaults", "schedule"), "plateau"),
        (("seed",), -1),
        (("sets", "lines-1-4", "kind"), "circles"),
        (("figures", "4", "space"), "latents"),
        (("figures", "table-1", "pairs"), [-1]),
        (("tables", "b", "source"), "sums"),
        (("runs", "statistics"), {"epochs": 3}),
        (("sets",), {"Lines 1": {"kind": "lines"}}),
        (("sets",), {"micrographs": {"kind": "lines"}}),
    ],
)
def test_wrong_values_of_the_lines_study_are_refused(
    lines: dict, check: Callable, path: tuple, value: Any
) -> None:
    altered = deepcopy(lines)
    inner = altered
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    check(lines, "lines")
    with pytest.raises(ConfigError, match=rf"^lines\.yaml: {'.'.join(path)}(\.|:)"):
        check(altered, "lines")


@pytest.mark.parametrize("key", ["scale", "frames", "workers", "studies", "micrographs"])
def test_missing_key_is_named(config: dict, check: Callable, key: str) -> None:
    altered = {name: value for name, value in config.items() if name != key}
    with pytest.raises(ConfigError, match=f"config.yaml: top level: '{key}' is a required property"):
        check(altered, "config")
