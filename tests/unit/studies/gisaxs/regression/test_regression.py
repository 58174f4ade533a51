"""Regression of the four parameters: measurements, calibration, the regressor, its table and figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.tiny_space import CROP, FORMS, STRUCTURES, experiment, make_space, script

from latentlab.artifacts import read_artifact, read_summary, write_artifact
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.bootstrap import median_interval
from latentlab.studies.gisaxs.figures.regression import draw_coverage, draw_regression
from latentlab.studies.gisaxs.parameter_space.coordinates import from_coordinates, to_coordinates
from latentlab.studies.gisaxs.parameter_space.emulator import load_emulator
from latentlab.studies.gisaxs.parameter_space.fit import ParameterFit
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.regression.calibration import conformal_factors, coverage
from latentlab.studies.gisaxs.regression.cases import ExactPatterns, counted
from latentlab.studies.gisaxs.regression.evaluation import share_interval, tag
from latentlab.studies.gisaxs.regression.library_fit import filled_by_model, fit_with_gaps
from latentlab.studies.gisaxs.regression.measurements import counted_sums, features, moving_gaps
from latentlab.studies.gisaxs.regression.metric_names import REGRESSION_QUANTITIES, subjects
from latentlab.studies.gisaxs.regression.regressor import Estimate, build_regressor, load_regressor
from latentlab.studies.gisaxs.regression.tables import regression_table

SIDE = 16
RECORD = {
    "seed": 3,
    "steps": 30,
    "batch": 16,
    "learning_rate": 4e-3,
    "photons": [1e4, 1e6],
    "without_gaps": 0.25,
    "label_weight": 0.1,
    "hidden": [32],
    "form_size": 4,
    "structure_size": 4,
    "components": 6,
    "budgets": [1e4, 1e5],
}
DRAWS = np.random.default_rng(4)


def test_moving_gaps_keep_their_number_and_some_patterns_have_none() -> None:
    gaps = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    gaps[3:5] = True
    masks = moving_gaps(gaps, 200, np.random.default_rng(0), without=0.25)
    sizes = masks.sum(dim=(1, 2))
    assert set(sizes.tolist()) == {0, 2 * SIDE}
    assert 0.15 < (sizes == 0).float().mean() < 0.35
    assert not torch.equal(masks[0], masks[1:].float().mean(0) > 0.5)


def test_sums_are_of_what_is_measured() -> None:
    shares = torch.full((1, SIDE, SIDE), 1 / SIDE**2)
    gaps = torch.zeros(1, SIDE, SIDE, dtype=torch.bool)
    gaps[0, 0] = True  # one of the four rows of the first sums
    counts, share = counted_sums(shares, torch.tensor([1024.0]), gaps, None)
    assert share[0, 0].tolist() == [0.75] * SIDE
    assert counts[0, 0, 0] == pytest.approx(12.0)
    assert counts[0, 1, 0] == pytest.approx(16.0)
    drawn, _ = counted_sums(shares.repeat(400, 1, 1), torch.full((400,), 1024.0), gaps.expand(400, -1, -1),
                            torch.Generator().manual_seed(1))  # fmt: skip
    assert drawn[:, 1].mean() == pytest.approx(16.0, rel=0.02)
    assert drawn[:, 1].var() == pytest.approx(16.0, rel=0.05)


def test_features_hardly_depend_on_gaps_outside_of_them() -> None:
    shares = torch.rand(1, SIDE, SIDE) + 0.5
    shares = shares / shares.sum()
    gaps = torch.zeros(1, SIDE, SIDE, dtype=torch.bool)
    gaps[0, :, 4] = True
    with_gaps, without = (
        features(*counted_sums(shares, torch.tensor([1e6]), mask, None))[:, : SIDE**2 // 4]
        for mask in (gaps, torch.zeros_like(gaps))
    )
    outside = torch.ones(SIDE // 4, SIDE, dtype=torch.bool)
    outside[:, 4] = False
    assert torch.allclose(with_gaps[0, outside.flatten()], without[0, outside.flatten()], atol=0.01)
    assert (with_gaps[0, ~outside.flatten()] == 0).all()


@pytest.mark.parametrize("level", [0.68, 0.95])
def test_conformal_intervals_cover_new_cases_of_any_distribution(level: float) -> None:
    shares = []
    for _ in range(200):
        draws = DRAWS.standard_t(2, size=(160, 1))
        shares.append(coverage(draws[80:], conformal_factors(draws[:80], level)))
    assert np.mean(shares) == pytest.approx(level, abs=0.02)


def test_too_few_cases_for_a_level_are_refused() -> None:
    with pytest.raises(ValueError, match="10 calibration cases are too few for intervals"):
        conformal_factors(DRAWS.normal(size=(10, 4)), 0.95)
    with pytest.raises(ValueError, match="between 0 and 1"):
        conformal_factors(DRAWS.normal(size=(10, 4)), 95)


def test_intervals_of_medians_and_shares_hold_the_truth() -> None:
    middle, low, high = median_interval(DRAWS.normal(3.0, 1.0, size=(400, 2)), seed=5)
    assert ((low < middle) & (middle < high)).all()
    assert ((low < 3.0) & (high > 3.0)).any()
    assert share_interval(np.ones((20, 1), dtype=bool))[1][0] == pytest.approx(0.839, abs=1e-3)


def test_budgets_are_named_with_one_digit() -> None:
    assert [tag(value) for value in (1e3, 3e5, 1e7)] == ["1e3", "3e5", "1e7"]
    with pytest.raises(ValueError, match="expected a number such as"):
        tag(12345.0)


def test_every_metric_has_a_title() -> None:
    study = {"regression": {"budgets": [1e3, 1e4, 1e5, 1e6, 1e7]}}
    names = subjects(study)["regression"]
    plain = {name for name in names if not name.endswith(("_low", "_high"))}
    assert plain == set(REGRESSION_QUANTITIES)
    assert subjects({}) == {}


def test_calibrated_factors_are_interpolated_between_budgets_and_stretch_intervals() -> None:
    regressor = build_regressor({**RECORD, "side": SIDE}, np.full(4, 0.01), np.full(4, 20.0))
    regressor.network_factors[0] = torch.tensor([[1.0] * 4, [3.0] * 4])
    parameters, deviation = np.array([[4.0, 0.3, 10.0, 0.2]] * 3), np.full((3, 4), 0.05)
    estimate = Estimate("network", parameters, deviation, np.array([1e3, 10**4.5, 1e7]))
    assert regressor.factors(estimate, 0.68)[:, 0] == pytest.approx([1.0, 2.0, 3.0])
    low, high = regressor.interval(estimate, 0.68)
    assert high[1, 0] == pytest.approx(4.0 * np.exp(0.1))
    assert low[2, 1] == pytest.approx(0.15)
    assert regressor.ratios(estimate, parameters) == pytest.approx(np.zeros((3, 4)))


def test_counts_that_do_not_fit_are_refused() -> None:
    regressor = build_regressor({**RECORD, "side": SIDE}, np.zeros(4), np.ones(4))
    gaps = torch.zeros(2, SIDE, SIDE, dtype=torch.bool)
    with pytest.raises(ValueError, match="expected n x 16 x 16"):
        regressor.estimate(torch.ones(2, 8, 8), gaps)
    with pytest.raises(ValueError, match="no photons outside its gaps"):
        regressor.estimate(torch.zeros(2, SIDE, SIDE), gaps)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Artifacts of all stages, trained for a few steps on a tiny space."""
    folder = tmp_path_factory.mktemp("regression")
    names = ("gaps", "space", "test", "factors", "regressor", "separation", "evaluation")
    paths = {name: folder / f"{name}.h5" for name in names}
    make_space(paths["space"])
    with write_artifact(paths["gaps"], kind="gaps", rule="test", record={}) as file:
        file["gaps/missing"] = np.zeros((CROP, CROP))
        file["gaps/missing"][:, 20:24] = 1.0
        file["gaps/alpha_f"] = file["gaps/two_theta_f"] = np.linspace(0, 2, CROP)
    sizes = {"test": 2, "evaluation": 4, "calibration": 20, "forms": 30, "structures": 30}
    script("continuous").continuous(
        {name: paths[name] for name in ("test", "factors")},
        gaps=paths["gaps"],
        experiment=experiment(),
        crop=CROP,
        side=SIDE,
        sizes=sizes,
        seed=5,
    )
    given = {"factors": paths["factors"], "space": paths["space"], "experiment": experiment()}
    script("train_regression").train(paths["regressor"], record=RECORD, **given)
    script("train_separation").train(
        paths["separation"], paths["factors"], rule="test", record={**RECORD, "label_weight": 0.0}
    )
    script("evaluate_regression").evaluate(
        paths["evaluation"],
        paths["regressor"],
        paths["separation"],
        budgets=RECORD["budgets"],
        fitted=2,
        seed=1,
        **given,
    )
    return paths


