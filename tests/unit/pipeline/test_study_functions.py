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


@pytest.mark.parametrize(
    ("study", "documents", "ours"),
    [
        ("gisaxs", ["2.5", "2.22", "4.3a", "4.10"], ["4.7-improved", "improved-seeds", "collapse"]),
        ("lines", ["2", "a", "b3", "table-1"], ["sets", "baselines", "amplitudes", "table-of-sets"]),
    ],
)
def test_a_documents_tables_and_figures_are_told_from_ours(
    repository: Path, study: str, documents: list[str], ours: list[str]
) -> None:
    of_document = OUTPUTS[study].of_document
    assert all(map(of_document, documents))
    assert not any(map(of_document, ours))


@pytest.mark.parametrize("study", OUTPUTS)
def test_sizes_differ_between_the_scales_and_are_the_same_ones(repository: Path, study: str) -> None:
    quick, paper = (
        OUTPUTS[study].sizes(load_yaml(repository / "config" / "scales" / f"{scale}.yaml")[study])
        for scale in ("quick", "paper")
    )
    assert quick.keys() == paper.keys()
    assert all(quick[what] != paper[what] for what in quick)
