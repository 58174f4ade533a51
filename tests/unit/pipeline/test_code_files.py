"""The files behind a script: found from imports, followed to the definition of a name, in one digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.code_files import LEFT_OUT, CodeFiles

FILES = {
    "latentlab/__init__.py": "",
    "latentlab/errors.py": "from latentlab.physics import never\n",
    "latentlab/physics/__init__.py": (
        "from latentlab.physics.form import amplitude, radius as size\n"
        "from latentlab.physics.structure import factor\n"
        "HERE = 1\n"
    ),
    "latentlab/physics/form.py": "from latentlab.grid import step\namplitude = radius = step\n",
    "latentlab/physics/structure.py": "factor = 1\n",
    "latentlab/grid.py": "import numpy\nfrom latentlab.errors import LatentlabError\nstep = 1\n",
    "latentlab/typed.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from latentlab.physics.structure import factor\n"
        "else:\n    from latentlab.grid import step\n"
    ),
    "latentlab/lazy.py": "def draw():\n    from latentlab.physics.structure import factor\n",
    "latentlab/relative.py": "from . import grid\n",
    "latentlab/circle.py": "from latentlab.round import a\n",
    "latentlab/round.py": "from latentlab.circle import b\na = 1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def behind(root: Path, script: str) -> set[str]:
    path = root / "script.py"
    path.write_text(script)
    return {str(each.relative_to(root / "latentlab")) for each in CodeFiles(root).behind(path)}


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("import numpy\n", set()),
        ("from latentlab.grid import step\n", {"grid.py"}),
        # a name of a package is followed to its file, and what else the package holds is left alone
        ("from latentlab.physics import amplitude\n", {"physics/form.py", "grid.py"}),
        ("from latentlab.physics import size as s\n", {"physics/form.py", "grid.py"}),
        ("from latentlab.physics import factor\n", {"physics/structure.py"}),
        ("from latentlab.physics import structure\n", {"physics/structure.py"}),
        # what the package itself defines, or the package as a whole, is all that it imports
        (
            "from latentlab.physics import HERE\n",
            {"physics/__init__.py", "physics/form.py", "physics/structure.py", "grid.py"},
        ),
        (
            "from latentlab import physics\n",
            {"physics/__init__.py", "physics/form.py", "physics/structure.py", "grid.py"},
        ),
        (
            "import latentlab.physics as p\n",
            {"physics/__init__.py", "physics/form.py", "physics/structure.py", "grid.py"},
        ),
        ("import latentlab.physics.structure\n", {"physics/structure.py"}),
        ("from latentlab.typed import x\n", {"typed.py", "grid.py"}),
        ("from latentlab.lazy import draw\n", {"lazy.py", "physics/structure.py"}),
        ("def f():\n    import latentlab.grid\n", {"grid.py"}),
        ("try:\n    from latentlab.grid import step\nexcept ImportError:\n    pass\n", {"grid.py"}),
        ("from latentlab.circle import b\n", {"circle.py", "round.py"}),
    ],
)
def test_files_behind_a_script(root: Path, script: str, files: set[str]) -> None:
    assert behind(root, script) == files


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("from latentlab.absent import x\n", "'latentlab.absent' is imported, but there is no such module"),
        ("from latentlab.relative import x\n", "relative.py: .* a relative import"),
        ("this is no Python\n", "script.py: its imports cannot be read"),
    ],
)
def test_what_cannot_be_followed(root: Path, script: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        behind(root, script)


def test_a_script_that_is_not_there(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.py: its imports cannot be read"):
        CodeFiles(root).behind(root / "absent.py")


def test_the_digest_changes_with_each_file_behind_and_with_no_other(root: Path) -> None:
    script = root / "script.py"
    script.write_text("from latentlab.physics import amplitude\n")
    inside = {"latentlab/physics/form.py", "latentlab/grid.py"}
    before = CodeFiles(root).digest(script)
    for name, text in FILES.items():
        (root / name).write_text(text + "# changed\n")
        assert (CodeFiles(root).digest(script) != before) == (name in inside), name
        (root / name).write_text(text)
    assert CodeFiles(root).digest(script) == before


def test_a_name_that_comes_from_elsewhere_changes_the_digest(root: Path) -> None:
    script = root / "script.py"
    script.write_text("from latentlab.physics import factor\n")
    before = CodeFiles(root).digest(script)
    package = root / "latentlab" / "physics" / "__init__.py"
    package.write_text(FILES["latentlab/physics/__init__.py"].replace("physics.structure", "grid"))
    assert CodeFiles(root).digest(script) != before


def test_every_script_of_the_project_can_be_followed(repository: Path) -> None:
    workflow = repository / "workflow"
    code = CodeFiles(workflow)
    scripts = sorted((workflow / "scripts").rglob("*.py"))
    assert len(scripts) > 15
    for script in scripts:
        files = {str(path.relative_to(workflow / "latentlab")) for path in code.behind(script)}
        assert not files & set(LEFT_OUT)
    training = {str(path.relative_to(workflow)) for path in code.behind(workflow / "scripts/gisaxs/train.py")}
    assert "latentlab/studies/gisaxs/compression/plain_loop.py" in training  # imported in a function
    assert not [path for path in training if "figures" in path or "tables" in path]
