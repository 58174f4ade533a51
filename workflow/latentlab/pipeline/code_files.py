"""The library files that determine the result of a script, found from its imports.

A rule carries one digest of their contents as a parameter: after a change of one of them its jobs
run again; after a change of another file, or only of a file's time, they do not.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

from latentlab.errors import ConfigError

PACKAGE = "latentlab"
# how results and errors are written, not what they are; nearly every script imports these
LEFT_OUT = ("artifacts.py", "errors.py", "pipeline/stage.py")


class CodeFiles:
    """The files of one library, each read and parsed once; `root` is the folder that holds the package."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._left_out = {root / PACKAGE / name for name in LEFT_OUT}
        self._read: dict[Path, tuple[bytes, list[tuple[str, str | None, str]]]] = {}

    def digest(self, *files: Path) -> str:
        """Hexadecimal sha256 over names and contents of the library files that `behind` gives."""
        content = hashlib.sha256()
        for path in self.behind(*files):
            content.update(path.relative_to(self.root).as_posix().encode() + b"\n" + self._file(path)[0])
        return content.hexdigest()

    def behind(self, *files: Path) -> list[Path]:
        """Library files that `files` import, directly or indirectly, and those among `files`; sorted.

        A name imported from a package counts as the file that defines it, not as the whole package.

        Raises
        ------
        ConfigError : a file is missing or is no Python, imports a missing module, or by a relative name.
        """
        seen: set[Path] = set()
        waiting = list(files)
        while waiting:
            path = waiting.pop()
            if path not in seen and path not in self._left_out:
                seen.add(path)
                for module, name, _ in self._file(path)[1]:
                    waiting += self._defining(module, name)
        return sorted(path for path in seen if path.is_relative_to(self.root / PACKAGE))

    def _defining(self, module: str, name: str | None) -> list[Path]:
        """The files that define a module's `name`, or the whole module (None); empty outside the library."""
        if module.split(".")[0] != PACKAGE:
            return []
        if name is not None and (submodule := self._find(f"{module}.{name}")):
            return [submodule]
        path = self._find(module)
        if path is None:
            raise ConfigError(f"{self.root}: '{module}' is imported, but there is no such module")
        if name is not None and path.name == "__init__.py":
            for origin, original, known_as in self._file(path)[1]:
                if known_as == name and origin != module:
                    return self._defining(origin, original)
        return [path]

    def _find(self, module: str) -> Path | None:
        path = self.root.joinpath(*module.split("."))
        found = (each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file())
        return next(found, None)

    def _file(self, path: Path) -> tuple[bytes, list[tuple[str, str | None, str]]]:
        """A file's bytes, and its imports: (module, name in it or None for all of it, name here)."""
        if path not in self._read:
            try:
                data = path.read_bytes()
                self._read[path] = data, list(_imports(ast.parse(data)))
            except (OSError, SyntaxError, ValueError) as error:
                raise ConfigError(f"{path}: its imports cannot be read ({error})") from error
        return self._read[path]


def _imports(node: ast.AST) -> Iterator[tuple[str, str | None, str]]:
    """Every import below a node, also those inside functions, except under `if TYPE_CHECKING`."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, None, alias.asname or alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.level or node.module is None:
            raise ValueError(f"line {node.lineno}: a relative import, expected a full name")
        for alias in node.names:
            yield node.module, None if alias.name == "*" else alias.name, alias.asname or alias.name
    elif (
        isinstance(node, ast.If)
        and getattr(node.test, "id", getattr(node.test, "attr", "")) == "TYPE_CHECKING"
    ):
        for child in node.orelse:
            yield from _imports(child)
    elif not isinstance(node, ast.expr):
        for child in ast.iter_child_nodes(node):
            yield from _imports(child)
