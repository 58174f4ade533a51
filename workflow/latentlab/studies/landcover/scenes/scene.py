"""A synthetic aerial image of a site with heights, classes and shadows that agree with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.scenes import view
from latentlab.studies.landcover.scenes.atmosphere import air_above
from latentlab.studies.landcover.scenes.canvas import Canvas
from latentlab.studies.landcover.scenes.fields import fractal_field
from latentlab.studies.landcover.scenes.layout import land_use_of, plan_site
from latentlab.studies.landcover.scenes.materials import (
    INDEX,
    NAMES,
    band_centres_nm,
    band_reflectance,
    mixing_partners,
)
from latentlab.studies.landcover.scenes.options import SceneOptions
from latentlab.studies.landcover.scenes.seasons import DAYS, SEASONS, seasonal, seasonal_table
from latentlab.studies.landcover.scenes.shadows import cast_shadows
from latentlab.studies.landcover.scenes.shapes import SITE_M, replaced
from latentlab.studies.landcover.scenes.site import Site
from latentlab.studies.landcover.scenes.styles import LAND_USES
from latentlab.studies.landcover.scenes.sun import LATITUDE_DEG, sun_position

MIXES = {  # of the fractal field in a material's share of its partner, others 0.04
    "grass": 0.2, "dry grass": 0.2, "dormant grass": 0.25, "crop": 0.12, "stubble": 0.2, "marsh": 0.5,
    "undergrowth": 0.4,
    "litter": 0.4, "dry soil": 0.2, "moist soil": 0.25, "sand": 0.2, "old asphalt": 0.14, "new asphalt": 0.14,
    "concrete": 0.12, "brown water": 0.12, "black water": 0.15, "green water": 0.2, "tar roof": 0.15,
    "gravel": 0.2,
}  # fmt: skip
GRAINS = {  # of the fine field in its brightness, others 0.04
    "grass": 0.09, "dry grass": 0.09, "dormant grass": 0.08, "crop": 0.05, "marsh": 0.14,
    "undergrowth": 0.22, "litter": 0.18,
    "broadleaf": 0.2, "dark broadleaf": 0.22, "spring leaf": 0.2, "yellow leaf": 0.2, "orange leaf": 0.2,
    "red leaf": 0.2, "bare tree": 0.22, "pine": 0.22, "palm": 0.2, "dry soil": 0.09, "moist soil": 0.09,
    "sand": 0.07, "brown water": 0.02, "black water": 0.05, "green water": 0.03, "pool": 0.02,
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """A view of a site; row 0 is north, column 0 west.

    Attributes
    ----------
    rgb : uint8 (3, side, side). bands : uint16 (8, side, side), reflectance at the top of the atmosphere
        times
        10,000, as `classes.BANDS`. height : float32 (side, side), m above ground. labels : uint8 (side,
        side), index
        in `classes.CLASSES`; as in US3D vegetation is trees, and lawns and fields are ground. shadow : bool
        (side,
        side), pixels that the sun does not reach for something that stands before it (clouds not counted).
    facts : land_use, season (index in `seasons.SEASONS`), sun_elevation_deg, sun_azimuth_deg (clockwise from
        north), haze (aerosol optical depth at 1000 nm), cloud (share of the view), street_direction_deg
        (clockwise from north, 0 to 90, of the district in the middle), city.
    """

    rgb: np.ndarray
    bands: np.ndarray
    height: np.ndarray
    labels: np.ndarray
    shadow: np.ndarray
    facts: dict[str, Any] = field(default_factory=dict)


def draw_scene(
    city: str, side: int, seed: int, options: SceneOptions | None = None, land_use: str | None = None
) -> Scene:
    """Draw a site of 1024 m x 1024 m.

    Parameters
    ----------
    city : one of `classes.CITIES`. side : pixels a side, 64 or more. seed : of the site and of the view;
        the same
        site at all sides. land_use : one of `styles.LAND_USES`; by the seed if None.

    Raises
    ------
    ConfigError : an unknown city or land use, or a side below 64.
    """
    options = options or SceneOptions()
    if city not in CITIES:
        raise ConfigError(f"no city '{city}' is drawn; expected one of {', '.join(CITIES)}")
    if land_use is not None and land_use not in LAND_USES:
        raise ConfigError(f"no land use '{land_use}' is drawn; expected one of {', '.join(LAND_USES)}")
    if side < 64:
        raise ConfigError(f"a scene of {side} pixels a side was asked for; expected 64 or more")
    land_use = land_use or land_use_of(seed)
    key = (seed, CITIES.index(city))  # of all that is drawn
    rng = np.random.default_rng((*key, 7))
    season = options.seasons[rng.integers(len(options.seasons))]
    first, last = DAYS[SEASONS.index(season)]
    elevation, azimuth = sun_position(
        LATITUDE_DEG[city], rng.uniform(first, last), rng.uniform(*options.solar_hour)
    )
    haze = rng.uniform(*options.haze)
    cover = rng.uniform(*options.cloud_cover) if rng.random() < options.cloud_probability else 0.0
    site = plan_site(city, land_use, seed)
    canvas = paint(site, side, season, key, rng)
    shadow = cast_shadows(canvas.height, SITE_M / side, elevation, azimuth)
    cloud, cloud_shadow = view.clouds(side, (*key, 9), cover, elevation, azimuth)
    direct, sky = view.sunlight(canvas.slope_x, canvas.slope_y, elevation, azimuth)
    direct *= np.where(shadow, _through(canvas, shadow, SITE_M / side, elevation, azimuth), np.float32(1))
    direct *= 1 - 0.85 * cloud_shadow
    air = air_above(band_centres_nm(), haze, elevation)
    image = view.measured_reflectance(_surface(canvas, key), direct, sky, air, cloud)
    image = view.with_noise(view.blurred(image), options.signal_to_noise, np.random.default_rng((*key, 11)))
    facts = {
        "city": city, "land_use": land_use, "season": SEASONS.index(season), "sun_elevation_deg": elevation,
        "sun_azimuth_deg": azimuth, "haze": haze, "cloud": float(cloud.mean()),
        "street_direction_deg": _street_direction(site),
    }  # fmt: skip
    return Scene(
        rgb=view.eight_bits(image, air, cloud < 0.05),
        bands=np.rint(np.clip(image, 0, 6.5) * view.FULL).astype(np.uint16),
        height=canvas.height, labels=canvas.label, shadow=shadow, facts=facts,
    )  # fmt: skip


def paint(site: Site, side: int, season: str, key: tuple[int, ...], rng: np.random.Generator) -> Canvas:
    """The surfaces of a site in a season; `key` seeds its textures."""
    canvas = Canvas(side)
    canvas.material[:] = INDEX["grass"]
    canvas.mix[:] = site.style.lawn_mix
    for name in ("cells", "rows", "lots"):
        canvas.cover(site.layer(name))
    _fill_water(canvas, site, key)
    for name in ("banks", "ponds", "walks", "verges", "drives", "roads"):
        canvas.cover(site.layer(name))
    canvas.brighten(site.layer("lines"))
    canvas.cover(site.layer("beds"))
    canvas.material = seasonal_table(site.city, season).astype(np.uint8)[canvas.material]
    canvas.raise_solids(site.layer("solids"))
    trees = site.layer("trees")
    canvas.raise_solids(
        replaced(trees, material=seasonal(trees.material.astype(int), site.city, season, rng))
    )
    return canvas


def _fill_water(canvas: Canvas, site: Site, key: tuple[int, ...]) -> None:
    marsh = canvas.material == INDEX["marsh"]
    if marsh.any():  # creeks
        winding = fractal_field(canvas.side, (*key, 5), coarsest=8, finest=32, fall=0.5)
        wide = fractal_field(canvas.side, (*key, 6), coarsest=4, finest=8)
        creek = marsh & (np.abs(winding) < 0.05 + 0.06 * np.maximum(wide, 0))
        canvas.material[creek] = INDEX[site.style.river]
        canvas.label[creek] = CLASSES.index("water")
    if not site.water:
        return
    centres = ((np.arange(canvas.side) + 0.5) * (SITE_M / canvas.side)).astype(np.float32)
    ragged = np.abs(fractal_field(canvas.side, (*key, 8), coarsest=16, finest=128))
    depths = [water.depth(centres[None, :], centres[:, None]) for water, _ in site.water]
    deepest = np.maximum.reduce(depths)
    bank = (deepest > -5 * ragged) & (deepest <= 0)
    canvas.material[bank] = INDEX[site.style.soil]
    canvas.mix[bank] = 0.3
    canvas.bright[bank] = 0.9
    canvas.label[bank] = CLASSES.index("ground")
    for depth, (_, material) in zip(depths, site.water, strict=True):
        wet = depth > 0
        canvas.material[wet] = INDEX[material]
        canvas.label[wet] = CLASSES.index("water")
        canvas.mix[wet] = np.clip(0.45 - deepest[wet] / 70, 0.1, 0.45)
        canvas.bright[wet] = 1


def _through(canvas: Canvas, shadow, pixel_m, elevation, azimuth) -> np.ndarray:
    """Share of sunlight in shadows: some where leafless crowns alone stand before the sun."""
    bare = canvas.material == INDEX["bare tree"]
    if not bare.any():
        return np.zeros_like(canvas.height)
    others = np.where(bare, 0, canvas.height)
    dense = cast_shadows(others, pixel_m, elevation, azimuth)
    return np.where(shadow & ~dense, np.float32(view.BARE_LIGHT), np.float32(0))


@lru_cache(maxsize=1)
def _tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    mixes = np.array([MIXES.get(name, 0.04) for name in NAMES], np.float32)
    grains = np.array([GRAINS.get(name, 0.04) for name in NAMES], np.float32)
    return band_reflectance(), mixing_partners().astype(np.uint8), mixes, grains


def _surface(canvas: Canvas, key: tuple[int, ...]) -> np.ndarray:
    """Reflectance of the ground, float32 (bands, side, side), with the texture of each material."""
    table, partners, mixes, grains = _tables()
    material = canvas.material
    patches = fractal_field(canvas.side, (*key, 3), coarsest=16, finest=256, fall=0.75)
    grain = fractal_field(canvas.side, (*key, 4), coarsest=128, finest=512, fall=1.0)
    mix = np.clip(canvas.mix + mixes[material] * patches, 0, 1)
    bright = canvas.bright * np.clip(1 + grains[material] * grain, 0.3, 2)
    partner = partners[material]
    own = (1 - mix) * bright
    mix *= bright
    return np.stack(
        [own * column[material] + mix * column[partner] for column in np.ascontiguousarray(table.T)]
    )


def _street_direction(site: Site) -> float:
    """Of the streets in the middle of the site, degrees clockwise from north, modulo 90."""
    district = int(site.district(np.array(SITE_M / 2), np.array(SITE_M / 2)))
    angle = site.frames[district].direction(np.array(0.0), np.array(0.0))
    return float((np.degrees(angle) + 90) % 90)
