"""A file that limits the number of reads."""

from __future__ import annotations

import bz2
import gzip
import io
from pathlib import Path
from threading import Lock

READS, BYTES_A_READ = 10_000, 100  # more than any image needs: a strip or a header has at least 100 bytes


class BoundedFile(io.BufferedReader):
    """A file, unpacked if it is named .gz or .bz2, that raises after too many reads.

    fabio's readers can loop endlessly on damaged files: at the end of the file they keep searching for a
    missing marker, or they follow lengths and offsets that lead back. A limit on reads ends all these loops.
    """

    def __init__(self, path: Path | str) -> None:
        opener = {".gz": gzip.open, ".bz2": bz2.open}.get(Path(path).suffix.lower())
        super().__init__(opener(path, "rb") if opener else io.FileIO(path))
        self.path, self.lock = str(path), Lock()  # fabio takes a file's lock while it reads
        self.left = READS + Path(path).stat().st_size // BYTES_A_READ

    @property
    def name(self) -> str:
        """The file's path, as given."""
        return self.path

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; raises EOFError after too many reads."""
        self._count()
        return super().read(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """As of any file; raises EOFError after too many reads."""
        self._count()
        return super().readline(size)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise EOFError("its reader runs in an endless loop")
