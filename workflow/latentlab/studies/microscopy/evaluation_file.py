"""Evaluations of runs and of whole stages of this study."""

from __future__ import annotations

from functools import partial

from latentlab.pipeline import evaluation_file

KIND = "microscopy-evaluation"
write_evaluation = partial(evaluation_file.write_evaluation, kind=KIND)
read_arrays = partial(evaluation_file.read_arrays, kind=KIND)
