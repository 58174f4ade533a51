"""Our own codecs as the contest calls them, under the names of its tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latentlab import counts
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import (
    LOSSLESS,
    PCA_LEVELS,
    CodecLevels,
    LosslessCodec,
    fit_pca,
    lossy_codecs,
    pca_codecs,
    square_root_codecs,
)
from latentlab.studies.gisaxs.codec_comparison.simulator_codec import SimulatorCodec
from latentlab.studies.gisaxs.codec_comparison.two_code import TwoCodeCodec, load_two_code
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace

FLOOR, TWO_CODES, COUNTS = "simulator", "two codes", "latentlab counts"
TWO_CODE_BYTES = (4, 5, 6, 8, 10)  # a pattern


def learned_codecs(space: PatternSpace, two_codes: Sequence[Path | str], counted: bool) -> CodecLevels:
    """The floor, four parameters in 24 bits, and the learned codecs of two short codes, fewest bytes first.

    Parameters
    ----------
    space : the parameter space. two_codes : artifacts of trained codecs of it; all but the first are named
        by how many numbers a code of theirs has. counted : the patterns to encode are Poisson counts.

    Raises
    ------
    ArtifactError : an artifact is no such codec. ValueError : a codec of another space.
    """
    codecs: dict[str, dict[str, SimulatorCodec | TwoCodeCodec]] = {
        FLOOR: {"24 bits": SimulatorCodec(space, counted)}
    }
    for path in two_codes:
        model = load_two_code(path)
        name = TWO_CODES if TWO_CODES not in codecs else f"{TWO_CODES} of {model.dimensions}"
        codecs[name] = {f"{n} bytes": TwoCodeCodec(space, model, n, counted) for n in TWO_CODE_BYTES}
    return codecs


def lossless_codecs() -> dict[str, dict[str, LosslessCodec]]:
    """`latentlab.counts` and the lossless rivals, all of int32 frames."""
    ours = LosslessCodec(counts.encode, lambda data, shape: counts.decode(data))
    return {COUNTS: {"default": ours}, **LOSSLESS}


def rival_codecs(training: np.ndarray, counted: bool) -> CodecLevels:
    """PCA fitted to training patterns (n, side, side), relative to their maximum, and every lossy rival.

    `counted` : the patterns to encode are Poisson counts; adds the codecs of the square root.
    """
    basis = fit_pca(training, max(components for components, _ in PCA_LEVELS))
    return {**pca_codecs(basis), **lossy_codecs(), **(square_root_codecs() if counted else {})}
