"""Pictures that a network restores, and the test tiles that they are measured on."""

from __future__ import annotations

from typing import Any

import numpy as np

from latentlab.studies.landcover.tile_set import Tiles

MEASURED = 128  # test tiles at most: evenly spaced, so that all sites are among them
TOGETHER = 128  # pictures in one pass


def measured_places(count: int, most: int = MEASURED) -> np.ndarray:
    """Places of `measured` among so many tiles."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)


def measured(tiles: Tiles, most: int = MEASURED) -> Tiles:
    """At most so many of the tiles, evenly spaced; all of them where there are fewer."""
    if len(tiles) <= most:
        return tiles
    places = measured_places(len(tiles), most)
    pixels = {
        name: None if (values := getattr(tiles, name)) is None else values[places]
        for name in ("rgb", "bands", "height", "labels")
    }
    return Tiles(**pixels, factors={name: values[places] for name, values in tiles.factors.items()})


def encoded(model: Any, x: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Means and logarithms of variances, float32 (n, latent), of pictures as the network takes them.

    The second is None for a plain autoencoder.
    """
    import torch

    model.eval()
    with torch.no_grad():
        parts = [model.encode(each) for each in torch.from_numpy(np.ascontiguousarray(x)).split(TOGETHER)]
    means, log_variances = zip(*parts, strict=True)
    known = None if log_variances[0] is None else torch.cat(log_variances).numpy()
    return torch.cat(means).numpy(), known


def decoded(model: Any, z: np.ndarray) -> np.ndarray:
    """Pictures float32 (n, channels, side, side) of latents (n, latent)."""
    import torch

    model.eval()
    with torch.no_grad():
        parts = [model.decode(each) for each in torch.from_numpy(np.asarray(z, np.float32)).split(TOGETHER)]
    return torch.cat(parts).numpy()


def restored(model: Any, x: np.ndarray) -> np.ndarray:
    """Pictures restored from the latents' means, of pictures as the network takes them."""
    return decoded(model, encoded(model, x)[0])


def as_bytes(x: np.ndarray) -> np.ndarray:
    """Pictures from 0 to 1 as uint8, for figures."""
    return np.clip(np.rint(255 * np.asarray(x)), 0, 255).astype(np.uint8)
