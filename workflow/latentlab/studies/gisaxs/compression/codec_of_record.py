"""The untrained codec that a run's record describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.codecs.compressai_import import CompressionModel
from latentlab.codecs.latent_denoiser import add_denoisers
from latentlab.codecs.models import build_codec


def codec_of(record: Mapping[str, Any]) -> CompressionModel:
    """Build a record's codec, with its denoisers; from torch's generator as it is.

    The codec's own weights are drawn before those of its denoisers: with one seed they are the same without.
    """
    codec = build_codec(record["model"], record["channels"], record["activation"])
    if record["denoiser"]:
        add_denoisers(
            codec,
            record["channels"],
            record["side"],
            record["denoiser"],
            record["denoiser_width"],
            record["denoiser_depth"],
        )
    return codec
