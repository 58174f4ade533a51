"""Every source of tables and kind of figures has its function, in the file that its digest is taken of."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.study_functions import study_file, study_function
from latentlab.studies.registries import OUTPUTS

FUNCTIONS = [
    (study, section, key, name)
    for study, outputs in OUTPUTS.items()
    for section in ("TABLES", "FIGURES")
    for key, name in getattr(outputs, section).items()
]


@pytest.mark.parametrize(("study", "section", "key", "name"), FUNCTIONS)
def test_each_has_its_function_and_file(
    repository: Path, study: str, section: str, key: str, name: str
) -> None:
    function = study_function(study, name)
    assert list(inspect.signature(function).parameters) == ["inputs", "spec"]
    file = study_file(repository / "workflow", study, name)
    assert Path(inspect.getsourcefile(function)).resolve() == file.resolve()


@pytest.mark.parametrize("study", OUTPUTS)
def test_the_schemas_choices_are_those_that_can_be_made(repository: Path, study: str) -> None:
    properties = load_yaml(repository / "workflow" / "schemas" / f"{study}.schema.yaml")["properties"]
    for section, key, known in (
        ("tables", "source", OUTPUTS[study].TABLES),
        ("figures", "kind", OUTPUTS[study].FIGURES),
    ):
        choices = properties[section]["additionalProperties"]["properties"][key]["enum"]
        assert set(choices) == set(known)


@pytest.mark.parametrize("study", OUTPUTS)
def test_every_shipped_figure_has_a_place_in_the_report(repository: Path, study: str) -> None:
    figures = load_yaml(repository / "config" / f"{study}.yaml")["figures"]
    sections = {OUTPUTS[study].figure_section(name, spec) for name, spec in figures.items()}
    assert all(section[0].isdigit() for section in sections)
