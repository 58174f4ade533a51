"""Run a function in a separate process, where a library's endless loop or crash does no harm."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

SECONDS = 3  # of processor time, so that a busy machine or a slow disk does not cause an error


def ends_in_own_process(attempt: Callable[[], object]) -> bool:
    """Whether `attempt` returns or raises, without a crash, within `SECONDS` of processor time.

    It runs in a fork, so its result is lost; the fork takes a few milliseconds.
    """
    child = os.fork()
    if child == 0:
        try:
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, hard))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            attempt()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
