"""Cast shadows of a height map: a sweep of the horizon along the rays to the sun."""

from __future__ import annotations

import math

import numpy as np

TOLERANCE_M = 1e-3  # a ray this little below an edge is not stopped


def cast_shadows(height: np.ndarray, pixel_m: float, elevation_deg: float, azimuth_deg: float) -> np.ndarray:
    """Pixels whose ray to the sun is stopped by something higher.

    Rays run along digital straight lines, which leave the true ray by less than one pixel, so the shadow of
    a box of height h ends h / tan(elevation) behind it, within half a pixel. Outside the map nothing stands.

    Parameters
    ----------
    height : (rows, columns), m; row 0 is north. azimuth_deg : of the sun, clockwise from north.

    Returns
    -------
    bool (rows, columns).
    """
    east, south = math.sin(math.radians(azimuth_deg)), -math.cos(math.radians(azimuth_deg))
    if abs(south) > abs(east):  # sweep along columns: the longer step of the two is one pixel
        return cast_shadows(height.T, pixel_m, elevation_deg, 270 - azimuth_deg).T
    if east < 0:
        return cast_shadows(height[:, ::-1], pixel_m, elevation_deg, -azimuth_deg)[:, ::-1]
    rows, columns = height.shape
    offset = np.rint(np.arange(columns) * (south / east)).astype(int)  # row of a ray, column by column
    offset -= offset.min()
    lines = rows + offset.max()
    # a ray is one row of the sheared map: row + its offset is turned about, so that rays become level
    sheared = np.full((columns, lines), -np.inf, np.float32)
    turned = offset.max() - offset
    for column in range(columns):
        sheared[column, turned[column] : turned[column] + rows] = height[:, column]
    drop = np.float32(pixel_m / east * math.tan(math.radians(elevation_deg)))
    shadow = np.zeros((rows, columns), bool)
    horizon = np.full(lines, -np.inf, np.float32)  # of what stands two columns away or more
    near = np.full(lines, -np.inf, np.float32)  # of the next column
    for column in range(columns - 1, -1, -1):  # from the sun's side
        own = sheared[column]
        horizon -= drop
        near -= drop
        part = slice(turned[column], turned[column] + rows)
        # a pixel is dark from half a pixel before what shades it; the next pixel does not count so, or else
        # slopes would shade themselves
        stops = np.maximum(near, horizon + drop / 2)
        shadow[:, column] = stops[part] > own[part] + TOLERANCE_M
        np.maximum(horizon, near, out=horizon)
        near = own.copy()
    return shadow
