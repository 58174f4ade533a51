"""The shipped configuration is valid at every scale, and its schemas describe and close every object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from latentlab.configuration import load_yaml, validate
from latentlab.errors import ConfigError
from latentlab.intensity import IntensityTransform
from latentlab.models.codecs import build_codec
from latentlab.runs import check_references, resolve_runs
from latentlab.scattering.noise import NOISES

SCALES = ("tiny", "quick", "paper")
SCHEMAS = ("config", "scale", "gisaxs")


@pytest.fixture(scope="module")
def config(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "config.yaml")


@pytest.fixture(scope="module")
def study(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "gisaxs.yaml")


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


def test_shipped_study_is_valid(study: dict, check: Callable) -> None:
    check(study, "gisaxs")


@pytest.mark.parametrize("scale", SCALES)
def test_shipped_runs_resolve_at_every_scale(
    repository: Path, study: dict, config: dict, check: Callable, scale: str
) -> None:
    sizes = load_yaml(repository / "config" / "scales" / f"{scale}.yaml")
    check(sizes, "scale")
    records = resolve_runs(study, sizes["gisaxs"], "gisaxs.yaml")
    check_references(study, "gisaxs.yaml", {"config.yaml: frames.run": config["frames"]["run"]})
    assert list(records) == list(study["runs"])
    for record in records.values():
        assert record["side"] % 64 == 0
        assert sizes["gisaxs"]["crop"] % sizes["gisaxs"]["binning"] == 0
        build_codec(record["model"], record["channels"])


def test_run_values_are_what_the_library_knows(repository: Path) -> None:
    """The schema's choices and the library's are the same, so that no valid run fails when it starts."""
    definitions = load_yaml(repository / "workflow" / "schemas" / "gisaxs.schema.yaml")["$defs"]
    assert set(definitions["noise"]["items"]["enum"]) == set(NOISES)
    run = definitions["run"]["properties"]
    for kind in run["intensity"]["enum"]:
        IntensityTransform(kind, 1.0)
    for model in run["model"]["enum"]:
        with pytest.raises(ValueError, match="channels"):
            build_codec(model, ())


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
    assert [path for path, part in parts if part.get("additionalProperties") is not False] == []


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every mapping in a configuration, by path."""
    if isinstance(content, dict):
        yield path, content
        for key, value in content.items():
            yield from leaves(value, (*path, key))


# below these, keys are names that the user chooses
FREE = [("runs",), ("patterns",), ("tables",), ("figures",), ("claims",)]


def test_a_misspelt_key_is_refused_wherever_it_stands(study: dict, config: dict, check: Callable) -> None:
    for name, content in (("gisaxs", study), ("config", config)):
        for path, _ in leaves(content):
            if (path in FREE and name == "gisaxs") or "rows" in path:
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


@pytest.mark.parametrize("key", ["scale", "frames", "workers"])
def test_missing_key_is_named(config: dict, check: Callable, key: str) -> None:
    altered = {name: value for name, value in config.items() if name != key}
    with pytest.raises(ConfigError, match=f"config.yaml: top level: '{key}' is a required property"):
        check(altered, "config")
