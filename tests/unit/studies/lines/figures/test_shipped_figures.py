"""Every figure of config/lines.yaml from artifacts, and what each takes from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import matplotlib.figure
import numpy as np
import pytest
from tests.unit.studies.lines.tiny_lines import DOCUMENTS, EVALUATED, STUDY, LinesStudy, draw_set, script

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.study_functions import study_function
from latentlab.pipeline.tables import read_document
from latentlab.studies.lines.evaluation.evaluation_file import read_group
from latentlab.studies.lines.figures.kinds import draw_reconstructions, draw_sets
from latentlab.studies.lines.line_statistics import line_autocorrelation
from latentlab.studies.lines.outputs import FIGURES

SHIPPED = STUDY["figures"]
FIELD = "statistics-random-field"


def inputs_of(study: LinesStudy, spec: dict[str, Any]) -> Inputs:
    sets = study.sets if spec["kind"] == "sets" else study.baselines
    return Inputs(
        evaluations={run: study.evaluations[run] for run in runs_named(spec)},
        artifacts={name: sets[name] for name in spec.get("sets", []) if name in sets},
        document=read_document(DOCUMENTS / spec["document"]) if "document" in spec else None,
    )


def drawn(study: LinesStudy, spec: dict[str, Any]) -> matplotlib.figure.Figure:
    return study_function("lines", FIGURES[spec["kind"]])(inputs_of(study, spec), spec)


def of_kind(kind: str, **changes: Any) -> dict[str, Any]:
    """The first shipped figure of a kind."""
    return {**next(spec for spec in SHIPPED.values() if spec["kind"] == kind), **changes}


def texts(figure: matplotlib.figure.Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def images(figure: matplotlib.figure.Figure) -> list[np.ndarray]:
    return [np.asarray(shown.get_array()) for axis in figure.axes for shown in axis.get_images()]


def test_every_kind_is_used() -> None:
    assert {spec["kind"] for spec in SHIPPED.values()} == set(FIGURES)


@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_every_kind_is_drawn_and_saved(lines_study: LinesStudy, tmp_path: Path, kind: str) -> None:
    spec = of_kind(kind, **({"pairs": [0, 1]} if kind in ("reconstructions", "neighbours") else {}))
    inputs = inputs_of(lines_study, spec)
    outputs = [tmp_path / "figure.svg"]
    script("figure", "study")(
        outputs,
        evaluations=list(inputs.evaluations.values()),
        artifacts=list(inputs.artifacts.values()),
        document=[DOCUMENTS / spec["document"]] if "document" in spec else [],
        study="lines",
        function=FIGURES[kind],
        spec=spec,
        runs=list(inputs.evaluations),
        names=list(inputs.artifacts),
    )
    assert outputs[0].read_text().startswith("<?xml")
    assert outputs[0].stat().st_size > 5000


def test_every_shipped_figure_is_drawn(lines_study: LinesStudy) -> None:
    for spec in SHIPPED.values():
        assert drawn(lines_study, spec).axes


def test_set_examples_are_the_sets_own(lines_study: LinesStudy, tmp_path: Path) -> None:
    shapes = draw_set(tmp_path / "shapes.h5", "shapes")
    inputs = Inputs({}, {"lines-1-4": lines_study.sets["lines-1-4"], "shapes": shapes}, None)
    figure = draw_sets(inputs, {"kind": "sets"})
    assert "shapes" in texts(figure)
    train, _ = lines_study.splits("lines-1-4")
    shown = images(figure)
    first = train.images(0, 1)[0].numpy()
    assert any(np.array_equal(each, first) for each in shown)
    mean = line_autocorrelation(train.images()).mean(0).numpy()
    assert any(each.shape == mean.shape and np.allclose(each, mean, atol=1e-6) for each in shown)


class TestPairs:
    """Originals, reconstructions and the images like them."""

    def test_pairs_asked_for_stand_in_rows(self, lines_study: LinesStudy) -> None:
        spec = of_kind("reconstructions", pairs=[4, 1])
        pairs = read_group(lines_study.evaluations[spec["run"]], "pairs")
        shown = images(drawn(lines_study, spec))
        wrong = pairs["score_orientation"] != pairs["score_true_orientation"]
        order = sorted([4, 1], key=lambda number: wrong[number])
        assert len(shown) == 8
        for row, number in enumerate(order):
            assert np.array_equal(shown[4 * row], pairs["original"][number])
            assert np.array_equal(shown[4 * row + 1], pairs["reconstruction"][number])

    def test_wrong_orientations_come_last(self, lines_study: LinesStudy, tmp_path: Path) -> None:
        run = of_kind("reconstructions")["run"]
        path = tmp_path / "evaluation.h5"
        path.write_bytes(lines_study.evaluations[run].read_bytes())
        with h5py.File(path, "r+") as file:
            true = file["pairs/score_true_orientation"][()]
            found = true.copy()
            found[[0, 2]] = 1 - true[[0, 2]]
            file["pairs/score_orientation"][...] = found
        spec = of_kind("reconstructions", pairs=[0, 1, 2, 3])
        figure = draw_reconstructions(Inputs({run: path}, {}, None), spec)
        labels = [axis.get_ylabel() for axis in figure.axes if axis.get_ylabel().startswith("pair ")]
        assert labels == ["pair 1", "pair 3", "pair 0", "pair 2"]

    def test_pairs_out_of_range_are_left_out(self, lines_study: LinesStudy) -> None:
        count = EVALUATED["pairs"]
        for kind in ("reconstructions", "neighbours"):
            for asked, expected in (
                ([count - 1, count, count + 5], f"pair {count - 1}"),
                ([count + 7], "pair 0"),  # so few pairs: the figure shows one all the same
            ):
                figure = drawn(lines_study, of_kind(kind, pairs=asked))
                labels = [a.get_ylabel() for a in figure.axes if a.get_ylabel().startswith("pair ")]
                assert labels == [expected]

    def test_neighbours_stand_with_their_errors(self, lines_study: LinesStudy) -> None:
        spec = of_kind("neighbours", pairs=[3])
        pairs = read_group(lines_study.evaluations[spec["run"]], "pairs")
        figure = drawn(lines_study, spec)
        names = ("original", "reconstruction", "nearest_by_image", "nearest_by_statistics")
        for shown, name in zip(images(figure), names, strict=True):
            assert np.array_equal(shown, pairs[name][3])
        assert f"{pairs['nearest_by_image_mse'][3]:.3g}" in texts(figure)

    def test_a_set_without_lines(self, lines_study: LinesStudy) -> None:
        figure = drawn(lines_study, of_kind("reconstructions", run=FIELD, pairs=[1, 0]))
        labels = [a.get_ylabel() for a in figure.axes if a.get_ylabel().startswith("pair ")]
        assert labels == ["pair 1", "pair 0"]
        for kind, changes in (("counts", {"run": FIELD}), ("fractions", {"runs": [FIELD]})):
            with pytest.raises(ArtifactError, match="lines are not counted in a run whose set has no lines"):
                drawn(lines_study, of_kind(kind, **changes))


def test_plane_shows_means_baselines_and_document(lines_study: LinesStudy) -> None:
    spec = of_kind("plane")
    (axis,) = drawn(lines_study, spec).axes
    lines = {line.get_label(): line for line in axis.get_lines()}
    for group, members in spec["groups"].items():
        summaries = [read_summary(lines_study.evaluations[run]) for run in members]
        label = f"{group} ({len(members)} seeds)" if len(members) > 1 else group
        expected = [np.mean([s[f"mse_{space}"] for s in summaries]) for space in ("images", "statistics")]
        assert [*lines[label].get_xdata(), *lines[label].get_ydata()] == pytest.approx(expected)
    (name,) = spec["sets"]
    baseline = read_summary(lines_study.baselines[name])
    assert lines[f"mean image, {name} (vertical)"].get_xdata()[0] == baseline["mse_images_mean_image"]
    level = lines[f"mean autocorrelation, {name} (horizontal)"].get_ydata()[0]
    assert level == baseline["mse_statistics_mean_autocorrelation"]
    document = read_document(DOCUMENTS / spec["document"]).set_index(["data", "loss"])
    for loss, label in (("pixels", "vanilla"), ("statistics", "statistics")):
        point = lines[f"document: {label}"]
        row = document.loc[(name, loss)]
        assert (*point.get_xdata(), *point.get_ydata()) == (row["mse_images"], row["mse_statistics"])


def test_plane_of_two_sets_shows_the_document_of_both(lines_study: LinesStudy) -> None:
    spec = of_kind("plane", sets=["lines-1-4", "lines-3-6"])
    labels = {line.get_label() for line in drawn(lines_study, spec).axes[0].get_lines()}
    for loss in ("vanilla", "statistics"):
        assert {f"document: {loss}, lines-1-4", f"document: {loss}, lines-3-6"} <= labels


def test_properties_compare_runs_with_components(lines_study: LinesStudy) -> None:
    spec = of_kind("properties")
    figure = drawn(lines_study, spec)
    shown = texts(figure)
    for name in [*spec["runs"], *(f"components, {name}" for name in spec["sets"]), "guessing"]:
        assert name in shown
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert sorted(ticks) == [
        "R² total length",
        "R² volume fraction",
        "accuracy count",
        "accuracy orientation",
    ]


def test_shifts_are_means_over_both_ways(lines_study: LinesStudy) -> None:
    spec = of_kind("shifts")
    moved = read_group(lines_study.evaluations[spec["runs"][0]], "shifts")
    drawn_lines = [line for axis in drawn(lines_study, spec).axes for line in axis.get_lines()]
    mean = (moved["rows"] + moved["columns"]) / 2
    assert any(np.array_equal(line.get_ydata(), mean) for line in drawn_lines if len(line.get_ydata()) == 5)


def test_counts_and_fractions_show_the_documents_values(lines_study: LinesStudy) -> None:
    assert "document's median" in texts(drawn(lines_study, of_kind("counts")))
    spec = of_kind("fractions")
    mean = read_document(DOCUMENTS / spec["document"])["fraction_difference"][0]
    assert f"document's mean, {mean:g} %" in texts(drawn(lines_study, spec))
    without = {name: value for name, value in spec.items() if name != "document"}
    assert "document's" not in texts(drawn(lines_study, without))
