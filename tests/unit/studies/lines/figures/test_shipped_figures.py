"""Every figure of config/lines.yaml from artifacts, and what each takes from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import matplotlib.figure
import numpy as np
import pytest
import torch
from tests.unit.studies.lines.tiny_lines import DOCUMENTS, EVALUATED, STUDY, LinesStudy, draw_set, script

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError, ConfigError
from latentlab.microstructures import generate
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.study_functions import study_function
from latentlab.pipeline.tables.side_by_side import read_document
from latentlab.studies.lines.evaluation.evaluation_file import read_group
from latentlab.studies.lines.evaluation.reconstruction_errors import constant_errors
from latentlab.studies.lines.figures.judgement import run_verdict, shape_score, trivial_value, variety
from latentlab.studies.lines.figures.kinds import DOCUMENT_SIDE, draw_sets
from latentlab.studies.lines.figures.pairs import draw_reconstructions
from latentlab.studies.lines.figures.panels import number
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
        figure = drawn(lines_study, spec)
        assert figure.axes
        # what a run has learnt and what not stands above its images
        of_images = spec["kind"] in ("reconstructions", "neighbours", "prior", "traversal")
        assert ("earnt: " in figure.get_suptitle()) == of_images


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


def pair_labels(figure: matplotlib.figure.Figure) -> list[str]:
    return [axis.get_ylabel() for axis in figure.axes if axis.get_ylabel().startswith("pair ")]


class TestPairs:
    """Originals, reconstructions and the images like them."""

    def test_pairs_asked_for_stand_in_rows(self, lines_study: LinesStudy) -> None:
        spec = of_kind("reconstructions", pairs=[4, 1])
        pairs = read_group(lines_study.evaluations[spec["run"]], "pairs")
        shown = images(drawn(lines_study, spec))
        wrong = pairs["score_orientation"] != pairs["score_true_orientation"]
        order = sorted([4, 1], key=lambda pair: wrong[pair])
        assert len(shown) == 8
        for row, pair in enumerate(order):
            assert np.array_equal(shown[4 * row], pairs["original"][pair])
            assert np.array_equal(shown[4 * row + 1], pairs["reconstruction"][pair])

    def test_rows_say_how_many_lines_were_found(self, lines_study: LinesStudy) -> None:
        spec = of_kind("reconstructions", pairs=[2])
        pairs = read_group(lines_study.evaluations[spec["run"]], "pairs")
        (label,) = pair_labels(drawn(lines_study, spec))
        assert f"lines: {pairs['score_true_count'][2]}, found: {pairs['score_count'][2]}" in label

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
        labels = pair_labels(figure)
        assert [label[:6] for label in labels] == ["pair 2", "pair 4", "pair 1", "pair 3"]
        assert ["wrong orientation" in label for label in labels] == [False, False, True, True]

    def test_pairs_out_of_range_are_left_out(self, lines_study: LinesStudy) -> None:
        count = EVALUATED["pairs"]
        for kind in ("reconstructions", "neighbours"):
            for asked, expected in (
                ([count - 1, count, count + 5], count),
                ([count + 7], 1),  # so few pairs: the figure shows one all the same
            ):
                figure = drawn(lines_study, of_kind(kind, pairs=asked))
                (label,) = pair_labels(figure)
                assert label.splitlines()[0] == f"pair {expected}"

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
        assert pair_labels(figure) == ["pair 2", "pair 1"]
        for kind, changes in (("counts", {"run": FIELD}), ("fractions", {"runs": [FIELD]})):
            with pytest.raises(ArtifactError, match="lines are not counted in a run whose set has no lines"):
                drawn(lines_study, of_kind(kind, **changes))


def test_plane_shows_errors_over_those_of_the_mean_predictions(lines_study: LinesStudy) -> None:
    spec = of_kind("plane")
    (axis,) = drawn(lines_study, spec).axes
    lines = {line.get_label().split(":")[0]: line for line in axis.get_lines()}
    (name,) = spec["sets"]
    baseline = read_summary(lines_study.baselines[name])
    answers = {"images": "mse_images_mean_image", "statistics": "mse_statistics_mean_autocorrelation"}
    for group, members in spec["groups"].items():
        summaries = [read_summary(lines_study.evaluations[run]) for run in members]
        label = f"{group}, {len(members)} seeds" if len(members) > 1 else group
        expected = [
            np.mean([s[f"mse_{space}"] for s in summaries]) / baseline[answer]
            for space, answer in answers.items()
        ]
        assert [*lines[label].get_xdata(), *lines[label].get_ydata()] == pytest.approx(expected)
    document = read_document(DOCUMENTS / spec["document"]).set_index(["data", "loss"])
    for loss, label in (("pixels", "vanilla"), ("statistics", "statistics")):
        point, row = lines[f"document, {label}"], document.loc[(name, loss)]
        expected = [row[f"mse_{space}"] / row[answer] for space, answer in answers.items()]
        assert [*point.get_xdata(), *point.get_ydata()] == pytest.approx(expected)
    # the document's vanilla VAE beats the mean autocorrelation of its own images
    assert 0 < lines["document, vanilla"].get_ydata()[0] < 1


def test_plane_of_two_sets_shows_the_document_of_both(lines_study: LinesStudy) -> None:
    spec = of_kind("plane", sets=["lines-1-4", "lines-3-6"])
    labels = {line.get_label().split(":")[0] for line in drawn(lines_study, spec).axes[0].get_lines()}
    for loss in ("vanilla", "statistics"):
        assert {f"document, {loss}, lines-1-4", f"document, {loss}, lines-3-6"} <= labels


def test_plane_refuses_a_group_without_its_baseline(lines_study: LinesStudy) -> None:
    with pytest.raises(ConfigError, match=r"the group 'vanilla' .* expected 'lines-1-4' in sets"):
        drawn(lines_study, of_kind("plane", sets=["lines-3-6"]))


def test_the_documents_mean_predictions_are_those_of_its_images() -> None:
    """At the document's size, with fewer images than config/documents/lines/README.md says."""
    document = read_document(DOCUMENTS / "errors.csv").groupby("data").first()
    for name, row in document.iterrows():
        side, count = DOCUMENT_SIDE, 900
        drawn_images = torch.as_tensor(
            generate(STUDY["sets"][name], count=count, side=side, seed=STUDY["seed"]).images
        )
        train, validation = drawn_images[:600], drawn_images[600:]
        errors = constant_errors(lambda images=train: [images], lambda images=validation: [images], side)
        assert errors["images"].mean() == pytest.approx(row["mse_images_mean_image"], rel=0.08)
        expected = row["mse_statistics_mean_autocorrelation"]
        assert errors["statistics"].mean() == pytest.approx(expected, rel=0.2)


