"""Cards: glyphs, the sense of angle, shear and offset, symmetry, equal areas, answers without training."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import rotate

from latentlab.errors import ConfigError
from latentlab.studies.microscopy.cards.data import draw
from latentlab.studies.microscopy.cards.drawing import SUITS, class_glyphs, drawn_cards, symmetry_orders
from latentlab.studies.microscopy.cards.glyphs import affine, large_glyph, warped
from latentlab.studies.microscopy.cards.invariants import moment_angles, turn_invariants
from latentlab.studies.microscopy.cards.metric_names import set_metrics

SPEC = {"kind": "cards", "rotation_deg": 120, "shear_deg": 20, "ink": 0.2, "areas": "equal"}
SIZES = {"side": 20, "train": 12, "test": 10}


def card(
    name: str, angle_deg: float = 0.0, shear: float = 0.0, scale: float = 1.0, offset: tuple = (0, 0)
) -> np.ndarray:
    maps = affine(np.array([np.deg2rad(angle_deg)]), np.array([shear]), np.array([scale]))
    return warped(large_glyph(SUITS[name]), maps, np.array([offset], float), 48, 0.12)[0]


def test_suits_and_their_symmetry() -> None:
    assert list(class_glyphs({})) == ["spades", "clubs", "hearts", "diamonds"]
    assert symmetry_orders({}) == [1, 1, 1, 2]


def test_a_positive_angle_turns_counter_clockwise_as_displayed() -> None:
    wanted = rotate(
        card("hearts"), 40, reshape=False, order=1
    )  # scipy: counter-clockwise for row 0 at the top
    assert np.abs(card("hearts", 40) - wanted).mean() < 0.01
    assert np.abs(card("hearts", -40) - wanted).mean() > 0.05


def test_a_positive_shear_leans_the_top_to_the_right() -> None:
    leant, plain = card("diamonds", shear=20), card("diamonds")
    columns = np.arange(48)

    def middle(image: np.ndarray, rows: slice) -> float:
        return (image[rows].sum(0) @ columns) / image[rows].sum()

    upper, lower = slice(0, 22), slice(26, 48)
    assert middle(leant, upper) > middle(plain, upper) + 0.5
    assert middle(leant, lower) < middle(plain, lower) - 0.5
    assert leant.sum() == pytest.approx(plain.sum(), rel=1e-3)


def test_offset_is_the_centre_of_mass_and_scale_the_size() -> None:
    image = card("clubs", 70, 10, offset=(0.2, -0.1))
    centre, _, _ = moment_angles(image[None].astype(float))
    np.testing.assert_allclose(centre[0], [0.2, -0.1], atol=0.005)
    assert card("clubs", scale=1.2).sum() / card("clubs").sum() == pytest.approx(1.44, rel=0.01)


def test_suits_of_equal_area() -> None:
    drawn = drawn_cards(SPEC, 8, 32, np.random.default_rng(0))
    assert drawn["images"].sum((1, 2, 3)) == pytest.approx(0.2 * 32**2, rel=0.01)
    as_in_font = drawn_cards(SPEC | {"areas": "font"}, 8, 32, np.random.default_rng(0))
    assert as_in_font["images"].mean() == pytest.approx(0.2, rel=0.01)
    assert np.ptp(as_in_font["images"].sum((1, 2, 3))) > 0.05 * 32**2


def test_factors_lie_in_their_ranges_and_the_seed_gives_the_set() -> None:
    spec = SPEC | {"translation": 0.1, "scale": 0.2, "noise": 0.1, "ink": 0.1}
    first, again, other = (drawn_cards(spec, 40, 20, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first["images"], again["images"])
    assert np.any(first["images"] != other["images"])
    assert np.bincount(first["class"]).tolist() == [40] * 4
    for name, limit in (("angle_rad", np.deg2rad(120)), ("shear_deg", 20), ("offset", 0.1)):
        assert 0.8 * limit < np.abs(first[name]).max() <= limit
    assert np.abs(np.log(first["scale"])).max() <= 0.2
    assert first["images"].dtype == np.float32
    assert first["images"].min() >= 0
    assert first["images"].max() <= 1


def test_moments_turn_with_the_image_and_invariants_do_not() -> None:
    images = np.stack([card("spades", angle) for angle in (0, 30)]).astype(float)
    _, once, twice = moment_angles(images)
    assert np.rad2deg(once[1] - once[0]) == pytest.approx(30, abs=1)
    assert np.rad2deg((twice[1] - twice[0]) % np.pi) == pytest.approx(30, abs=1)
    first, second = turn_invariants(images)
    other = turn_invariants(card("hearts")[None].astype(float))[0]
    assert np.linalg.norm(first - second) < 0.1 * np.linalg.norm(first - other)


def test_a_set_has_two_splits_and_its_answers() -> None:
    spec = SPEC | {"translation": 0.1, "ink": 0.15}
    drawn = draw(spec, SIZES, 3)
    assert drawn.train.images.shape == (48, 1, 20, 20)
    assert drawn.test.images.shape == (40, 1, 20, 20)
    assert not np.array_equal(drawn.train.images[:40], drawn.test.images)
    assert set(drawn.summary) == set_metrics(spec)
    assert drawn.summary["offset_r2_centre_of_mass"] > 0.99
    assert drawn.attributes["symmetry_orders"].tolist() == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"turn": 3}, "no key 'turn'"),
        ({"font": "Comic"}, "no font 'Comic'"),
        ({"glyphs": ["♠", "\U0001f600\U0001f600"]}, "no glyph"),
    ],
)
def test_entries_that_cannot_be_drawn(change: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        draw(SPEC | change, SIZES, 0)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(ConfigError, match="'ink'"):
        draw({key: value for key, value in SPEC.items() if key != "ink"}, SIZES, 0)
