"""Importing a large package without the parts of it that are never used here.

The pipeline starts hundreds of processes, and each spends time on its imports.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def lean_import(stand_ins: Mapping[str, Mapping[str, object]]) -> Iterator[None]:
    """Within the block, imports of modules that are not needed give stand-ins instead.

    They are in ``sys.modules`` for the block only, so that a later import gives the real module. A module
    that is imported already stays, and so do the modules inside a package that is imported already. Python's
    garbage collector is paused: imported objects are kept anyway, and searching them takes long.

    Parameters
    ----------
    stand_ins : by the name of a module, what the block takes from it.
    """
    modules = {name: ModuleType(name) for name in stand_ins if not _is_imported(name, stand_ins)}
    for name, module in modules.items():
        vars(module).update(stand_ins[name])
        parent, _, child = name.rpartition(".")
        if parent in modules:
            setattr(modules[parent], child, module)
    collecting = gc.isenabled()
    sys.modules.update(modules)
    gc.disable()
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)
        if collecting:
            gc.enable()


def _is_imported(name: str, stand_ins: Mapping[str, object]) -> bool:
    """Whether a module is imported, or, if its package has a stand-in too, whether that package is."""
    package = name.partition(".")[0]
    return name in sys.modules or (package in stand_ins and package in sys.modules)