def test_properties_compare_runs_with_components(lines_study: LinesStudy) -> None:
    spec = of_kind("properties")
    figure = drawn(lines_study, spec)
    shown = texts(figure)
    components = [f"principal components, {name}" for name in spec["sets"]]
    for name in [*spec["groups"], *components, "trivial answer"]:
        assert name in shown
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert sorted(ticks) == [
        "number of lines\n(accuracy)",
        "orientation\n(accuracy)",
        "total length\n(R²)",
        "volume fraction\n(R²)",
    ]


def test_shifts_are_means_over_both_ways(lines_study: LinesStudy) -> None:
    spec = of_kind("shifts")
    (axis,) = drawn(lines_study, spec).axes
    for curve, members in zip(axis.containers, spec["groups"].values(), strict=True):
        moved = [read_group(lines_study.evaluations[run], "shifts") for run in members]
        mean = np.mean([(each["rows"] + each["columns"]) / 2 for each in moved], axis=0)
        np.testing.assert_allclose(curve[0].get_ydata(), mean)


def test_counts_and_fractions_show_the_documents_values(lines_study: LinesStudy) -> None:
    assert "document's median" in texts(drawn(lines_study, of_kind("counts")))
    spec = of_kind("fractions")
    mean = read_document(DOCUMENTS / spec["document"])["fraction_difference"][0]
    assert f"document's mean, {mean:g} %" in texts(drawn(lines_study, spec))
    baseline = read_summary(lines_study.baselines[spec["sets"][0]])["fraction_difference_mean_fraction"]
    for answer in ("blank image: 100", f"mean volume fraction of {spec['sets'][0]}: {baseline:.3g}"):
        assert f"trivial answer, {answer} %" in texts(drawn(lines_study, spec))
    without = {name: value for name, value in spec.items() if name != "document"}
    assert "document's" not in texts(drawn(lines_study, without))


def test_history_has_the_mean_autocorrelation_as_a_line(lines_study: LinesStudy) -> None:
    spec = of_kind("history")
    left, _ = drawn(lines_study, spec).axes
    (name,) = spec["sets"]
    error = read_summary(lines_study.baselines[name])["mse_statistics_mean_autocorrelation"]
    (line,) = (
        each for each in left.lines if each.get_label() == f"trivial answer: mean autocorrelation of {name}"
    )
    assert line.get_ydata()[0] == pytest.approx(224**2 * error)
    assert f"{spec['runs'][0]} (2 epochs)" in texts(drawn(lines_study, spec))


def test_captions_are_short_and_whole() -> None:
    for name, spec in SHIPPED.items():
        assert len(spec["title"].split()) <= 10, name
        for key in ("made", "units", "look"):
            assert spec[key].endswith("."), (name, key)
    titles = [spec["title"] for spec in SHIPPED.values()]
    assert len(set(titles)) == len(titles)


