"""Reading and checking the configuration files: strict YAML, JSON schemas, one sentence per error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from latentlab.errors import ConfigError
from latentlab.pipeline.documents import check_documents

# a study's `resolve`: its file, its part of the scale, the config, file names -> content and records
Resolve = Callable[[Mapping, Mapping, Mapping, Mapping], tuple[dict, dict]]


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # libyaml is ten times faster
    """YAML without duplicate keys: otherwise a second run of the same id would silently replace the first."""


def _mapping_without_duplicates(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for position, key in enumerate(keys):
        mark = node.value[position][0].start_mark
        where = f"{mark.name}, line {mark.line + 1}"
        if not isinstance(key, str):
            raise ConfigError(f"{where}: the key {key} is not a text; write it in quotes")
        if key in keys[:position]:
            raise ConfigError(f"{where}: the key '{key}' occurs twice")
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def load_yaml(path: Path | str) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Raises
    ------
    ConfigError : there is no such file, it is not YAML or not a mapping, or a key occurs twice.
    """
    path = Path(path)
    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.load(file, Loader=_StrictLoader)  # a SafeLoader
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as text ({error})") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected a mapping of keys to values")
    return content


def validate(content: Mapping[str, Any], schema: Path | str, source: Path | str) -> None:
    """Check `content` against a JSON schema file (YAML); the first error names file and key.

    Raises
    ------
    ConfigError : "<source>: <key>: what is wrong".
    """
    validator = jsonschema.Draft202012Validator(load_yaml(schema))
    errors = sorted(
        validator.iter_errors(content), key=lambda error: [str(part) for part in error.absolute_path]
    )
    if errors:
        # of alternatives (oneOf), the deepest error belongs to the alternative that the user meant
        error = jsonschema.exceptions.best_match(errors[:1]) or errors[0]
        key = ".".join(str(part) for part in error.absolute_path) or "top level"
        raise ConfigError(f"{source}: {key}: {error.message}")


def load_study(
    base: Path, config: Mapping[str, Any], study: str, resolve: Resolve
) -> tuple[dict, dict, dict, dict]:
    """The configuration of one study, read, checked and resolved.

    Parameters
    ----------
    base : folder that holds config/ and workflow/schemas/.
    config : content of config/config.yaml, with command-line overrides.
    study : its name, as in config/<study>.yaml.
    resolve : of the study's registry, see `latentlab.studies`.

    Returns
    -------
    The checked config, the study's part of the scale, the study's file expanded for that scale, and the
    records of the runs that are trained, by id.

    Raises
    ------
    ConfigError : in one sentence that names file and key.
    """
    schemas = base / "workflow" / "schemas"
    load_yaml(base / "config" / "config.yaml")  # checks for duplicate keys, which `config` no longer contains
    validate(config, schemas / "config.schema.yaml", "config/config.yaml")
    scale_file, study_file = f"config/scales/{config['scale']}.yaml", f"config/{study}.yaml"
    scales = load_yaml(base / scale_file)
    validate(scales, schemas / "scale.schema.yaml", scale_file)
    content = load_yaml(base / study_file)
    validate(content, schemas / f"{study}.schema.yaml", study_file)
    sources = {"study": study_file, "scale": scale_file}
    content, runs = resolve(content, scales[study], dict(config), sources)
    check_documents(content, base / "config" / "documents" / study, study_file)
    return dict(config), scales[study], content, runs
