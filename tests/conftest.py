"""Fixtures of every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from xdist.scheduler import LoadFileScheduling

REPOSITORY = Path(__file__).parent.parent

pytest.register_assert_rewrite("tests.unit")  # shared helpers show values when they fail, too


class ByFile(LoadFileScheduling):
    """A worker takes a file at a time, or all of tests/workflow or tests/slow.

    The pipeline's tests share one run of it, and of the slow ones each needs some GB.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.partition("/")[2].partition("/")[0]
        return folder if folder in ("workflow", "slow") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)  # xdist may be switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """How xdist distributes the tests with `--dist loadfile`."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """One thread for every test: results do not depend on the machine's cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY
