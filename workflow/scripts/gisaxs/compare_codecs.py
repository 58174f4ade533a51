"""Compare the codecs on one test set: the small set, the whole space, or counted patterns."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.codec_comparison.codecs import learned_codecs, reference_codecs
from latentlab.studies.gisaxs.codec_comparison.comparison_file import write_comparison
from latentlab.studies.gisaxs.codec_comparison.lossless import lossless_codecs
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
    space: Path | str,
    small: Path | str,
    two_factor: Sequence[Path | str],
    evaluations: Sequence[Path | str],
    test_set: str,
    runs: Sequence[str],
    patterns: int,
    fitted: int,
    training: int,
    photons: Sequence[float],
    lossless_photons: Sequence[float],
    code: str = "",
) -> None:
    """Write every codec's bytes, distortion, errors of fitted parameters and speed.

    Parameters
    ----------
    output : artifact to write.
    space : the parameter space's artifact. small : the small set's. two_factor : learned codecs of the space.
    evaluations : of `runs`, in their order: the small set's trained codecs.
    test_set : "small", "space" or "counted". patterns : of the test set that are coded, at most; fitted : of
        these. training : patterns of the space that PCA is fitted to.
    photons, lossless_photons : expected in a counted pattern.
    code : digest of the library files that determine the result; recorded.
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
        lossy += run_rows(dict(zip(runs, evaluations, strict=True)), clean)
    if counted:
        for n in lossless_photons:
            lossless += run_lossless_counts(lossless_codecs(), clean.truths, n, bar(f"lossless {n:g}"))
    record = {
        "test_set": test_set,
        "patterns": len(clean.images),
        "fitted": clean.fitted,
        "training": training,
        "photons": list(photons),
        "lossless_photons": list(lossless_photons),
    }
    inputs = [space, small, *two_factor, *evaluations]
    provenance = {"rule": "gisaxs_compare_codecs", "inputs": inputs, "code": code}
    write_comparison(output, lossy=lossy, lossless=lossless, record=record, **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        compare(output=snakemake.output[0], **snakemake.input, **snakemake.params)
