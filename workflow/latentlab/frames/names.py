"""Names of the outputs of several frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from latentlab.errors import ConfigError


def frame_names(paths: Sequence[str]) -> dict[str, str]:
    """By the stem that its outputs are named with, each frame's path.

    Raises
    ------
    ConfigError : a path where there is no file, or two frames of one name.
    """
    names: dict[str, str] = {}
    for path in paths:
        where = f"config/config.yaml: frames.paths: '{path}'"
        if not Path(path).is_file():
            raise ConfigError(f"{where}: there is no such file")
        name = Path(path).stem
        if name in names:
            raise ConfigError(f"{where}: its outputs would have the same name as those of '{names[name]}'")
        names[name] = path
    return names
