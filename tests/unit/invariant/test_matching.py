"""Posterior by matching: each step's promise on synthetic images, and a whole small training."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from latentlab.errors import InvariantError
from latentlab.invariant import InvariantVAE, Settings, Training
from latentlab.invariant.matching.chain import arranged
from latentlab.invariant.matching.frames import Pose, centres_and_radii, in_frame
from latentlab.invariant.matching.gauge import significant_slope, symmetry_order, terms, turns
from latentlab.invariant.matching.linkage import chained_classes, spanning_tree
from latentlab.invariant.matching.mixture import best_mixture
from latentlab.invariant.matching.polar import PolarGrid, misfits, square_sums
from latentlab.invariant.matching.refine import refined
from latentlab.invariant.transforms import disc_mask, transform_images

SIDE, ANGLES = 24, 32
AXIS = (torch.arange(SIDE) + 0.5) * (2 / SIDE) - 1
X, Y = AXIS[None, :], AXIS[:, None]


def blob(x: float, y: float, width: float = 0.12) -> torch.Tensor:
    return torch.exp(-((X - x) ** 2 + (Y - y) ** 2) / (2 * width**2))


def letter(size: float = 0.45, bend: float = 0.0) -> torch.Tensor:
    """(1, side, side) image without symmetry: a bar with a foot, whose end is bent by a latent."""
    return (blob(0, -size) + blob(0, 0) + blob(bend, size) + blob(size * 0.8, -size)).clamp(max=1)[None]


def pose_of(count: int, latent: int = 1, **values: torch.Tensor) -> Pose:
    zero = torch.zeros(count)
    plain = Pose(torch.zeros(count, latent), zero.long(), zero, torch.zeros(count, 2), zero)
    return plain.but(**values)


def turned(image: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    return transform_images(image.expand(len(angles), -1, -1, -1), angle=angles)


def test_a_turn_is_a_shift_on_the_polar_grid() -> None:
    grid = PolarGrid(SIDE, ANGLES)
    steps = torch.tensor([0, 3, 17, 31])
    images = turned(letter(), steps * (2 * math.pi / ANGLES))
    found = misfits(grid.spectrum(images), grid.spectrum(letter()[None]), ANGLES)
    assert found[:, 0].argmin(1).tolist() == steps.tolist()


def test_misfit_is_half_the_sum_of_squares() -> None:
    grid = PolarGrid(SIDE, ANGLES)
    first, second = torch.rand(2, 1, SIDE, SIDE), torch.rand(3, 1, SIDE, SIDE)
    found = misfits(grid.spectrum(first), grid.spectrum(second), ANGLES)
    shifted = torch.roll(grid(second), 5, dims=-1)  # a turn of the template by five steps
    wanted = 0.5 * (grid(first)[:, None] - shifted).square().sum((2, 3))
    torch.testing.assert_close(found[:, :, 5], wanted, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(square_sums(grid.spectrum(first), ANGLES), grid(first).square().sum((1, 2)))


def test_mixture_finds_two_objects_in_any_orientation() -> None:
    generator = torch.Generator().manual_seed(0)
    angles = torch.rand(60, generator=generator) * 2 * math.pi
    both = torch.cat([turned(letter(), angles[:30]), turned(blob(0.3, 0.3, 0.25)[None], angles[30:])])
    spectra = PolarGrid(SIDE, ANGLES).spectrum(both)
    found = best_mixture(spectra, ANGLES, 2, (2.0, 0.2), 3, 15, generator)
    assert len(found.chosen[:30].unique()) == len(found.chosen[30:].unique()) == 1
    assert found.chosen[0] != found.chosen[-1]


def test_chain_orders_templates_and_aligns_them() -> None:
    bends = torch.linspace(-0.4, 0.4, 7)
    order = torch.tensor([3, 0, 6, 1, 5, 2, 4])
    images = torch.stack([letter(bend=float(bends[place])) for place in order])
    steps = torch.tensor([0, 9, 4, 30, 15, 7, 22])
    spectra = PolarGrid(SIDE, ANGLES).spectrum(transform_images(images, angle=steps * (2 * math.pi / ANGLES)))
    latents, found = arranged(spectra, torch.ones(7), ANGLES, 1)
    sorted_back = latents[order.argsort(), 0]
    assert (sorted_back.diff() > 0).all() or (sorted_back.diff() < 0).all()
    assert float(latents.mean()) == pytest.approx(0, abs=1e-4)
    assert float(latents.square().mean()) == pytest.approx(1, abs=1e-4)
    # each is turned against the first as it was drawn, to a step
    against = (found - steps - (found[0] - steps[0])) % ANGLES
    assert all(int(each) in (0, 1, ANGLES - 1) for each in against)


def test_spanning_tree_is_the_shortest() -> None:
    places = torch.tensor([0.0, 10.0, 1.0, 3.0, 6.0])
    squares = (places[:, None] - places).square()
    assert sum(float(squares[link].sqrt()) for link in spanning_tree(squares)) == pytest.approx(10)


def test_chained_classes_follow_a_continuous_change() -> None:
    generator = torch.Generator().manual_seed(1)
    bends = torch.linspace(-0.5, 0.5, 60)
    chain = torch.stack([letter(bend=float(bend)) for bend in bends])
    other = blob(0.2, 0.2, 0.2)[None].repeat(40, 1, 1, 1)
    images = transform_images(torch.cat([chain, other]), angle=torch.rand(100, generator=generator) * 6)
    found = chained_classes(PolarGrid(SIDE, ANGLES).spectrum(images), ANGLES, 2)
    assert found is not None
    assert len(found[:60].unique()) == len(found[60:].unique()) == 1
    assert found[0] != found[-1]


def test_no_chains_in_noise() -> None:
    noise = torch.rand(80, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(2))
    assert chained_classes(PolarGrid(SIDE, ANGLES).spectrum(noise), ANGLES, 3) is None


def test_centre_and_radius_of_what_is_bright() -> None:
    images = torch.stack([blob(0.2, -0.1)[None], blob(0.0, 0.3, 0.2)[None]])
    centre, radius = centres_and_radii(images)
    torch.testing.assert_close(centre, torch.tensor([[0.2, -0.1], [0.0, 0.3]]), atol=0.02, rtol=0)
    assert 1.3 < float(radius[1] / radius[0]) < 2


def test_frame_undoes_the_transform() -> None:
    count = 5
    generator = torch.Generator().manual_seed(3)
    angle = torch.rand(count, generator=generator) * 6
    offset = 0.2 * torch.rand(count, 2, generator=generator) - 0.1
    scale = torch.tensor([0.9, 1.0, 1.1, 1.0, 0.95])
    image = letter(0.3).expand(count, -1, -1, -1)
    pose = pose_of(count, angle=angle, offset=offset, log_scale=scale.log())
    back = in_frame(transform_images(image, angle=angle, offset=offset, scale=scale), pose)
    assert float((back - image).abs().mean()) < 0.02


def test_refinement_finds_angle_offset_scale_and_latent() -> None:
    def draw(latents: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        return torch.stack([letter(0.3, 0.2 * float(each)) for each in latents[:, 0]])

    true = pose_of(
        2,
        continuous=torch.tensor([[0.5], [-0.4]]),
        angle=torch.tensor([0.7, -2.0]),
        offset=torch.tensor([[0.05, -0.04], [0.0, 0.06]]),
        log_scale=torch.tensor([0.05, -0.04]),
    )
    canonical = draw(true.continuous, true.classes)
    images = transform_images(canonical, angle=true.angle, offset=true.offset, scale=true.log_scale.exp())
    start = pose_of(2, angle=true.angle + 0.08)
    precisions = {"angle": 0.0, "offset": 1e-3, "log_scale": 1e-3, "continuous": 1e-4}
    found = refined(images, start, draw, disc_mask(SIDE, SIDE), precisions, 10)
    torch.testing.assert_close(found.pose.angle, true.angle, atol=0.02, rtol=0)
    torch.testing.assert_close(found.pose.offset, true.offset, atol=0.01, rtol=0)
    torch.testing.assert_close(found.pose.log_scale, true.log_scale, atol=0.02, rtol=0)
    torch.testing.assert_close(found.pose.continuous, true.continuous, atol=0.15, rtol=0)
    assert set(found.deviations) == set(precisions)
    before = refined(images, start, draw, disc_mask(SIDE, SIDE), precisions, 1).misfit
    assert (found.misfit <= before).all()


def test_symmetry_order_of_templates() -> None:
    grid = PolarGrid(SIDE, 48)
    bar = (blob(0.4, 0) + blob(-0.4, 0))[None]
    cross = bar + (blob(0, 0.4) + blob(0, -0.4))[None]
    found = [symmetry_order(grid.spectrum(each[None])[0], 48) for each in (letter(), bar, cross)]
    assert found == [1, 2, 4]


def test_angles_are_made_independent_of_latents_that_mean_something() -> None:
    generator = torch.Generator().manual_seed(4)
    latents = torch.randn(400, 1, generator=generator)
    angle = (torch.rand(400, generator=generator) - 0.5) * 4 + 0.3 * terms(latents)[:, 0]
    images = torch.stack([letter(bend=float(bend)) for bend in torch.linspace(-0.4, 0.4, 7)])
    spectra = PolarGrid(SIDE, ANGLES).spectrum(images)
    found = terms(latents) @ turns(latents, angle, spectra, 0.1, ANGLES)
    wanted = 0.3 * terms(latents)[:, 0]
    assert float((found - found.mean() - wanted + wanted.mean()).abs().mean()) < 0.04
    # a latent that changes less than what stays unexplained is left alone
    assert not turns(latents, angle, spectra, 100.0, ANGLES).any()


def drawn_angles(
    largest_deg: float, count: int, slope: float, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Ranks (n,) and angles (n,), rad, even between +- largest_deg, that are turned by slope times rank."""
    generator = torch.Generator().manual_seed(seed)
    rank, angle = 2 * torch.rand(2, count, generator=generator) - 1
    return rank, math.radians(largest_deg) * angle + slope * rank