class TestVerdicts:
    """Not learnt is written if a score is no better than its trivial answer, and only then."""

    @pytest.mark.parametrize("kind", ["reconstructions", "neighbours", "prior", "traversal"])
    def test_the_words_follow_the_scores(self, lines_study: LinesStudy, tmp_path: Path, kind: str) -> None:
        spec = of_kind(kind)
        inputs = inputs_of(lines_study, spec)
        (data,) = spec["sets"]
        answers = read_summary(inputs.artifacts[data])
        for count, learnt in ((0.0, False), (100.0, True)):
            path = tmp_path / f"{count}.h5"
            path.write_bytes(Path(inputs.evaluations[spec["run"]]).read_bytes())
            with h5py.File(path, "r+") as file:
                summary = json.loads(file.attrs["summary"])
                changed = {
                    name: count for name in summary if name.startswith(("orientation_", "lines_right"))
                }
                file.attrs["summary"] = json.dumps(summary | changed | {"mse_statistics": 1.0 - learnt})
                if learnt:
                    file["pairs/reconstruction_statistics"][...] = file["pairs/original_statistics"][()]
                else:
                    file["pairs/reconstruction_statistics"][...] = 0.25  # a uniform image's
            changed_inputs = Inputs({spec["run"]: path}, inputs.artifacts, None)
            text = study_function("lines", FIGURES[kind])(changed_inputs, spec).get_suptitle()
            text = text.replace("\n", " ")
            assert ("Not learnt:" in text) == (not learnt)
            assert (" Learnt:" in f" {text}") == learnt
            assert f"number of lines right {count:.0f} % of the pairs" in text
            assert f"(trivial answer {number(answers['lines_right_always_one'])})" in text

    def test_without_baselines_nothing_is_judged(self, lines_study: LinesStudy) -> None:
        spec = of_kind("reconstructions", sets=[])
        assert drawn(lines_study, spec).get_suptitle() == ""

    def test_a_few_pairs_more_are_chance(self, lines_study: LinesStudy, tmp_path: Path) -> None:
        """30 of 100 is not better than 28; 40 is: the standard error is 4.5."""
        spec = of_kind("traversal")
        path, baseline = tmp_path / "run.h5", tmp_path / "set.h5"
        (data,) = spec["sets"]
        path.write_bytes(lines_study.evaluations[spec["run"]].read_bytes())
        baseline.write_bytes(lines_study.baselines[data].read_bytes())
        change_summary(baseline, lines_right_always_one=28.0)
        for right, learnt in ((30.0, False), (36.0, False), (40.0, True)):
            change_summary(path, lines_right=right, pairs=100.0)
            text = run_verdict(Inputs({spec["run"]: path}, {data: baseline}, None), spec["run"])
            (line,) = (each for each in text.splitlines() if "number of lines" in each)
            assert line.startswith("Not learnt:") == (not learnt)

    def test_the_shape_of_the_correlation_is_measured_beyond_the_volume_fraction(self) -> None:
        rng = np.random.default_rng([8])
        images = np.where(rng.random((20, 1, 16)) < 0.3, 1.0, 0.0) * np.ones((20, 16, 1))
        correlations = autocorrelations(images)
        same = shape_score(correlations, correlations)
        assert same.learnt
        assert same.text.startswith("shape of the correlation R² 1 (trivial answer 0), varying between")
        assert "1 times as much as between originals" in same.text
        fractions = images.mean(axis=(1, 2))
        noise = autocorrelations((rng.random((20, 16, 16)) < fractions[:, None, None]).astype(float))
        assert not shape_score(correlations, noise).learnt  # the fractions are right, the shapes are not
        assert not shape_score(correlations, np.full_like(correlations, 0.2)).learnt
        assert shape_score(correlations[:1], correlations[:1]) is None

    def test_a_trivial_answer_that_is_missing_is_named(self) -> None:
        assert trivial_value("latent_shift", {}) == 1
        assert trivial_value("mse_images", {}, {"mse_images_mean_image": 0.05}) == 0.05
        with pytest.raises(ArtifactError, match=r"lines_right: its trivial answer .* was not measured"):
            trivial_value("lines_right", {}, {})
        with pytest.raises(ArtifactError, match="kl: there is no trivial answer"):
            trivial_value("kl", {})

    def test_alike_images_have_no_variety(self) -> None:
        images = np.random.default_rng([9]).random((6, 8, 8))
        assert variety(images, images) == 1
        assert variety(np.repeat(images[:1], 6, axis=0), images) == pytest.approx(0, abs=1e-9)
        assert variety(images / 2, images) == pytest.approx(0.25)
        assert np.isnan(variety(images, images[:1]))


def autocorrelations(images: np.ndarray) -> np.ndarray:
    """Centred, periodic, per pixel."""
    power = np.abs(np.fft.fft2(images)) ** 2 / images[0].size
    return np.fft.fftshift(np.fft.ifft2(power).real, axes=(1, 2))


def change_summary(path: Path, **values: float) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs["summary"] = json.dumps(json.loads(file.attrs["summary"]) | values)
