"""The test sets of the comparison: the small set, the whole parameter space, and counted patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from latentlab.artifacts import read_artifact, record_of
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.codec_comparison.measure import PatternSet, counts_of, measured_row
from latentlab.studies.gisaxs.codec_comparison.rows import LossyRow
from latentlab.studies.gisaxs.parameter_space.fit_errors import Fit, even_sample
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.patterns import Patterns

SEED = 21  # of the training patterns


def small_test_set(patterns: Patterns, n: int, fit: Fit | None, fitted: int) -> PatternSet:
    """An even sample of at most `n` clean patterns of a set; the first `fitted` are fitted."""
    sample = even_sample(len(patterns), n)
    images = relative(np.stack([patterns.clean(int(index)).numpy() for index in sample]))
    return PatternSet(images, images, patterns.parameters[sample], fit, min(fitted, len(images)))


def space_test_set(space: PatternSpace, patterns: int, fit: Fit | None, fitted: int) -> PatternSet:
    """The first `patterns` held-out pairs of the parameter space, clean, from the simulator itself.

    Raises
    ------
    ValueError : the space holds fewer.
    """
    images = space.held_out_patterns(patterns)
    return PatternSet(images, images, space.parameters(space.held_out[:patterns]), fit, min(fitted, patterns))


def training_images(space: PatternSpace, patterns: int, seed: int = SEED) -> np.ndarray:
    """Patterns of random pairs that are not held out, float32 (n, side, side), relative to their maximum."""
    return space.patterns(space.training_pairs(patterns, np.random.default_rng(seed)))


def counted_test_set(clean: PatternSet, photons: float, fit: Fit | None) -> PatternSet:
    """Clean patterns with `photons` counted in each pattern; `fit` must suit counts.

    Raises
    ------
    ValueError : a pattern in which no photon was counted.
    """
    counts = counts_of(clean.truths, photons)
    if not counts.any(axis=(1, 2)).all():
        raise ValueError(f"photons is {photons:g}: there are patterns in which none was counted")
    return replace(clean, images=relative(counts.astype(np.float32)), fit=fit, photons=photons)


def relative(images: np.ndarray) -> np.ndarray:
    """Images (n, h, w) divided by their own maximum, float32."""
    return (images / images.max(axis=(1, 2), keepdims=True)).astype(np.float32)


def run_rows(evaluations: Mapping[str, Path | str], test_set: PatternSet) -> list[LossyRow]:
    """Rows of trained runs of the small set, from the files and patterns that their evaluations hold.

    Nothing is coded again, so their speeds are NaN. The codec's name gives the intensity scale that the
    run was trained on, its level is the run's name.

    Parameters
    ----------
    evaluations : by run, the artifact. test_set : of the small set.

    Raises
    ------
    ArtifactError : an evaluation of another set, of patterns with gaps or noise, or of another size.
    """
    rows = []
    count, side = test_set.truths.shape[:2]
    shapes = {
        "test/restored": (None, side, side),
        "test/target": (None, side, side),
        "test/file_bytes": (None,),
    }
    for run, path in evaluations.items():
        with read_artifact(path, kind="evaluation", datasets=shapes) as file:
            record = record_of(file)
            seen = {key: record[key] for key in ("dataset", "input", "target", "noise")}
            if seen != {"dataset": "small", "input": "clean", "target": "clean", "noise": []}:
                raise ArtifactError(
                    f"{path}: run '{run}' codes other patterns ({seen}), expected clean ones of the small set"
                )
            restored, target, sizes = (file[name][()] for name in shapes)
        sample = even_sample(len(restored), count)
        restored, target, sizes = restored[sample], target[sample], sizes[sample]
        decoded = (restored / target.max(axis=(1, 2), keepdims=True)).astype(np.float32)
        rows.append(measured_row(f"learned ({record['intensity']} intensity)", run, test_set, decoded, sizes))
    return rows
