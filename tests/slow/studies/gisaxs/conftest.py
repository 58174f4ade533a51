"""The fixtures of the GISAXS study's unit tests."""

from tests.unit.studies.gisaxs.conftest import make_patterns, make_record, train  # noqa: F401
