"""Compress and restore one measured frame with a trained codec."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from latentlab.bitstream import decode, encode
from latentlab.errors import FrameError
from latentlab.studies.gisaxs.compression.codec_file import TrainedCodec
from latentlab.studies.gisaxs.exposure import exposure


@dataclass(frozen=True)
class RestoredFrame:
    """A frame after the codec.

    Attributes
    ----------
    restored : float32 (side, side), counts per grid pixel, masked pixels filled.
    mask : bool (side, side), True where the codec was given no counts: the frame's mask, and pixels brighter
        than any pattern that the codec was trained on.
    bitstream : the compressed file; it also holds the factor between counts and raw intensity.
    """

    restored: np.ndarray
    mask: np.ndarray
    bitstream: bytes


def restore_frame(
    codec: TrainedCodec, counts: np.ndarray, mask: np.ndarray, exposure_of_training: float, source: str
) -> RestoredFrame:
    """Encode a frame on the simulation's grid to bytes, and decode these to counts.

    As in training, masked pixels are 0 and the exposure is brought to that of the training set.

    Parameters
    ----------
    counts : float32 (side, side), photons per grid pixel. mask : bool (side, side), True where not measured.
    exposure_of_training : `exposure` of the codec's data set, raw intensity.
    source : name of the frame, for messages.

    Raises
    ------
    FrameError : another size than the codec was trained for, or no photon in the view.
    """
    side = codec.record["side"]
    if counts.shape != (side, side):
        raise FrameError(f"{source}: the view is {counts.shape}, the codec was trained for {side} x {side}")
    exposed = exposure(counts, ~mask)
    if not exposed > 0:
        raise FrameError(f"{source}: no photon in the view, except perhaps in its brightest pixels")
    scale = float(np.float32(exposure_of_training / exposed))
    raw = counts * np.float32(scale)
    mask = mask | (raw > codec.transform.maximum)
    image = torch.from_numpy(np.where(mask, 0, raw).astype(np.float32))[None, None]
    transform = codec.transform
    data = encode(
        codec.model,
        transform.forward(image),
        model_id=codec.model_id,
        transform=transform.kind,
        scale=scale,
    )
    decoded = transform.inverse(decode(codec.model, data, model_id=codec.model_id, source=source))
    return RestoredFrame(decoded[0, 0].numpy() / np.float32(scale), mask, data)
