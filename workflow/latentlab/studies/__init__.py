"""The studies: each one's own part of the run registry, and which function makes its tables and figures."""

from latentlab.studies.gisaxs import outputs as gisaxs_outputs
from latentlab.studies.gisaxs import registry as gisaxs
from latentlab.studies.lines import outputs as lines_outputs
from latentlab.studies.lines import registry as lines

REGISTRIES = {"gisaxs": gisaxs, "lines": lines}
OUTPUTS = {"gisaxs": gisaxs_outputs, "lines": lines_outputs}
