"""The sites of a set that is drawn: synthetic scenes of two cities."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from latentlab.studies.landcover.classes import CITIES, TILES_A_SIDE
from latentlab.studies.landcover.cutting import AerialImage
from latentlab.studies.landcover.image_source import SiteImage
from latentlab.studies.landcover.scenes.options import SceneOptions, scene_options
from latentlab.studies.landcover.scenes.scene import draw_scene
from latentlab.studies.landcover.scenes.styles import LAND_USES
from latentlab.studies.landcover.tile_set import SPLITS

FACTS = ("season", "sun_elevation_deg", "sun_azimuth_deg", "haze", "cloud", "street_direction_deg")


def drawn_images(
    spec: Mapping[str, Any], side: int, sites: Mapping[str, int], seed: int
) -> dict[str, list[SiteImage]]:
    """Scenes by split, one of each site; the cities take turns, and so do the land uses within each city.

    A site's seed follows from the set's seed, the split and the site's place in it, so that another number of
    sites in one split leaves the other splits as they are.

    Parameters
    ----------
    spec : the section `scenes` of config/landcover.yaml. side : of a tile, px.
    sites : number by split. seed : of the set.

    Raises
    ------
    ConfigError : a setting of the scenes that cannot be used.
    """
    options = scene_options(spec)
    images: dict[str, list[SiteImage]] = {}
    before = 0
    for split, name in enumerate(SPLITS):
        uses = np.random.default_rng((seed, split)).permutation(len(LAND_USES))
        images[name] = []
        for place in range(sites[name]):
            own = int(np.random.SeedSequence((seed, split, place)).generate_state(1)[0])
            turn, city = divmod(place, len(CITIES))
            use = uses[(turn + city * len(uses) // len(CITIES)) % len(uses)]  # both cities together: all uses
            read = partial(_drawn, city, side, own, options, int(use))
            images[name].append(SiteImage(city, before + place, read))
        before += sites[name]
    return images


def _drawn(city: int, side: int, seed: int, options: SceneOptions, use: int) -> AerialImage:
    scene = draw_scene(CITIES[city], TILES_A_SIDE * side, seed, options, LAND_USES[use])
    facts = {name: scene.facts[name] for name in FACTS}
    return AerialImage(scene.rgb, scene.labels, scene.height, scene.bands, {**facts, "land_use": use})
