"""The files that a user names in config/config.yaml: files, folders or glob patterns."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from latentlab.errors import ConfigError


def user_files(entries: Sequence[str], key: str, suffixes: Sequence[str]) -> list[str]:
    """The files that the entries of a list name, in the list's order, each once.

    An entry is a file; a folder, whose files with one of the suffixes are read in order of name (no hidden
    files, no subfolders); or a glob pattern (** for any depth), whose files are read in order of name. It is
    relative to the folder that snakemake runs in; ~ at its start is the home folder.

    Parameters
    ----------
    entries : as in the configuration. key : of the list in config/config.yaml, for errors.
    suffixes : of files that can be read, such as ".tif"; case is ignored.

    Raises
    ------
    ConfigError : an entry without a file, a folder without one of these files, or a file of another suffix.
    """
    files: dict[str, None] = {}
    for entry in entries:
        where = f"config/config.yaml: {key}: '{entry}'"
        path, kinds = Path(entry).expanduser(), ", ".join(suffixes)
        if path.is_dir():
            inside = (file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
            found = [file for file in inside if file.suffix.lower() in suffixes]
            if not found:
                raise ConfigError(f"{where}: the folder holds no file named {kinds}")
        elif path.is_file():  # first, as a file name may contain [ or *
            found = [path]
        else:
            # Path.glob takes no absolute patterns
            matches = map(Path, glob.glob(str(path), recursive=True))  # noqa: PTH207
            found = [file for file in matches if file.is_file()]
            if not found:
                kind = "the pattern matches no file" if glob.has_magic(entry) else "there is no such file"
                raise ConfigError(f"{where}: {kind}")
        other = [file for file in sorted(found) if file.suffix.lower() not in suffixes]
        if other:
            raise ConfigError(f"{where}: expected files named {kinds}, found '{other[0]}'")
        files |= dict.fromkeys(str(file) for file in sorted(found))
    return list(files)


def by_stem(paths: Sequence[str], key: str, *endings: str) -> dict[str, str]:
    """Path of each file by its stem, which names its outputs; `key` as in `user_files`.

    endings : that the names of some outputs have besides; "x-filled" is an output of "x".

    Raises
    ------
    ConfigError : two files with one stem, in different folders or with different suffixes, or with stems that
        differ by an ending alone.
    """
    names: dict[str, str] = {}
    outputs: dict[str, str] = {}
    for path in paths:
        name = Path(path).stem
        made = [name, *(name + ending for ending in endings)]
        for output in made:
            if output in outputs:
                raise ConfigError(
                    f"config/config.yaml: {key}: '{path}': its outputs would have the same name as those of "
                    f"'{outputs[output]}'; rename one of them"
                )
        outputs |= dict.fromkeys(made, path)
        names[name] = path
    return names


def few_bytes(paths: Sequence[str], limit: int = 25_000_000) -> bool:
    """Whether the files together are small enough to be read completely within about a second."""
    return sum(Path(path).stat().st_size for path in paths) <= limit
