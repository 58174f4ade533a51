"""Which metrics the runs, sets and stages of this part have, so that names are checked before any job starts."""

from __future__ import annotations

SPLIT_ENDS = ("", "_within")  # of a metric's name: test scenes; other positions of the training scenes
KIND_ENDS = ("_disc", "_rod", "_cube", "_dimer")
