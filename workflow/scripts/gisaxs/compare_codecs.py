"""Compare the codecs on one test set: the small set, the whole space, or counted patterns."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.codec_comparison.codecs import learned_codecs, lossless_codecs, reference_codecs
from latentlab.studies.gisaxs.codec_comparison.comparison_file import write_comparison
from latentlab.studies.gisaxs.codec_comparison.measure import compare_codecs, input_row, run_lossless_counts
from latentlab.studies.gisaxs.codec_comparison.test_sets import (
    counted_test_set,
    relative,
    run_rows,
    small_test_set,
    space_test_set,
    training_images,
)
from latentlab.studies.gisaxs.parameter_space.fit import ParameterFit
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.patterns import StoredPatterns


def bar(name: str) -> Any:
    """A progress bar over settings."""
    return lambda entries: tqdm(entries, desc=name)


def compare(
    output: Path | str,
    test_set: str,
    space: Path | str,
    small: Path | str,
    two_factor: Sequence[Path | str],
    evaluations: Mapping[str, Path | str],
    patterns: int,
    fitted: int,
    training: int,
    photons: Sequence[float],
    lossless_photons: Sequence[float],
    code: Sequence[Path | str] = (),
) -> None:
    """Write every codec's bytes, distortion, moved parameters and speed.

    Parameters
    ----------
    output : artifact to write. test_set : "small", "space" or "counted".
    space : the parameter space's artifact. small : the small set's. two_factor : learned codecs of the space.
    evaluations : by run, the small set's trained codecs. patterns : of the test set that are coded, at most;
        fitted : of these. training : patterns of the space that PCA is fitted to.
    photons, lossless_photons : expected in a counted pattern. code : modules that decide the result.
    """
    factors, counted = PatternSpace(space), test_set == "counted"
    fit = ParameterFit(factors)
    if test_set == "small":
        references = reference_codecs(relative(StoredPatterns(small, "train").images.numpy()), counted)
        clean = small_test_set(StoredPatterns(small, "test"), patterns, fit, fitted)
    else:
        references = reference_codecs(training_images(factors, training), counted)
        clean = space_test_set(factors, patterns, fit, fitted)
    codecs = {**learned_codecs(factors, two_factor, counted), **references}
    lossy, lossless = [], []
    for one in [counted_test_set(clean, n, fit.counted) for n in photons] if counted else [clean]:
        lossy += [input_row(one), *compare_codecs(codecs, one, bar(f"{test_set} {one.photons:g}"))]
    if test_set == "small":
        lossy += run_rows(evaluations, clean)
    if counted:
        for n in lossless_photons:
            lossless += run_lossless_counts(lossless_codecs(), clean.truths, n, bar(f"lossless {n:g}"))
    inputs = {"space": space, "small": small, **evaluations}
    inputs |= {f"two_factor_{place}": path for place, path in enumerate(two_factor)}
    record = {
        "test_set": test_set,
        "patterns": len(clean.images),
        "fitted": clean.fitted,
        "training": training,
        "photons": list(photons),
        "lossless_photons": list(lossless_photons),
    }
    write_comparison(
        output, lossy=lossy, lossless=lossless, rule="gisaxs_compare_codecs", record=record, inputs=inputs
    )


if __name__ == "__main__":
    with stage(snakemake):
        torch.set_num_threads(snakemake.threads)
        compare(
            output=snakemake.output[0],
            space=snakemake.input.space,
            small=snakemake.input.small,
            two_factor=list(snakemake.input.two_factor),
            evaluations=dict(zip(snakemake.params.runs, snakemake.input.evaluations, strict=True)),
            **{name: value for name, value in snakemake.params.items() if name != "runs"},
        )