def test_a_trained_regressor_is_calibrated_and_answers(made: dict[str, Path]) -> None:
    regressor = load_regressor(made["regressor"])
    assert regressor.low.tolist() == pytest.approx(
        [FORMS[0, 0], FORMS[0, 1], STRUCTURES[0, 0], STRUCTURES[0, 1]]
    )
    for factors in (regressor.network_factors, regressor.refined_factors):
        assert (factors > 0).all()
        assert (factors[1] >= factors[0]).all()  # 95 % intervals are wider than 68 %
    counts, gaps = torch.ones(3, SIDE, SIDE), torch.zeros(3, SIDE, SIDE, dtype=torch.bool)
    estimate = regressor.estimate(counts, gaps)
    assert estimate.parameters.shape == estimate.deviation.shape == (3, 4)
    assert estimate.photons == pytest.approx([SIDE**2] * 3)


def test_the_evaluation_holds_all_methods_and_what_claims_name(made: dict[str, Path]) -> None:
    summary = read_summary(made["evaluation"], "regression-evaluation")
    assert set(summary) == subjects({"regression": {"budgets": RECORD["budgets"]}})["regression"]
    with read_artifact(made["evaluation"], kind="regression-evaluation") as file:
        assert json.loads(file.attrs["record"])["fitted"] == 2
        assert file["answers/fit"].shape == (2, 2, 4)
        assert file["answers/network"].shape == file["ratios/refined"].shape == (2, 4, 4)
        truth, fitted = file["truth"][()], file["answers/median"][()]
        error = np.median(np.abs(fitted[0] - truth), axis=0)
        assert summary["error_d_nm_median_1e4"] == pytest.approx(error[2])


