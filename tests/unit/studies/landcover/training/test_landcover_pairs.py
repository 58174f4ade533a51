"""Pictures of a record, as they are stored and as a network takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from latentlab.errors import ArtifactError
from latentlab.studies.landcover.run_tiles import pictures
from latentlab.studies.landcover.tile_set import Tiles
from latentlab.studies.landcover.training.pairs import Pairs
from latentlab.studies.landcover.training.timing import Timing
from latentlab.studies.landcover.training.timing_file import read_timing, write_timing

RNG = np.random.default_rng(1)
TILES = Tiles(
    rgb=RNG.integers(0, 256, size=(6, 3, 8, 8), dtype=np.uint8),
    bands=RNG.integers(0, 12_000, size=(6, 8, 8, 8), dtype=np.uint16),
)


def test_colours_stay_bytes_until_they_are_used() -> None:
    pairs = Pairs.of(TILES, {"input": "rgb", "restores": "rgb"})
    assert pairs.given is pairs.wanted is TILES.rgb
    given, wanted = pairs.batch(np.array([0, 4]))
    assert given is wanted
    assert given.is_contiguous(memory_format=torch.channels_last)
    np.testing.assert_allclose(given.numpy(), TILES.rgb[[0, 4]] / 255, rtol=1e-6)


@pytest.mark.parametrize("kind", ["rgb", "grey", "bands"])
def test_a_batch_has_the_pictures_of_its_kind(kind: str) -> None:
    pairs = Pairs.of(TILES, {"input": "grey", "restores": kind})
    given, wanted = pairs.batch(slice(1, 3))
    np.testing.assert_allclose(given.numpy(), pictures(TILES, "grey")[1:3], rtol=1e-6)
    np.testing.assert_allclose(wanted.numpy(), pictures(TILES, kind)[1:3], rtol=1e-6)


def test_using_a_batch_does_not_change_what_is_stored() -> None:
    grey = Pairs.of(TILES, {"input": "grey", "restores": "grey"})
    before = grey.given.copy()
    grey.batch(np.arange(3))[0].add_(1)
    np.testing.assert_array_equal(grey.given, before)


def test_bands_that_were_not_read_are_missed() -> None:
    with pytest.raises(ArtifactError, match="without their bands"):
        Pairs.of(Tiles(TILES.rgb), {"input": "bands", "restores": "rgb"})


def test_a_timing_is_read_as_it_was_written(tmp_path: Path) -> None:
    timing, path = Timing(), tmp_path / "timing.csv"
    with timing.measured(steps=2, images=16, device=torch.device("cpu")):
        pass
    write_timing(path, timing)
    found = read_timing(path)
    assert (found["steps"], found["images"], found["device"]) == (2, 16, "cpu")
    assert found["images_per_second"] == pytest.approx(16 / found["seconds"])
    assert found["threads"] == torch.get_num_threads()
