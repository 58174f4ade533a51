"""Where the sun stands."""

from __future__ import annotations

import math

LATITUDE_DEG = {"Jacksonville": 30.33, "Omaha": 41.26}


def sun_position(latitude_deg: float, day: float, solar_hour: float) -> tuple[float, float]:
    """Elevation and azimuth of the sun, degrees; azimuth clockwise from north.

    Parameters
    ----------
    day : of the year, 1 to 365. solar_hour : 12 when the sun is in the south.

    Source: declination by Cooper, Solar Energy 12, 333 (1969): 23.45 deg sin(360 deg (284 + day) / 365).
    """
    latitude = math.radians(latitude_deg)
    declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + day) / 365)
    hour = math.radians(15 * (solar_hour - 12))
    sine = math.sin(latitude) * math.sin(declination)
    sine += math.cos(latitude) * math.cos(declination) * math.cos(hour)
    east = -math.cos(declination) * math.sin(hour)
    north = math.cos(latitude) * math.sin(declination)
    north -= math.sin(latitude) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.asin(sine)), math.degrees(math.atan2(east, north)) % 360
