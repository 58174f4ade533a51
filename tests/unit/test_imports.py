"""The library's three rules of imports: see CONTRIBUTING.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

# lower rooms first; a room imports from its own and from lower ones
ROOMS = [
    {"errors", "lean_import", "log_scale"},
    {"metrics", "artifacts"},
    {
        "scattering",
        "frames",
        "counts",
        "spatial_statistics",
        "invariant",
        "microstructures",
        "codecs",
        "bitstream",
        "models",
        "training",
        "pipeline",
    },
    {"studies"},
]
INSTRUMENTS = ROOMS[2] - {"training", "pipeline"}


def imported(path: Path) -> set[str]:
    """Dotted names of the library that a file imports, without the package's own name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("latentlab.") for name in names if name.startswith("latentlab.")}


def modules(repository: Path) -> dict[str, set[str]]:
    """What each module of the library imports of it, by dotted name."""
    library = repository / "workflow" / "latentlab"
    return {
        ".".join(path.relative_to(library).with_suffix("").parts).removesuffix(".__init__"): imported(path)
        for path in sorted(library.rglob("*.py"))
        if path != library / "__init__.py"
    }


def room(name: str) -> int:
    return next(place for place, rooms in enumerate(ROOMS) if name.split(".")[0] in rooms)


def test_every_module_has_its_room(repository: Path) -> None:
    assert {name.split(".")[0] for name in modules(repository)} == set().union(*ROOMS)


def test_a_study_never_imports_another(repository: Path) -> None:
    for name, imports in modules(repository).items():
        study = name.split(".")[1:2]
        if name.startswith("studies.") and study != ["registries"]:  # the one list of them all
            assert {each.split(".")[1] for each in imports if each.startswith("studies.")} <= set(study), name


def test_nothing_imports_upward(repository: Path) -> None:
    for name, imports in modules(repository).items():
        assert not [each for each in imports if room(each) > room(name)], name


def test_instruments_know_no_pipeline(repository: Path) -> None:
    for name, imports in modules(repository).items():
        if name.split(".")[0] in INSTRUMENTS:
            assert not {"pipeline", "training"} & {each.split(".")[0] for each in imports}, name


def test_there_is_no_circle_of_rooms(repository: Path) -> None:
    needs: dict[str, set[str]] = {}
    for name, imports in modules(repository).items():
        top = name.split(".")[0]
        needs.setdefault(top, set()).update(each.split(".")[0] for each in imports)
    needs = {name: others - {name} for name, others in needs.items()}
    while free := [name for name, others in needs.items() if not others & set(needs)]:
        needs = {name: others for name, others in needs.items() if name not in free}
    assert needs == {}


@pytest.mark.parametrize("folder", ["latentlab", "scripts"])
def test_no_library_file_is_imported_relatively(repository: Path, folder: str) -> None:
    for path in (repository / "workflow" / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path