def test_table_and_figures_are_made_from_the_evaluation(made: dict[str, Path]) -> None:
    inputs = Inputs({}, {"regression": made["evaluation"]})
    table = regression_table(inputs, {})
    assert len(table.parts) == 4
    assert len(table.data) == 2 * (5 + 5 + 2 + 2)
    assert "4 patterns" in table.note
    assert len(draw_regression(inputs, {}).axes) == 4
    assert len(draw_coverage(inputs, {}).subfigs) == 2


def test_gaps_are_filled_with_the_models_expectation(made: dict[str, Path]) -> None:
    emulator = load_emulator(made["space"], experiment())
    truth = np.array([[2.6, 0.28, 7.6, 0.25], [2.2, 0.24, 6.8, 0.2]])
    shares = emulator(torch.from_numpy(truth)).softmax(dim=1).view(-1, SIDE, SIDE)
    gaps = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    gaps[:, 5] = True
    counts, masks = counted(ExactPatterns(shares, truth, gaps), 1e6, seed=2)
    assert (counts[masks] == 0).all()
    filled = filled_by_model(emulator, truth, counts, masks)
    assert np.array_equal(filled[~masks.numpy()], counts[~masks].numpy())
    assert filled[masks.numpy()].sum() == pytest.approx(float((shares * 1e6)[masks].sum()), rel=0.02)
    fitted = fit_with_gaps(ParameterFit(PatternSpace(made["space"])), emulator, counts, masks)
    assert np.abs(to_coordinates(fitted) - to_coordinates(truth)).max() < 0.1
    assert np.allclose(from_coordinates(to_coordinates(fitted)), fitted)
