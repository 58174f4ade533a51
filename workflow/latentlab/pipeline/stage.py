"""How a pipeline stage runs: output to its log, the rule's threads, one sentence for a user's error."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from latentlab.errors import LatentlabError


@contextmanager
def stage(snakemake: Any) -> Iterator[None]:
    """Run a script's function for a Snakemake job.

    All output, including progress bars, goes to the rule's log. A `LatentlabError` ends the job with
    exit status 1 and its message, in the log and on the terminal; other errors keep their traceback.
    """
    # at exit Python would search all imported objects for garbage: half a second with torch, without benefit
    atexit.register(gc.freeze)
    terminal = os.dup(2)
    if snakemake.log:
        log = os.open(str(snakemake.log[0]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(snakemake.threads)
    try:
        yield
    except LatentlabError as error:
        print(error, file=sys.stderr, flush=True)
        os.write(terminal, f"{error}\n".encode())
        raise SystemExit(1) from None
    finally:
        os.close(terminal)
