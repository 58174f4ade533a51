"""The thesis's five classes of land cover and its two cities; labels and factors are places in these."""

from __future__ import annotations

CLASSES = ("vegetation", "water", "ground", "building", "clutter")  # thesis, section 7.2
VOID = 255  # label of a pixel that was not classified
CITIES = ("Jacksonville", "Omaha")
RGB_BANDS = (4, 2, 1)  # of the eight bands: red, green, blue
# WorldView-3, thesis section 7.2: name, first and last wavelength in nm
BANDS = (
    ("coastal", 400, 450),
    ("blue", 450, 510),
    ("green", 510, 580),
    ("yellow", 585, 625),
    ("red", 630, 690),
    ("red edge", 705, 745),
    ("near infrared 1", 770, 895),
    ("near infrared 2", 860, 1040),
)
TILE_M = 128.0  # side of a tile on the ground, m: 128 pixels of about 1 m in the thesis
TILES_A_SIDE = 8  # of an image of 1024 pixels, thesis section 7.2
