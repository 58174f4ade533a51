"""The codecs that a user would pick instead of ours: image codecs, scientific ones, byte coders, and PCA.

Every lossy one has the protocol `Codec`: an image goes in relative to its maximum, bytes come out, and from
those bytes alone (and, for PCA, the fitted model) an image relative to its maximum is decoded. None stores
the maximum itself: the bytes for the exposure are not counted for any codec.
"""

from latentlab.studies.gisaxs.codec_comparison.reference_codecs.lossless import LOSSLESS, LosslessCodec
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.lossy import lossy_codecs, square_root_codecs
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.pca import (
    PCA_LEVELS,
    PcaBasis,
    PcaCodec,
    fit_pca,
    pca_codecs,
)
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.protocol import Codec, CodecLevels

__all__ = [
    "LOSSLESS",
    "PCA_LEVELS",
    "Codec",
    "CodecLevels",
    "LosslessCodec",
    "PcaBasis",
    "PcaCodec",
    "fit_pca",
    "lossy_codecs",
    "pca_codecs",
    "square_root_codecs",
]
