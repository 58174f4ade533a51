"""The eighteen architectures, as they are declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="session")
def architectures(repository: Path) -> dict[str, dict[str, Any]]:
    """Of config/landcover.yaml, by number."""
    return yaml.safe_load((repository / "config/landcover.yaml").read_text())["architectures"]
