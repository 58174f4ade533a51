"""The restoration's evaluation: scores, intervals, methods, file, table, figures."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from matplotlib.figure import Figure
from restoration_settings import MEASUREMENT, hill, untrained
from tiny_space import make_space

from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.figures.restoration import STYLES, draw_budget, draw_examples, draw_gaps
from latentlab.studies.gisaxs.quantities import QUANTITIES
from latentlab.studies.gisaxs.restoration.evaluated import Evaluation
from latentlab.studies.gisaxs.restoration.evaluation import evaluate, examples, measured_pattern
from latentlab.studies.gisaxs.restoration.evaluation_file import read_evaluation, write_evaluation
from latentlab.studies.gisaxs.restoration.exact_patterns import mean_pattern, specular_row
from latentlab.studies.gisaxs.restoration.measurement import Measured
from latentlab.studies.gisaxs.restoration.methods import FAST, METHODS, MULTI_SCALE, NETWORK, REFERENCE_TITLES
from latentlab.studies.gisaxs.restoration.metric_names import budget_name, restoration_subjects, subject_of
from latentlab.studies.gisaxs.restoration.model_answers import FittedPattern, MeanImage, MultiScale
from latentlab.studies.gisaxs.restoration.scores import coverages, scores
from latentlab.studies.gisaxs.restoration.summary import finite_median_interval, summaries
from latentlab.studies.gisaxs.restoration.tables import restoration_table

ROOT = Path(__file__).parents[5]
SETTINGS = {"seed": 5, "measurement": MEASUREMENT}
BUDGETS = [1e4, 1e6]


def measured_by_hand() -> Measured:
    expectation = np.full((10, 10), 4.0, dtype=np.float32)
    expectation[4] = np.arange(1, 11)
    gaps = np.zeros((10, 10), dtype=bool)
    gaps[4] = True
    mask = gaps.copy()
    mask[0] = True
    return Measured(expectation, expectation.copy(), mask, gaps)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    patterns = np.stack([hill(48), hill(48).T])
    methods = {MULTI_SCALE: MultiScale(), "mirror": MultiScale(), "mean": MeanImage(hill(48))}
    return evaluate(untrained(), methods, patterns, BUDGETS, SETTINGS, beam_row=5.0, slow_patterns=1)


def test_scores_of_a_known_error() -> None:
    one = measured_by_hand()
    found = scores(np.where(one.gaps, 10 * one.expectation, 2 * one.expectation), one)
    assert found["gap_error"] == pytest.approx(1.0, abs=1e-6)
    assert found["outside_error"] == pytest.approx(np.log10(2), abs=1e-6)
    assert found["outside_error_counting"] == pytest.approx(2.0)  # 4 photons too many, of an error of 2
    assert found["gap_correlation"] == pytest.approx(1.0)
    assert found["gap_log_correlation"] == pytest.approx(1.0)


def test_coverage_counts_errors_within_the_deviation() -> None:
    one = measured_by_hand()
    deviation = np.full((10, 10), 0.2)
    found = coverages(np.where(one.gaps, 10**0.3, 10**0.1) * one.expectation, deviation, one)
    assert found == {"gap_covered": 0, "outside_covered": 1, "gap_covered_2": 1, "outside_covered_2": 1}


def test_the_interval_of_a_median_holds_it_and_shrinks_with_the_patterns() -> None:
    rng = np.random.default_rng(0)
    few, many = (finite_median_interval(rng.normal(3, 1, n)) for n in (20, 2000))
    for middle, low, high in (few, many):
        assert low <= middle <= high
    assert many[2] - many[1] < 0.3 * (few[2] - few[1])
    assert np.isnan(finite_median_interval(np.array([np.nan]))).all()


def test_the_untrained_network_has_the_scores_of_its_start(evaluation: Evaluation) -> None:
    found = summaries(evaluation)
    for budget in map(budget_name, BUDGETS):
        assert found[MULTI_SCALE][f"gap_ratio_{budget}"] == pytest.approx(1.0, abs=1e-4)
        assert found[NETWORK][f"gap_error_{budget}"] == pytest.approx(
            found[MULTI_SCALE][f"gap_error_{budget}"], rel=1e-4
        )


def test_slow_methods_get_fewer_patterns(evaluation: Evaluation) -> None:
    tried = np.isfinite(evaluation.values["outside_error"]).sum(axis=2)
    assert tried[evaluation.methods.index("mirror")].tolist() == [1, 1]
    assert tried[evaluation.methods.index(MULTI_SCALE)].tolist() == [2, 2]


def test_more_photons_less_error(evaluation: Evaluation) -> None:
    errors = np.nanmedian(evaluation.values["outside_error"][0], axis=1)
    assert errors[1] < 0.6 * errors[0]


def test_the_summary_has_the_metrics_that_claims_may_name(evaluation: Evaluation) -> None:
    study = {"restoration": {"budgets": BUDGETS}}
    named = restoration_subjects(study)
    for method, metrics in summaries(evaluation).items():
        assert metrics.keys() == named[subject_of(method)]
        assert metrics.keys() <= QUANTITIES.keys()


def test_every_method_has_a_title_and_a_style() -> None:
    assert set(METHODS) == set(STYLES)
    assert set(FAST) < set(METHODS)
    assert {name: METHODS[name] for name in REFERENCE_TITLES} == REFERENCE_TITLES


def test_a_test_measurement_is_the_same_each_time_and_has_a_gap() -> None:
    first, again = (measured_pattern(hill(40), 3, 1e4, SETTINGS, 5.0) for _ in range(2))
    np.testing.assert_array_equal(first.counts, again.counts)
    other_budget = measured_pattern(hill(40), 3, 1e6, SETTINGS, 5.0)
    np.testing.assert_array_equal(first.mask, other_budget.mask)
    assert first.gaps.sum() > 1


def test_table_and_figures_are_made_from_the_file(evaluation: Evaluation, tmp_path: Path) -> None:
    shown = examples(untrained(), hill(48), BUDGETS, SETTINGS, 5.0)
    provenance = {"rule": "test", "record": {}}
    for name in ("one.h5", "two.h5"):
        write_evaluation(tmp_path / name, evaluation, shown, **provenance)
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    again, images = read_evaluation(tmp_path / "one.h5")
    np.testing.assert_array_equal(again.values["gap_error"], evaluation.values["gap_error"])
    np.testing.assert_array_equal(images[1].measured.counts, shown[1].measured.counts)
    inputs = Inputs(evaluations={}, artifacts={"restoration": tmp_path / "one.h5"})
    table = restoration_table(inputs, {})
    assert [part.columns[0].heading for part in table.parts[:-1]] == ["method"] * (len(table.parts) - 1)
    assert len(table.parts[0].columns) == 1 + len(BUDGETS)
    assert "2 patterns of 48 x 48 pixels" in table.note
    for draw in (draw_budget, draw_gaps, draw_examples):
        assert isinstance(draw(inputs, {"photons": 1e4, "goal": 0.998}), Figure)
    with pytest.raises(ValueError, match="photons is 3, expected one of"):
        draw_gaps(inputs, {"photons": 3, "goal": 0.998})


def test_another_file_is_no_evaluation(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no such file"):
        read_evaluation(tmp_path / "none.h5")


def test_the_mean_image_has_the_measured_photons() -> None:
    counts, mask = np.full((6, 6), 3.0), np.zeros((6, 6), dtype=bool)
    mask[2] = True
    found = MeanImage(np.random.default_rng(0).random((6, 6)))(counts, mask)
    assert found[~mask].sum() == pytest.approx(90.0, rel=1e-5)


def test_the_fit_finds_pattern_and_background(tmp_path: Path) -> None:
    space = make_space(tmp_path / "space.h5")
    pattern = space.patterns(np.array([[10, 5]]))[0]
    true = 1e6 * pattern / pattern.sum() + 5.0
    mask = np.zeros(true.shape, dtype=bool)
    mask[30:36] = True
    counts = np.where(mask, 0, np.random.default_rng(0).poisson(true)).astype(np.float32)
    error = np.log10(FittedPattern(space, 10.0)(counts, mask) / true)
    assert np.sqrt((error**2).mean()) < 0.03
    with pytest.raises(ValueError, match="expected a square of a multiple"):
        FittedPattern(space, 10.0)(counts[:50], mask[:50])


def test_mean_pattern_and_specular_row(tmp_path: Path) -> None:
    space = make_space(tmp_path / "space.h5")
    assert mean_pattern(space, 5, space.side, 0).sum() == pytest.approx(1.0)
    experiment = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())["experiment"]
    assert specular_row(experiment, 256, 256) == pytest.approx(49.8, abs=0.05)
    assert specular_row(experiment, 256, 128) == pytest.approx((49.8 + 0.5) / 2 - 0.5, abs=0.05)
