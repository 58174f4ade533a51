"""Compress and restore one measured frame with a trained codec."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from latentlab.bitstream import decode, encode
from latentlab.errors import FrameError
from latentlab.models.codec_file import TrainedCodec


@dataclass(frozen=True)
class RestoredFrame:
    """A frame after the codec.

    Attributes
    ----------
    restored : float32 (side, side), counts a grid pixel, gaps filled.
    bitstream : the compressed file; it also holds the factor between counts and raw intensity.
    """

    restored: np.ndarray
    bitstream: bytes


def restore_frame(
    codec: TrainedCodec, counts: np.ndarray, mask: np.ndarray, mean_intensity: float, source: str
) -> RestoredFrame:
    """Encode a frame in the simulation's view to bytes, decode it from them, in counts again.

    As in training, masked pixels are 0 and the mean over the others is brought to `mean_intensity`.

    Parameters
    ----------
    counts : float32 (side, side), photons a grid pixel. mask : bool (side, side), True where nothing counts.
    mean_intensity : mean raw intensity over sensitive pixels of the codec's data set.
    source : name of the frame, for messages.

    Raises
    ------
    FrameError : another size than the codec was trained for, or no photon in the view.
    """
    side = codec.record["side"]
    if counts.shape != (side, side):
        raise FrameError(
            f"{source}: the view has shape {counts.shape}, the codec was trained for {side} x {side}"
        )
    mean = float(counts[~mask].mean(dtype=np.float64)) if (~mask).any() else 0.0
    if not mean > 0:
        raise FrameError(f"{source}: no photon in any usable pixel of the view")
    scale = float(np.float32(mean_intensity / mean))
    raw = torch.from_numpy(np.where(mask, 0, counts).astype(np.float32) * np.float32(scale))[None, None]
    transform = codec.transform
    data = encode(
        codec.model, transform.forward(raw), model_id=codec.model_id, transform=transform.kind, scale=scale
    )
    decoded = transform.inverse(decode(codec.model, data, model_id=codec.model_id, source=source))
    return RestoredFrame(decoded[0, 0].numpy() / np.float32(scale), data)
