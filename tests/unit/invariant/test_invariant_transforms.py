"""Rotation, shift and scale of images: directions, inverses, composition."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter, shift
from skimage.transform import rotate
from tests.unit.invariant.asymmetric import turned_shapes, wrapped
from torch.nn import functional

from latentlab.errors import InvariantError
from latentlab.invariant.moments import (
    ambiguous_angle,
    angular_harmonics,
    brightness_centre,
    in_frame,
    moment_frame,
)
from latentlab.invariant.transforms import (
    Transform,
    canonical_affine,
    disc_mask,
    pixel_coordinates,
    sampling_grid,
    transform_images,
    turned,
    warp,
)

THIRTY = np.pi / 6


@pytest.fixture(scope="module")
def smooth() -> np.ndarray:
    """(1, 1, 40, 40), so smooth that interpolation costs little."""
    image = np.zeros((40, 40), np.float32)
    image[10:24, 14:19] = 1
    image[10:14, 14:26] = 1
    return gaussian_filter(image, 2.0)[None, None]


def test_a_positive_angle_turns_as_in_scikit_image(smooth: np.ndarray) -> None:
    expected = rotate(smooth[0, 0], 30, order=1, mode="edge")
    np.testing.assert_allclose(transform_images(smooth, THIRTY)[0, 0], expected, atol=1e-5)


def test_an_offset_moves_to_the_right_and_downwards(smooth: np.ndarray) -> None:
    moved = transform_images(smooth, offset=[4 / 40, 6 / 40])  # 2 px to the right, 3 px downwards
    np.testing.assert_allclose(moved[0, 0], shift(smooth[0, 0], (3, 2), order=1), atol=1e-5)


def test_a_scale_above_one_enlarges(smooth: np.ndarray) -> None:
    assert transform_images(smooth, scale=1.5).sum() == pytest.approx(1.5**2 * smooth.sum(), rel=0.01)


def test_rotating_there_and_back_restores(smooth: np.ndarray) -> None:
    back = transform_images(transform_images(smooth, THIRTY), -THIRTY)
    assert np.abs(back - smooth).max() < 0.03
    assert np.abs(transform_images(smooth, THIRTY) - smooth).max() > 0.3


def test_rotations_compose(smooth: np.ndarray) -> None:
    twice = transform_images(transform_images(smooth, THIRTY), 0.4)
    np.testing.assert_allclose(twice, transform_images(smooth, THIRTY + 0.4), atol=0.03)


def test_scale_then_rotation_then_shift(smooth: np.ndarray) -> None:
    steps = transform_images(transform_images(transform_images(smooth, scale=1.2), 0.5), offset=[0.2, -0.1])
    np.testing.assert_allclose(transform_images(smooth, 0.5, [0.2, -0.1], 1.2), steps, atol=0.04)


def test_each_image_has_its_own_transform(smooth: np.ndarray) -> None:
    images = np.repeat(smooth, 3, axis=0)
    angles = np.array([0.0, 0.5, 1.0])
    together = transform_images(images, angles)
    for image, angle in zip(together, angles, strict=True):
        np.testing.assert_allclose(image, transform_images(smooth, angle)[0], atol=1e-6)


def test_torch_in_torch_out(smooth: np.ndarray) -> None:
    result = transform_images(torch.from_numpy(smooth), 0.3)
    assert isinstance(result, torch.Tensor)
    np.testing.assert_array_equal(result.numpy(), transform_images(smooth, 0.3))


def test_images_that_cannot_be_turned() -> None:
    with pytest.raises(
        InvariantError, match=r"expected \(n, channels, height, width\), found shape \(4, 4\)"
    ):
        transform_images(np.zeros((4, 4)), 0.1)
    with pytest.raises(InvariantError, match="must be square"):
        transform_images(np.zeros((1, 1, 4, 6)), 0.1)
    with pytest.raises(InvariantError, match="expected an angle, an offset or a scale, found none"):
        canonical_affine(Transform())


def test_the_grid_is_that_of_torch() -> None:
    affine = torch.randn(3, 2, 3, generator=torch.Generator().manual_seed(1))
    expected = functional.affine_grid(affine, [3, 1, 5, 7], align_corners=False)
    torch.testing.assert_close(sampling_grid(affine, (5, 7)), expected)


def test_pixel_coordinates_are_of_the_centres() -> None:
    places = pixel_coordinates(2, 4).reshape(2, 4, 2)
    np.testing.assert_allclose(places[0, :, 0], [-0.75, -0.25, 0.25, 0.75])
    np.testing.assert_allclose(places[:, 0, 1], [-0.5, 0.5])


def test_a_canvas_shows_what_lies_beyond_the_image(smooth: np.ndarray) -> None:
    canvas = torch.from_numpy(smooth)
    drawn = warp(canvas, Transform(), (20, 20), canvas=2.0)
    np.testing.assert_allclose(drawn[0, 0], smooth[0, 0, 10:30, 10:30], atol=1e-6)


def test_repeated_transforms_stay_in_a_row() -> None:
    transform = Transform(
        angle=torch.tensor([1.0, 2.0]), offset=torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    ).repeated(2)
    assert transform.angle.tolist() == [1, 1, 2, 2]
    assert transform.offset.tolist() == [[1, 2], [1, 2], [3, 4], [3, 4]]
    assert transform.scale is None
    assert Transform().nothing
    assert not transform.nothing


def test_the_disc_is_seen_in_every_orientation() -> None:
    mask = disc_mask(20, 20)
    assert mask.mean() == pytest.approx(np.pi / 4, abs=0.03)
    assert mask[0, 0] == 0
    torch.testing.assert_close(mask, mask.rot90())


def test_turned_offsets_are_counter_clockwise_as_displayed() -> None:
    to_the_right = torch.tensor([[1.0, 0.0]])
    upwards = turned(to_the_right, torch.tensor([np.pi / 2], dtype=torch.float32))
    np.testing.assert_allclose(upwards, [[0.0, -1.0]], atol=1e-6)


def test_the_frame_of_moments_moves_with_the_image() -> None:
    shapes = turned_shapes(40, seed=3, offset=0.15)
    straight = turned_shapes(40, seed=3, angle=1e-9)  # the same arms, neither turned nor shifted
    frame = moment_frame(torch.from_numpy(shapes.images), rotated=True, shifted=True)
    start = moment_frame(torch.from_numpy(straight.images), rotated=True, shifted=True)
    difference = wrapped(frame.angle.numpy() - start.angle.numpy() - shapes.angle)
    assert np.degrees(np.median(np.abs(difference))) < 2
    assert np.degrees(np.percentile(np.abs(difference), 90)) < 7  # the image is coarse, 20 px
    seen = in_frame(torch.from_numpy(shapes.images), frame)
    expected = in_frame(torch.from_numpy(straight.images), start)
    assert (seen - expected).abs().mean() < 0.2 * (torch.from_numpy(shapes.images) - expected).abs().mean()


def test_the_lowest_order_that_is_not_weak_gives_the_angle() -> None:
    """A bar looks the same after half a turn: its angle is known up to half a turn, from order 2."""
    bar = np.zeros((1, 1, 31, 31), np.float32)
    bar[:, :, 12:19, 5:26] = 1
    turns = np.linspace(-3, 3, 20)
    bars = torch.from_numpy(transform_images(np.repeat(bar, 20, axis=0), turns))
    harmonics, total = angular_harmonics(bars, 4)
    strength = (harmonics.abs() / total).mean(0)
    assert float(strength[0]) < 0.02
    assert float(strength[1]) > 0.3
    for found in (
        moment_frame(bars, rotated=True, shifted=False).angle,
        ambiguous_angle(bars, 2, shifted=True),
    ):
        assert np.degrees(np.abs(wrapped(2 * (found.numpy() - turns)))).max() < 2


def test_the_ambiguous_angle_is_known_up_to_a_spacing() -> None:
    """Whichever harmonic is the strongest, all orientations together turn with the image."""
    shapes, straight = turned_shapes(40, seed=3), turned_shapes(40, seed=3, angle=1e-9)
    found, start = (
        ambiguous_angle(torch.from_numpy(each.images), 6, shifted=False).numpy()
        for each in (shapes, straight)
    )
    assert np.degrees(np.median(np.abs(wrapped(6 * (found - start - shapes.angle))))) < 6 * 1.0


def test_the_centre_of_brightness_is_where_the_image_lies() -> None:
    image = np.zeros((1, 1, 20, 20), np.float32)
    image[0, 0, 12, 5] = 1
    found = brightness_centre(torch.from_numpy(image))
    np.testing.assert_allclose(found, [[-0.45, 0.25]], atol=1e-6)


def test_an_empty_frame_changes_nothing() -> None:
    images = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    assert in_frame(images, moment_frame(images, rotated=False, shifted=False)) is images
