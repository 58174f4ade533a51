"""How the two cities are built."""

from __future__ import annotations

from dataclasses import dataclass

LAND_USES = ("downtown", "suburb", "commercial", "rural", "waterfront", "mixed")
ZONES = (
    "residential", "apartments", "commercial", "industry", "port", "downtown", "park", "field", "forest",
    "marsh",
)  # fmt: skip
Chances = dict[str, float]


@dataclass(frozen=True)
class Style:
    """Sizes in m; chances by material or zone need not add to one.

    Attributes
    ----------
    turn_deg : largest turn of the streets from north. bend : largest slope of a bent street.
    leafy : trees of a garden, relative. spacing_m : of trees in closed woods.
    block : smallest and largest side of a superblock between main roads. lot_width : along the street.
    """

    turn_deg: float
    bend: float
    block: tuple[float, float]
    lot_width: tuple[float, float]
    lot_depth: float
    dead_ends: float
    street: str
    house_roofs: Chances
    hip_share: float
    large_roofs: Chances
    trees: Chances
    wild_trees: Chances
    crown_m: tuple[float, float]
    pools: float
    ponds: float
    leafy: float
    spacing_m: float
    lawn_mix: float
    soil: str
    river: str
    pond: str
    river_width: tuple[float, float]
    zones: dict[str, Chances]


STYLES = {
    "Omaha": Style(
        turn_deg=4.0,
        bend=0.03,
        block=(330.0, 460.0),
        lot_width=(15.0, 21.0),
        lot_depth=38.0,
        dead_ends=0.1,
        street="concrete",
        house_roofs={"grey shingle": 4, "brown shingle": 3, "dark shingle": 3, "light shingle": 0.7},
        hip_share=0.3,
        large_roofs={"white membrane": 3, "grey membrane": 3, "tar roof": 3, "metal": 1, "gravel": 1.2,
        "brown shingle": 0.5},
        trees={"broadleaf": 7, "dark broadleaf": 2, "pine": 1.2},
        wild_trees={"broadleaf": 6, "dark broadleaf": 3.5, "pine": 0.3},
        crown_m=(2.4, 7.2),
        pools=0.012,
        ponds=0.15,
        leafy=4.0,
        spacing_m=6.0,
        lawn_mix=0.3,
        soil="moist soil",
        river="brown water",
        pond="green water",
        river_width=(160.0, 260.0),
        zones={
            "downtown": {"downtown": 6, "commercial": 0.6, "apartments": 1, "residential": 1, "park": 0.4},
            "suburb": {"residential": 6, "park": 1, "apartments": 0.8, "commercial": 0.5, "forest": 0.9},
            "commercial": {"commercial": 4, "industry": 2.5, "residential": 0.7, "apartments": 0.7,
            "port": 1},
            "rural": {"field": 4, "forest": 4, "residential": 0.3, "park": 0.3},
            "waterfront": {"industry": 1.2, "port": 2, "forest": 2.4, "downtown": 1, "residential": 1},
            "mixed": dict.fromkeys(ZONES[:-1], 1.0) | {"forest": 2.2, "port": 1.5},
        },
    ),
    "Jacksonville": Style(
        turn_deg=45.0,
        bend=0.45,
        block=(260.0, 420.0),
        lot_width=(19.0, 27.0),
        lot_depth=36.0,
        dead_ends=0.55,
        street="old asphalt",
        house_roofs={
            "light shingle": 4, "terracotta": 2.2, "cream tile": 2.5, "grey shingle": 2,
            "white membrane": 0.9,
            "brown shingle": 1.5,
        },
        hip_share=0.75,
        large_roofs={"white membrane": 6, "grey membrane": 2, "metal": 1.5, "gravel": 1},
        trees={"pine": 2.5, "dark broadleaf": 4, "broadleaf": 1, "palm": 2.5},
        wild_trees={"pine": 6, "dark broadleaf": 3, "palm": 0.5},
        crown_m=(2.0, 6.0),
        pools=0.22,
        ponds=0.75,
        leafy=4.5,
        spacing_m=5.0,
        lawn_mix=0.45,
        soil="sand",
        river="black water",
        pond="black water",
        river_width=(260.0, 480.0),
        zones={
            "downtown": {"downtown": 6, "commercial": 0.6, "apartments": 1, "residential": 0.6, "park": 0.4},
            "suburb": {"residential": 5, "park": 0.7, "apartments": 0.8, "commercial": 0.4, "forest": 1.6},
            "commercial": {"commercial": 4, "industry": 2.5, "apartments": 0.7, "residential": 0.7,
            "forest": 0.7, "port": 0.8},
            "rural": {"forest": 6, "marsh": 1.4, "field": 0.8, "residential": 0.5},
            "waterfront": {"port": 2.4, "marsh": 1.2, "residential": 1.5, "apartments": 0.7, "downtown": 1,
            "forest": 1.6},
            "mixed": dict.fromkeys(ZONES, 1.0) | {"forest": 2.5, "port": 1.6},
        },
    ),
}  # fmt: skip
