"""The eighteen architectures, as they are declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="session")
def architectures(repository: Path) -> dict[str, dict[str, Any]]:
    """Of config/landcover.yaml, by number."""
    files = [repository / "config" / name for name in ("landcover.yaml", "landcover_architectures.part.yaml")]
    return yaml.safe_load(next(path for path in files if path.is_file()).read_text())["architectures"]
