"""What is each study's own in the run registry: how a scale sizes a record, and which records are refused."""

from latentlab.registries import gisaxs, lines

REGISTRIES = {"gisaxs": gisaxs, "lines": lines}
