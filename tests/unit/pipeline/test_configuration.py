"""Strict YAML and schemas: what is wrong, named by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.configuration import load_yaml, validate

SCHEMA = """
type: object
additionalProperties: false
required: [name]
properties:
  name: {type: string}
  inner:
    type: object
    additionalProperties: false
    properties:
      count: {type: integer, minimum: 1}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_a_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "a: 1\nb: {c: [1.5, x], d: null}\n# a comment\n")
    assert load_yaml(path) == {"a": 1, "b": {"c": [1.5, "x"], "d": None}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", r"study\.yaml, line 3: the key 'a' occurs twice"),
        ("runs:\n  one: {seed: 1}\n  two: {seed: 1, seed: 2}\n", r"line 3: the key 'seed' occurs twice"),
        ("a: [1\n", r"study\.yaml: not valid YAML"),
        ("a: 1\n---\nb: 2\n", r"study\.yaml: not valid YAML"),
        ("a: !!python/object/apply:os.getcwd []\n", r"study\.yaml: not valid YAML"),
        ("- a\n- b\n", r"study\.yaml: expected a mapping"),
        ("", r"study\.yaml: expected a mapping"),
    ],
)
def test_wrong_yaml(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_yaml(write(tmp_path, text))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml: there is no such file"):
        load_yaml(tmp_path / "absent.yaml")


@pytest.mark.parametrize("kind", ["latin-1", "folder"])
def test_unreadable_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "study.yaml"
    if kind == "folder":
        path.mkdir()
    else:
        path.write_bytes("name: Schäfer\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"study\.yaml: "):
        load_yaml(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"^config\.yaml: top level: 'name' is a required property"),
        ({"name": "x", "nmae": 1}, r"^config\.yaml: top level: .*'nmae' was unexpected"),
        ({"name": 1}, r"^config\.yaml: name: 1 is not of type 'string'"),
        ({"name": "x", "inner": {"count": 0}}, r"^config\.yaml: inner\.count: 0 is less than"),
        ({"name": "x", "inner": {"cuont": 1}}, r"^config\.yaml: inner: .*'cuont' was unexpected"),
        (
            {"name": "x", "inner": {"count": "1"}},
            r"^config\.yaml: inner\.count: '1' is not of type 'integer'",
        ),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, content: dict, message: str) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text(SCHEMA)
    validate({"name": "x", "inner": {"count": 1}}, schema, "config.yaml")
    with pytest.raises(ConfigError, match=message):
        validate(content, schema, "config.yaml")
