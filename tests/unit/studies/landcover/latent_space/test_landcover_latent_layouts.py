"""Latents in two dimensions: t-SNE, UMAP and components of groups that lie apart."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentlab.artifacts import read_summary
from latentlab.errors import LatentlabError
from latentlab.studies.landcover.evaluation_file import read_arrays, write_evaluation
from latentlab.studies.landcover.latent_space.embedding import thumbnails
from latentlab.studies.landcover.latent_space.layouts import principal_layout
from latentlab.studies.landcover.latent_space.metric_names import METHODS, embedded
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.tile_set import SPLITS, TileSet, write_tiles

RUN = "convolution-50"
SETTINGS = {"perplexity": 8, "iterations": 300, "neighbours": 8, "min_distance": 0.1, "tiles": 46}


def written(folder: Path, tiles: RunTiles, means: np.ndarray) -> dict[str, Any]:
    """Files of a stage: the tiles, and the evaluation of a run with these means."""
    splits = {name: getattr(tiles, name) for name in SPLITS}
    write_tiles(folder / "tiles.h5", TileSet(splits, attributes={"pixel_m": 8.0}), rule="test", record={})
    noise = np.random.default_rng(0).normal(0, 3, means.shape)
    arrays = {"latent_mean": means, "latent_sampled": means + noise}
    write_evaluation(folder / "evaluation.h5", {}, arrays, rule="test", record={})
    return {"evaluations": [folder / "evaluation.h5"], "data": folder / "tiles.h5", "runs": [RUN], "seed": 1}


@pytest.fixture(scope="module")
def embed(repository: Path) -> Any:
    sys.path.insert(0, str(repository / "workflow" / "scripts" / "landcover"))
    try:
        from embed import embed
    finally:
        sys.path.pop(0)
    return embed


@pytest.fixture(scope="module")
def artifact(small_tiles: RunTiles, embed: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embedded")
    means = np.eye(12)[small_tiles.test.factors["dominant"]] * 5
    means += np.random.default_rng(1).normal(0, 0.3, means.shape)
    embed(folder / "embedded.h5", settings=SETTINGS, **written(folder, small_tiles, means))
    return folder / "embedded.h5"


def test_classes_that_lie_apart_stay_apart(artifact: Path) -> None:
    summary = read_summary(artifact)
    assert set(summary) == embedded([RUN])
    assert min(summary[f"{method}_balanced_convolution_50"] for method in ("tsne", "umap")) > 0.8
    assert summary["tsne_sampled_balanced_convolution_50"] < summary["tsne_balanced_convolution_50"]
    assert summary["tsne_trustworthiness_convolution_50"] > 0.7


def test_layouts_belong_to_the_tiles_that_were_drawn(artifact: Path, small_tiles: RunTiles) -> None:
    tiles, dominant, pictures = read_arrays(artifact, "tiles", "dominant", "thumbnails")
    assert len(tiles) == 46
    assert (np.diff(tiles) > 0).all()
    assert np.array_equal(dominant, small_tiles.test.factors["dominant"][tiles])
    assert np.array_equal(pictures, small_tiles.test.rgb[tiles])  # 16 px: small enough as they are
    for method in METHODS:
        (points,) = read_arrays(artifact, f"{method}/{RUN}")
        assert points.shape == (46, 2)
        assert points.dtype == np.float32
        assert np.isfinite(points).all()


def test_neighbours_of_many_points_are_not_compiled(artifact: Path) -> None:
    assert "umap.umap_" in sys.modules
    assert "pynndescent" not in sys.modules


def test_how_many_threads_torch_uses_is_left_alone(artifact: Path) -> None:
    import numba

    assert numba.threading_layer() == "workqueue"  # that of OpenMP sets them for torch, too


def test_what_cannot_be_embedded_is_refused(small_tiles: RunTiles, embed: Any, tmp_path: Path) -> None:
    files = written(tmp_path, small_tiles, np.zeros((48, 3)))
    with pytest.raises(
        LatentlabError, match=r"46 test tiles are too few to embed with perplexity 20; .* more than 60"
    ):
        embed(tmp_path / "embedded.h5", settings={**SETTINGS, "perplexity": 20}, **files)
    with pytest.raises(LatentlabError, match=r"evaluation\.h5: the latents of all tiles are equal"):
        embed(tmp_path / "embedded.h5", settings=SETTINGS, **files)
    assert not (tmp_path / "embedded.h5").exists()


def test_components_are_the_directions_of_largest_variance() -> None:
    random = np.random.default_rng(2)
    latents = random.normal(7, [0.1, 5, 0.2, 2], (300, 4))
    points = principal_layout(latents)
    for place, column in enumerate((1, 3)):
        assert abs(np.corrcoef(points[:, place], latents[:, column])[0, 1]) > 0.99


def test_thumbnails_are_means_of_whole_pixels() -> None:
    rgb = np.arange(2 * 3 * 72 * 72, dtype=np.int64).reshape(2, 3, 72, 72).astype(np.uint8)
    small = thumbnails(rgb)
    assert small.shape == (2, 3, 36, 36)
    assert small.dtype == np.uint8
    assert small[1, 2, 5, 7] == np.round(rgb[1, 2, 10:12, 14:16].mean())
