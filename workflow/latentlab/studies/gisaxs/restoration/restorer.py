"""The trained restoration of measured frames: gaps filled, counting noise removed, with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.studies.gisaxs.restoration.network import (
    RestorationNetwork,
    build_network,
    corrected,
    seen,
)
from latentlab.training.trained_file import load_weights, read_trained, write_trained

KIND = "restorer"
TILE = 512  # px: side of the parts in which the U-Net works on a large frame


@dataclass(frozen=True)
class Restored:
    """A restored frame.

    Attributes
    ----------
    expected : float32 (h, w), photons expected per pixel, > 0, in the gaps too.
    deviation : float32 (h, w), standard deviation of log10(expected), decades.
    """

    expected: np.ndarray
    deviation: np.ndarray


class Restorer:
    """Restores frames of any size and exposure.

    Parameters
    ----------
    network : trained. scale_inside, scale_outside : factors on its deviation in masked and in measured
        pixels, as calibrated after the training.
    """

    def __init__(
        self, network: RestorationNetwork, scale_inside: float = 1.0, scale_outside: float = 1.0
    ) -> None:
        self.network = network.eval()
        self.scales = {True: scale_inside, False: scale_outside}

    @torch.no_grad()
    def __call__(self, counts: np.ndarray, mask: np.ndarray) -> Restored:
        """Restore one frame.

        Parameters
        ----------
        counts : (h, w), photons per pixel, of any exposure, >= 0; not used where masked.
        mask : bool (h, w), True where nothing is measured.

        Raises
        ------
        ValueError : shapes that differ or are not two-dimensional, a mask that is not bool or masks all, or
            measured counts that are negative or not finite.
        """
        counts, mask = checked(counts, mask)
        images = torch.from_numpy(np.where(mask, 0, counts).astype(np.float32))[None, None]
        masks = torch.from_numpy(mask.copy())[None, None]
        start, start_deviation, features = seen(images, masks)
        log, log_deviation = corrected(start, start_deviation, self._in_tiles(features))
        scale = np.where(mask, self.scales[True], self.scales[False]).astype(np.float32)
        return Restored(
            (10.0 ** log[0, 0].double()).float().numpy(), log_deviation[0, 0].exp().numpy() * scale
        )

    def _in_tiles(self, features: torch.Tensor) -> torch.Tensor:
        """The U-Net's output, tile by tile with margins as wide as its field of view: as for the whole."""
        unet = self.network.unet
        margin = field_of_view(unet.multiple)
        step = -(-TILE // unet.multiple) * unet.multiple
        height, width = features.shape[-2:]
        output = features.new_empty(1, 2, height, width)
        for top in range(0, height, step):
            for left in range(0, width, step):
                first = max(0, top - margin), max(0, left - margin)
                last = min(height, top + step), min(width, left + step)
                part = features[..., first[0] : last[0] + margin, first[1] : last[1] + margin]
                inner = unet(part)[..., top - first[0] :, left - first[1] :]
                output[..., top : last[0], left : last[1]] = inner[..., : last[0] - top, : last[1] - left]
        return output


def field_of_view(multiple: int) -> int:
    """Pixels around an output pixel that a U-Net may use, on each side, rounded up to its multiple.

    Two 3 x 3 convolutions per level on the way down and up and the interpolation reach less than 8 pixels of
    the coarsest level, `multiple` px each.
    """
    return 8 * multiple


def checked(counts: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts and mask of a frame, as arrays; ValueError as `Restorer.__call__`."""
    counts, mask = np.asarray(counts), np.asarray(mask)
    if counts.ndim != 2 or counts.shape != mask.shape:
        raise ValueError(
            f"counts have shape {counts.shape} and the mask {mask.shape}, expected one shape (h, w) of both"
        )
    if mask.dtype != bool:
        raise ValueError(f"the mask is {mask.dtype}, expected bool, True where nothing is measured")
    if mask.all():
        raise ValueError("the mask marks every pixel, expected at least one that is measured")
    measured = counts[~mask]
    if not np.isfinite(measured).all() or (measured < 0).any():
        raise ValueError("measured counts must be finite and not negative; mask the other pixels")
    return counts, mask


def save_restorer(
    path: Path | str,
    restorer: Restorer,
    record: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    *,
    rule: str,
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write a restorer; rule, inputs, code : as `artifacts.write_artifact` takes them."""
    attributes = {"scale_inside": restorer.scales[True], "scale_outside": restorer.scales[False]}
    provenance = {"rule": rule, "inputs": inputs, "code": code}
    state = restorer.network.state_dict()
    write_trained(path, state, record, history, kind=KIND, attributes=attributes, **provenance)


def load_restorer(path: Path | str) -> Restorer:
    """Read a restorer.

    Raises
    ------
    ArtifactError : not a restorer's artifact, or weights that do not fit its record.
    """
    trained = read_trained(path, KIND)
    network = build_network(trained.record)
    load_weights(network, trained.state, path)
    scales = (float(trained.attributes[f"scale_{place}"]) for place in ("inside", "outside"))
    return Restorer(network, *scales)