@pytest.mark.parametrize(("largest_deg", "count", "fold"), [(12, 300, 1), (120, 1000, 1), (120, 1500, 2)])
def test_slope_of_angles_with_edges_is_found(largest_deg: float, count: int, fold: int) -> None:
    for slope in (-0.35, 0.2):
        rank, angle = drawn_angles(largest_deg, count, slope, seed=7)
        assert significant_slope(rank, angle, fold) == pytest.approx(slope, abs=math.radians(4))


@pytest.mark.parametrize("fold", [1, 2])
@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_an_even_circle_tells_no_slope(fold: int, slope: float) -> None:
    found = [significant_slope(*drawn_angles(180, 300, slope, seed), fold) for seed in range(30)]
    assert sum(each != 0 for each in found) <= 3  # one in forty by chance


def test_slopes_of_two_latents_are_found_together() -> None:
    generator = torch.Generator().manual_seed(8)
    latents = torch.randn(600, 2, generator=generator)
    wanted = torch.tensor([0.3, -0.2])
    angle = 2 * (torch.rand(600, generator=generator) - 0.5) + terms(latents) @ wanted
    images = torch.stack([letter(bend=float(bend)) for bend in torch.linspace(-0.4, 0.4, 7)])
    found = turns(latents, angle, PolarGrid(SIDE, ANGLES).spectrum(images), 0.1, ANGLES)
    torch.testing.assert_close(found, wanted, atol=0.05, rtol=0)


