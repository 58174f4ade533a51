"""Run a task on many files: one line per output, a sentence per failure, a summary, and the exit status."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

from tqdm import tqdm

from latentlab.errors import FrameError, LatentlabError

INTERRUPTED = 130  # exit status after Ctrl-C, as shells give it


@dataclass(frozen=True)
class Written:
    """One output: its path, bytes of its input and of itself, bytes of the compressed one, pixels."""

    path: Path
    before: int
    after: int
    compressed: int
    pixels: int


class Outputs:
    """Where the outputs of one call go: beside their inputs or into one folder, each name once.

    folder : for all outputs, or None. overwrite : whether a file that exists may be replaced.
    """

    def __init__(self, folder: Path | None, overwrite: bool) -> None:
        self.folder, self.overwrite = folder, overwrite
        self.made: dict[Path, Path] = {}

    def path(self, source: Path, name: str) -> Path:
        """Path of the output `name` of `source`; raises FrameError where it may not be written."""
        path = (source.parent if self.folder is None else self.folder) / name
        place = path.resolve()
        if place in self.made:
            raise FrameError(
                f"{source}: its output {path} would have the same name as that of {self.made[place]}; "
                "rename one of them"
            )
        if path.exists() and not self.overwrite:
            raise FrameError(f"{source}: its output {path} exists already; --overwrite replaces it")
        self.made[place] = source
        return path


class _Interruption:
    """Ctrl-C: the first lets the image at hand be finished, the second raises KeyboardInterrupt.

    A KeyboardInterrupt can be lost where Python ignores exceptions: reading HDF5 forks, and what runs
    around a fork does.
    """

    def __init__(self) -> None:
        self.requested, self._process = False, os.getpid()

    def __enter__(self) -> _Interruption:
        self._before = signal.signal(signal.SIGINT, self._first)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _first(self, number: int, frame: FrameType | None) -> None:
        self.requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if os.getpid() == self._process:  # not in a fork
            os.write(
                2, b"\nstopping after this image; Ctrl-C again stops at once\n"
            )  # print is not reentrant


def files_of(entries: Sequence[Path], suffixes: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Files that the entries name, each once, and a sentence for each entry without a file.

    An entry is a file, or a folder, whose files with one of the suffixes are taken in order of name.
    """
    files: dict[Path, None] = {}
    missing = []
    for entry in map(Path.expanduser, entries):
        if entry.is_dir():
            inside = (path for path in sorted(entry.iterdir()) if path.is_file() and path.name[0] != ".")
            found = [path for path in inside if path.suffix.lower() in suffixes]
            if not found:
                missing.append(f"{entry}: the folder holds no file named {', '.join(suffixes)}")
            files |= dict.fromkeys(found)
        elif entry.is_file():
            files[entry] = None
        else:
            missing.append(f"{entry}: there is no such file or folder")
    return list(files), missing


def run_on_files(
    entries: Sequence[Path],
    suffixes: Sequence[str],
    task: Callable[[Path], Iterator[Written | LatentlabError]],
    name: str,
) -> int:
    """Run `task` on every file; a failure is reported and the other files go on.

    Parameters
    ----------
    entries, suffixes : as of `files_of`. task : gives what it wrote from one file, or errors.
    name : of the task, for the progress bar, which is shown on a terminal only.

    Returns
    -------
    int : exit status: 0, 1 where anything failed, 130 after Ctrl-C.
    """
    started = time.perf_counter()
    written: list[Written] = []
    files, missing = files_of(entries, suffixes)
    failed = sum(_failure(sentence) for sentence in missing)
    try:
        with _Interruption() as interruption:
            for path in tqdm(files, name, unit="file", disable=None):
                for result in _results(task, path):
                    if isinstance(result, Written):
                        written.append(result)
                        _say(f"{path} -> {result.path}: {_sizes([result])}")
                    else:
                        failed += _failure(result)
                    if interruption.requested:
                        raise KeyboardInterrupt
    except KeyboardInterrupt:
        _say(f"interrupted: {len(written)} outputs are complete, none is left half written", sys.stderr)
        return INTERRUPTED
    seconds = time.perf_counter() - started
    summary = f"{len(written)} written, {failed} failed"
    if written:
        speed = sum(each.pixels for each in written) / seconds / 1e6
        summary += f": {_sizes(written)}, {seconds:.1f} s, {speed:.1f} million pixels per second"
    _say(summary)
    return 1 if failed else 0


def _results(task: Callable[[Path], Iterator[Written | LatentlabError]], path: Path) -> Iterator:
    """What the task gives for a file, then the error that ended it, if one did, as a sentence."""
    try:
        yield from task(path)
    except LatentlabError as error:
        yield error
    except OSError as error:  # such as a full disk or a folder that may not be written
        where = f" ({error.filename})" if error.filename else ""
        yield f"{path}: {error.strerror or error}{where}"


def _sizes(written: Sequence[Written]) -> str:
    """Bytes before and after, and the compressed files' bits per pixel."""
    before, after, compressed, pixels = (
        sum(getattr(each, name) for each in written) for name in ("before", "after", "compressed", "pixels")
    )
    share = f" ({100 * after / before:.1f} %)" if after == compressed else ""
    return f"{before:,} -> {after:,} bytes{share}, {8 * compressed / pixels:.2f} bits per pixel"


def _failure(error: LatentlabError | str) -> int:
    _say(f"error: {error}", sys.stderr)
    return 1


def _say(line: str, stream: TextIO | None = None) -> None:
    tqdm.write(line, file=stream or sys.stdout)
