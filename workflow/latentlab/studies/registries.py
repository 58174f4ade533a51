"""The studies: run registries, metrics, how runs are judged, and which function makes a table or figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.configuration import load_study
from latentlab.studies.gisaxs import judging as gisaxs_judging
from latentlab.studies.gisaxs import outputs as gisaxs_outputs
from latentlab.studies.gisaxs import quantities as gisaxs_quantities
from latentlab.studies.gisaxs import registry as gisaxs
from latentlab.studies.landcover import judging as landcover_judging
from latentlab.studies.landcover import outputs as landcover_outputs
from latentlab.studies.landcover import quantities as landcover_quantities
from latentlab.studies.landcover import registry as landcover
from latentlab.studies.lines import judging as lines_judging
from latentlab.studies.lines import outputs as lines_outputs
from latentlab.studies.lines import quantities as lines_quantities
from latentlab.studies.lines import registry as lines
from latentlab.studies.microscopy import judging as microscopy_judging
from latentlab.studies.microscopy import outputs as microscopy_outputs
from latentlab.studies.microscopy import quantities as microscopy_quantities
from latentlab.studies.microscopy import registry as microscopy

REGISTRIES = {"gisaxs": gisaxs, "lines": lines, "microscopy": microscopy, "landcover": landcover}
OUTPUTS = {
    "gisaxs": gisaxs_outputs,
    "lines": lines_outputs,
    "microscopy": microscopy_outputs,
    "landcover": landcover_outputs,
}
QUANTITIES = {
    "gisaxs": gisaxs_quantities.QUANTITIES,
    "lines": lines_quantities.QUANTITIES,
    "microscopy": microscopy_quantities.QUANTITIES,
    "landcover": landcover_quantities.QUANTITIES,
}
JUDGING = {
    "gisaxs": gisaxs_judging,
    "lines": lines_judging,
    "microscopy": microscopy_judging,
    "landcover": landcover_judging,
}


def load(base: Path, config: Mapping[str, Any], study: str) -> tuple[dict, dict, dict, dict]:
    """All that one study is made from, as its own registry resolves it; see `load_study`."""
    return load_study(base, config, study, REGISTRIES[study].resolve)