@pytest.fixture(scope="module")
def trained() -> tuple[InvariantVAE, dict[str, torch.Tensor]]:
    """Two objects, one of them bent, turned over two thirds of the circle."""
    generator = torch.Generator().manual_seed(5)
    bend = torch.rand(120, generator=generator) - 0.5
    bent = torch.stack([letter(bend=float(each)) for each in bend[:60]])
    other = (blob(0.3, 0.3, 0.2) + blob(-0.4, 0.2)).clamp(max=1)[None].repeat(60, 1, 1, 1)
    angle = (torch.rand(120, generator=generator) - 0.5) * 4
    images = transform_images(torch.cat([bent, other]), angle=angle)
    settings = Settings(
        shape=(1, SIDE, SIDE), latent=1, rotation="matched", orientations=ANGLES, classes=2, hidden=(32, 32)
    )
    vae = InvariantVAE(settings, seed=1)
    vae.fit(images, training=Training(epochs=15, batch=40, learning_rate=0.01), progress=False)
    return vae, {"images": images, "angle": angle, "bend": bend}


def test_training_finds_class_angle_and_latent(trained: tuple) -> None:
    vae, data = trained
    found = vae.encode(data["images"].numpy())
    classes = found.classes.argmax(1)
    assert len(set(classes[:60])) == len(set(classes[60:])) == 1
    assert classes[0] != classes[-1]
    turn = np.exp(1j * (found.angle - data["angle"].numpy()))
    assert abs(turn[:60].mean()) > 0.97  # whose bend looks like a turn of a part
    assert abs(turn[60:].mean()) > 0.999
    ranks = [np.argsort(np.argsort(each)) for each in (found.continuous[:60, 0], data["bend"][:60].numpy())]
    assert abs(np.corrcoef(*ranks)[0, 1]) > 0.95
    restored = vae.reconstruct(data["images"].numpy())
    assert np.mean((restored - data["images"].numpy()) ** 2) < 0.25 * float(data["images"].var())


