"""Which latent space is best: intervals over seeds, sentences, the table and the figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_1samp, ttest_ind

from latentlab.errors import LatentlabError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import write_evaluation
from latentlab.studies.landcover.latent_space.figures.embedded import (
    GRID,
    draw_classes,
    draw_embeddings,
    draw_heights,
    draw_thumbnails,
    thumbnail_map,
)
from latentlab.studies.landcover.latent_space.figures.panels import CITY_MARKERS
from latentlab.studies.landcover.latent_space.figures.sizes import draw_sizes
from latentlab.studies.landcover.latent_space.metric_names import METHODS, answers, embedded, metrics
from latentlab.studies.landcover.latent_space.over_seeds import (
    Space,
    difference_interval,
    seed_interval,
    spaces,
)
from latentlab.studies.landcover.latent_space.tables import quality_table
from latentlab.studies.landcover.latent_space.verdict import verdict

RUNS = {"convolution-2": ("8", 2), "architecture-8": ("8", 16), "pooling-2": ("14", 2)}


def space(values: list[float], architecture: str = "8", latent: int = 2) -> Space:
    runs = tuple(f"run-{place}" for place in range(len(values)))
    return Space(architecture, latent, runs, tuple({"kmeans_ari": value} for value in values))


def test_intervals_over_seeds_are_those_of_students_t() -> None:
    first, second = np.array([0.3, 0.42, 0.35]), np.array([0.2, 0.22, 0.27])
    assert seed_interval(first) == pytest.approx(tuple(ttest_1samp(first, 0).confidence_interval()))
    welch = ttest_ind(first, second, equal_var=False).confidence_interval()
    assert difference_interval(first, second) == pytest.approx(tuple(welch))
    assert np.isnan(seed_interval(first[:1])).all()
    assert np.isnan(difference_interval(first, second[:1])).all()
    assert difference_interval(np.full(3, 0.5), np.full(3, 0.25)) == (0.25, 0.25)


def test_a_best_space_is_named_and_whether_it_is_decided() -> None:
    clear = [space([0.2, 0.21, 0.22]), space([0.5, 0.51, 0.52], latent=50), space([0.1, 0.1, 0.12], "14")]
    said = verdict(clear, "kmeans_ari", "k-means", 0.01, [0.3, 0.45, 0.3])
    assert said.startswith(
        "By k-means, pure convolution with 50 latents is best (0.51, 95 % interval 0.485 to "
    )
    assert "and that is decided over the seeds" in said
    assert said.endswith("As many principal components of the pixels reach 0.45, less.")
    close = [*clear, space([0.4, 0.5, 0.58], "14", 50)]
    assert "not decided: max pooling with 50 latents cannot be told from it" in verdict(
        close, "kmeans_ari", "k-means", 0.01
    )


def test_the_spread_over_sites_is_told_where_it_was_measured() -> None:
    summaries = [
        {"kmeans_ari": 0.5 + k / 100, "kmeans_ari_low": 0.2, "kmeans_ari_high": 0.6 + k / 10} for k in (0, 1)
    ]
    measured = Space("8", 2, ("a", "b"), tuple(summaries))
    said = verdict([measured, space([0.1, 0.12])], "kmeans_ari", "x", 0.01)
    assert "For one training, drawing the test sites anew gives 0.2 to 0.65." in said


def test_chance_and_single_seeds_decide_nothing() -> None:
    assert "not above chance" in verdict(
        [space([0.0, 0.02, 0.01]), space([0.0, 0.0, 0.0])], "kmeans_ari", "x", 0.01
    )
    single = verdict([space([0.5]), space([0.1], "14")], "kmeans_ari", "x", 0.01)
    assert "with one seed each" in single
    assert "decided over the seeds" not in single
    mixed = verdict([space([0.5, 0.51, 0.52]), space([0.1], "14")], "kmeans_ari", "x", 0.01)
    assert "of max pooling with 2 latents there is one seed" in mixed


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Evaluations of three spaces with two seeds, answers without training, and layouts, all drawn."""
    folder = tmp_path_factory.mktemp("quality")
    random = np.random.default_rng(0)
    evaluations = {}
    for run, (architecture, latent) in RUNS.items():
        for seed in (42, 43):
            name = run if seed == 42 else f"{run}-seed-{seed}"
            record = {"architecture": architecture, "latent": latent, "seed": seed}
            summary = {metric: random.uniform(0.2, 0.9) for metric in metrics(record)}
            evaluations[name] = folder / f"{name}.h5"
            write_evaluation(evaluations[name], summary, {}, rule="test", record=record)
    known = {metric: random.uniform(0, 0.2) for metric in answers(["2", "full"])}
    write_evaluation(folder / "tiles.h5", known, {}, rule="test", record={})
    arrays = {
        "dominant": random.integers(0, 5, 60),
        "city": random.integers(0, 2, 60),
        "mean_height_m": np.where(np.arange(60) % 9, random.gamma(2, 4, 60), np.nan),
        "thumbnails": random.integers(0, 255, (60, 3, 8, 8), dtype=np.uint8),
    }
    arrays |= {f"{method}/{run}": random.normal(size=(60, 2)) for method in METHODS for run in RUNS}
    told = dict.fromkeys(embedded(RUNS), 0.5)
    write_evaluation(folder / "embedded.h5", told, arrays, rule="test", record={})
    return Inputs(evaluations, {"tiles": folder / "tiles.h5", "embedded-latents": folder / "embedded.h5"})


