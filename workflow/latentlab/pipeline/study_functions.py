"""The function that makes a table or a figure, by its name in the study's folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def study_function(study: str, name: str) -> Callable[..., Any]:
    """The function "module.function" of a study; only that module is imported."""
    module, _, function = name.rpartition(".")
    return getattr(import_module(f"latentlab.studies.{study}.{module}"), function)


def study_file(root: Path, study: str, name: str) -> Path:
    """The file that defines "module.function" of a study; `root` is the folder that holds the package."""
    module = name.rpartition(".")[0].replace(".", "/")
    return root / "latentlab" / "studies" / study / f"{module}.py"
