"""The lossless codecs that are compared, under the names of the tables and figures."""

from __future__ import annotations

from latentlab import counts
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import LOSSLESS, LosslessCodec

COUNTS = "latentlab counts"


def lossless_codecs() -> dict[str, dict[str, LosslessCodec]]:
    """`latentlab.counts` and the lossless reference codecs, all of int32 frames."""
    ours = LosslessCodec(counts.encode, lambda data, shape: counts.decode(data))
    return {COUNTS: {"default": ours}, **LOSSLESS}
