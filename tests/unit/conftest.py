"""The lines study in miniature, made once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.studies.lines.tiny_lines import LinesStudy


@pytest.fixture(scope="session")
def lines_study(tmp_path_factory: pytest.TempPathFactory) -> LinesStudy:
    """Artifacts of the lines study at 32 px with untrained VAEs; read them only."""
    # it resolves the shipped registry: a mistake there is to fail these tests, not all
    from tests.unit.studies.lines.tiny_lines import make_study

    return make_study(tmp_path_factory.mktemp("lines"))
