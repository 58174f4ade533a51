"""The codecs that are compared, under the names of the tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latentlab.studies.gisaxs.codec_comparison.parameter_codec import ParameterCodec
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import (
    PCA_LEVELS,
    CodecLevels,
    fit_pca,
    lossy_codecs,
    pca_codecs,
    square_root_codecs,
)
from latentlab.studies.gisaxs.codec_comparison.two_factor import TwoFactorCodec, load_two_factor
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace

PARAMETERS, TWO_FACTOR = "parameter codec", "two-factor codec"
TWO_FACTOR_BYTES = (4, 5, 6, 8, 10)  # per pattern


def learned_codecs(space: PatternSpace, two_factor: Sequence[Path | str], counted: bool) -> CodecLevels:
    """The parameter codec (four parameters in 24 bits) and the learned two-factor codecs, fewest bytes first.

    Parameters
    ----------
    space : the parameter space. two_factor : artifacts of codecs trained on it, which are named by the
        numbers in one of their codes. counted : whether the patterns to encode are Poisson counts.

    Raises
    ------
    ArtifactError : an artifact is not a two-factor codec. ValueError : a codec of another space.
    """
    codecs: dict[str, dict[str, ParameterCodec | TwoFactorCodec]] = {
        PARAMETERS: {"24 bits": ParameterCodec(space, counted)}
    }
    for path in two_factor:
        model = load_two_factor(path)
        name = f"{TWO_FACTOR}, {model.dimensions} numbers"
        codecs[name] = {f"{n} bytes": TwoFactorCodec(space, model, n, counted) for n in TWO_FACTOR_BYTES}
    return codecs


def reference_codecs(training: np.ndarray, counted: bool) -> CodecLevels:
    """PCA fitted to training patterns (n, side, side), relative to their maximum, and the lossy image codecs.

    `counted` : whether the patterns to encode are Poisson counts; adds the codecs of the square root.
    """
    basis = fit_pca(training, max(components for components, _ in PCA_LEVELS))
    return {**pca_codecs(basis), **lossy_codecs(), **(square_root_codecs() if counted else {})}