def test_seeds_of_a_space_share_a_row(inputs: Inputs) -> None:
    table = quality_table(inputs, {"runs": list(inputs.evaluations)})
    assert table.data[["architecture", "latent", "seeds"]].to_numpy().tolist() == [
        ["8", 2, 2],
        ["8", 16, 2],
        ["14", 2, 2],
    ]
    assert [len(part.columns[0].cells) for part in table.parts] == [3] * len(table.parts)
    assert table.data["kmeans_ari_pca"].notna().all()
    assert table.data["kmeans_ari_random"].notna().all()
    assert (table.data["kmeans_ari_low"] <= table.data["kmeans_ari"]).all()
    assert table.note.count(" is best (") == 4


def test_runs_that_differ_in_more_than_the_seed_are_refused(inputs: Inputs, tmp_path: Path) -> None:
    other = {"architecture": "8", "latent": 2, "seed": 44, "beta": 4.0}
    write_evaluation(tmp_path / "other.h5", {}, {}, rule="test", record=other)
    evaluations = {**inputs.evaluations, "other": tmp_path / "other.h5"}
    with pytest.raises(LatentlabError, match="'convolution-2' and 'other' differ in more than their seed"):
        spaces(evaluations, list(evaluations))


def test_figures_show_each_tile_with_the_mark_of_its_city(inputs: Inputs) -> None:
    spec = {"runs": list(RUNS), "subjects": ["embedded-latents"]}
    for draw, shown in ((draw_classes, 60), (draw_heights, 53)):
        axes = [axis for axis in draw(inputs, spec).axes if axis.get_visible() and axis.get_title()]
        assert len(axes) == 3
        assert sum(len(marks.get_offsets()) for marks in axes[0].collections) == shown
    assert CITY_MARKERS == {"Jacksonville": "s", "Omaha": "o"}  # thesis, section 7.4
    assert len(draw_embeddings(inputs, spec).axes) == len(METHODS) * 3
    assert all(axis.images for axis in draw_thumbnails(inputs, spec).axes if axis.get_visible())
    labels = [
        text.get_text() for text in draw_sizes(inputs, {"runs": list(inputs.evaluations)}).legends[0].texts
    ]
    assert "as many principal components of the pixels" in labels
    assert "max pooling before training" in labels


def test_thumbnails_stand_at_their_places() -> None:
    pictures = np.stack([np.full((3, 4, 4), value, np.uint8) for value in (10, 20, 30)])
    shown = thumbnail_map(np.array([[0.0, 0.0], [1.0, 1.0], [0.01, 0.01]]), pictures)
    assert shown.shape == (GRID * 4, GRID * 4, 3)
    assert shown[-1, 0, 0] == 10
    assert shown[0, -1, 0] == 20
    assert (shown == 255).mean() > 0.9
