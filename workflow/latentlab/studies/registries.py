"""The studies: each one's own part of the run registry, and which function makes its tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.configuration import load_study
from latentlab.studies.gisaxs import outputs as gisaxs_outputs
from latentlab.studies.gisaxs import registry as gisaxs
from latentlab.studies.lines import outputs as lines_outputs
from latentlab.studies.lines import registry as lines

REGISTRIES = {"gisaxs": gisaxs, "lines": lines}
OUTPUTS = {"gisaxs": gisaxs_outputs, "lines": lines_outputs}


def load(base: Path, config: Mapping[str, Any], study: str) -> tuple[dict, dict, dict, dict]:
    """All that one study is made from, as its own registry resolves it; see `load_study`."""
    return load_study(base, config, study, REGISTRIES[study].resolve)