def test_turning_the_input_moves_the_angle_and_nothing_else(trained: tuple) -> None:
    vae, data = trained
    before = vae.encode(data["images"].numpy())
    turned_images = transform_images(data["images"], angle=math.pi / 6).numpy()
    after = vae.encode(turned_images)
    moved = np.angle(np.exp(1j * (after.angle - before.angle)))
    assert np.median(np.abs(moved - math.pi / 6)) < math.radians(2)
    spread = before.continuous.std()
    assert np.median(np.abs(after.continuous - before.continuous)) < 0.1 * spread


def test_encoding_what_was_decoded_gives_it_back(trained: tuple) -> None:
    vae, data = trained
    found = vae.encode(data["images"].numpy())
    again = vae.encode(vae.decode(found.continuous, angle=found.angle, classes=found.classes.argmax(1)))
    assert np.median(np.abs(np.angle(np.exp(1j * (again.angle - found.angle))))) < math.radians(3)
    assert (again.classes.argmax(1) == found.classes.argmax(1)).all()


def test_a_file_keeps_the_whole_model(trained: tuple, tmp_path) -> None:
    vae, data = trained
    vae.save(tmp_path / "vae.h5")
    loaded = InvariantVAE.load(tmp_path / "vae.h5")
    images = data["images"][:8].numpy()
    np.testing.assert_array_equal(loaded.encode(images).angle, vae.encode(images).angle)


def test_the_same_seed_gives_the_same_weights() -> None:
    images = transform_images(letter(0.3).expand(24, -1, -1, -1), angle=torch.arange(24) / 6)
    states = []
    for _ in range(2):
        settings = Settings(shape=(1, SIDE, SIDE), latent=1, rotation="matched", orientations=16, hidden=(8,))
        vae = InvariantVAE(settings, seed=1)
        vae.fit(images, training=Training(epochs=2, batch=12), progress=False)
        states.append(vae.network.state_dict())
    assert all(torch.equal(value, states[1][name]) for name, value in states[0].items())


def test_offsets_are_found_beside_angles() -> None:
    generator = torch.Generator().manual_seed(6)
    angle = (torch.rand(80, generator=generator) - 0.5) * 4
    offset = 0.3 * (torch.rand(80, 2, generator=generator) - 0.5)
    images = transform_images(letter(0.3).expand(80, -1, -1, -1), angle=angle, offset=offset)
    settings = Settings(
        shape=(1, SIDE, SIDE),
        latent=0,
        rotation="matched",
        orientations=ANGLES,
        classes=2,
        translation_prior=0.1,
    )
    vae = InvariantVAE(settings, seed=2)
    vae.fit(images, training=Training(epochs=8, batch=40, learning_rate=0.01), progress=False)
    step = torch.tensor([0.08, -0.05])
    moved = vae.encode(transform_images(images, offset=step)).offset - vae.encode(images).offset
    torch.testing.assert_close(moved.median(0).values, step, atol=0.01, rtol=0)
    assert float((moved - step).abs().quantile(0.9)) < 0.03


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"condition": 2}, "condition: rotation 'matched' expects 0"),
        ({"canvas": 1.2}, "canvas: rotation 'matched' expects 1"),
        ({"shape": (1, 20, 24)}, "square"),
    ],
)
def test_settings_that_matching_cannot_use(change: dict, message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        Settings(**{"shape": (1, 24, 24), "rotation": "matched", "latent": 1} | change)


def test_labels_are_refused() -> None:
    vae = InvariantVAE(Settings(shape=(1, SIDE, SIDE), rotation="matched", latent=1, classes=2), seed=0)
    with pytest.raises(InvariantError, match="neither targets nor labels"):
        vae.fit(torch.rand(10, 1, SIDE, SIDE), labels=torch.zeros(10, dtype=torch.long), progress=False)
