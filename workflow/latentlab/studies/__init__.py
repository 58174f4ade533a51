"""What is each study's own in the run registry: how a scale sizes a record, and which records are refused."""

from latentlab.studies.gisaxs import registry as gisaxs
from latentlab.studies.lines import registry as lines

REGISTRIES = {"gisaxs": gisaxs, "lines": lines}
