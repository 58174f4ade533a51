"""The table of claims: verdicts and reasons by hand, and that every shipped claim names measured values."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.unit.studies.lines.tiny_lines import DOCUMENTS, RECORDS, STUDY, LinesStudy, script

from latentlab.artifacts import read_summary
from latentlab.errors import ConfigError
from latentlab.pipeline.claims.inputs import claims_inputs, judge_of
from latentlab.pipeline.claims.note import claims_note
from latentlab.pipeline.claims.table import claims_table
from latentlab.studies.registries import JUDGING, QUANTITIES

METRICS = {
    "a": {"score": 0.9, "n": 100.0},
    "a-seed-43": {"score": 0.8, "n": 100.0},
    "b": {"score": 0.7, "n": 100.0},
    "c": {"score": 0.85, "n": 100.0},
    "nan": {"score": float("nan")},
    "zero": {"score": 0.0},
}
JUDGED: dict[str, Any] = {
    "seeds": {"a": ["a", "a-seed-43"]},
    "alike": dict.fromkeys(("a", "a-seed-43", "b", "c"), ""),
    "baselines": dict.fromkeys(("a", "a-seed-43", "b", "c"), "zero"),
    "scores": dict.fromkeys(("a", "a-seed-43", "b", "c"), "score"),
    "quantities": {"score": {"title": "score", "scatter": "absolute"}},
}
SPREAD = "the difference is within the spread between seeds"
CLAIMS = {
    "sure": {"says": "Sure", "when": "score(zero) < score(a)"},
    "wrong": {"says": "Wrong", "when": "score(a) > 1"},
    "near": {"says": "Near", "when": "score(a) > 0.85 and score(a) > 0"},
    "single": {"says": "Single", "when": "score(b) > score(c)"},
    "paper": {"says": "Large", "when": "score(a) > 0", "scales": ["paper"], "document": "650"},
    "untrained": {"says": "Untrained", "when": "score(d) > 0"},
    "nothing": {"says": "Nothing", "when": "score(nan) > 0 or score(a) > 0"},
    "division": {"says": "Division", "when": "1 / score(zero) > 0"},
    "may-be": {"says": "May be", "when": "1 / (score(a) - 0.85) > 0 or score(a) > 0"},
}


def table(claims: dict[str, dict], **changes: Any) -> pd.DataFrame:
    judge = judge_of(METRICS, **{**JUDGED, **changes})
    return claims_table(claims, judge, {}, {"a": {"score": 0.95}}, "quick").set_index("claim")


@pytest.mark.parametrize(
    ("claim", "verdict", "reason"),
    [
        ("sure", "holds", ""),
        ("wrong", "does not hold", ""),
        ("near", "undecided", SPREAD),
        (
            "single",
            "undecided",
            f"{SPREAD} (b 0.7 stands for 0.559 to 0.841, c 0.85 stands for 0.709 to 0.991)",
        ),
        ("paper", "not comparable at this scale", "only at scale paper"),
        ("untrained", "not evaluated at this scale", ""),
        ("nothing", "does not hold", "score(nan) is no number"),
        ("division", "does not hold", "a division by zero"),
        ("may-be", "undecided", "a divisor may be zero"),
    ],
)
def test_verdicts_and_reasons(claim: str, verdict: str, reason: str) -> None:
    row = table(CLAIMS).loc[claim]
    assert (row.verdict, row.reason) == (verdict, reason)


def test_the_columns() -> None:
    found = table(CLAIMS)
    assert list(found.columns) == ["says", "document", "ours", "verdict", "reason", "condition", "values"]
    row = found.loc["near"]
    assert row.says == "Near"
    assert row.document == "0.95 > 0.85 and 0.95 > 0"
    assert row.ours == "0.85 (0.8 to 0.9) > 0.85 and 0.85 (0.8 to 0.9) > 0"
    assert row.condition == CLAIMS["near"]["when"]
    assert row["values"] == "score(a) = 0.85 [0.8 to 0.9]"
    assert (found.ours["paper"], found.document["paper"]) == ("0.85 (0.8 to 0.9) > 0", "650")
    assert (found.ours["untrained"], found["values"]["untrained"]) == ("", "")


def test_counts_say_so() -> None:
    counted = {"score": {"title": "score", "scatter": "absolute", "of": "n"}}
    row = table({"c": {"says": "", "when": "score(a) > 1"}}, quantities=counted).loc["c"]
    assert (row.verdict, row.reason) == ("undecided", f"{SPREAD} and the uncertainty of the counts")


def test_comparisons_of_what_learnt_nothing_say_why() -> None:
    judged = {
        "score": {"title": "score", "better": "higher", "trivial": 2.0, "scatter": "absolute"},
        "n": {"title": "size"},
    }
    claims = {"both": {"says": "", "when": "score(a) > score(b) and score(b) > score(c) and n(a) < n(b)"}}
    trivial = "no better than the trivial answer, score 2"
    reason = f"both sides are {trivial}; a, b: {trivial}"
    row = table(claims, quantities=judged).loc["both"]
    assert (row.verdict, row.reason) == ("undecided", reason)


def test_no_claims_give_an_empty_table() -> None:
    assert len(table({})) == 0


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("size(b) < 1", "claims.wrong.when: 'b' has no metric 'size', only n, score"),
        ("score(b)", "claims.wrong.when: 'score.b.' compares nothing"),
    ],
)
def test_what_was_not_measured_is_refused(when: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        table({"wrong": {"says": "", "when": when}})


def note(metrics: dict[str, dict[str, float]], **changes: Any) -> str:
    measured = judge_of(metrics, **{**JUDGED, **changes}).measured
    return claims_note("quick", {"single": CLAIMS["single"]}, measured, {})


def test_the_note_says_how_wide_single_trainings_are() -> None:
    assert note(METRICS).startswith("Measured at scale quick. A run with several seeds stands for")
    assert note(METRICS).endswith("the runs like it: score ± 0.141.")
    factor = note(METRICS, quantities={"score": {"title": "error", "unit": "nm"}})
    assert factor.endswith("error ×/÷ 1.18.")


def test_the_note_says_that_there_are_no_seeds() -> None:
    assert note({run: METRICS[run] for run in ("a", "b", "c")}).endswith(
        "No run has several seeds here, so the values of trainings are taken as exact."
    )


@pytest.fixture(scope="module")
def measured(lines_study: LinesStudy) -> dict[str, dict[str, float]]:
    runs = {run: read_summary(path) for run, path in lines_study.evaluations.items()}
    return runs | {name: read_summary(path) for name, path in lines_study.baselines.items()}


@pytest.fixture(scope="module")
def inputs() -> dict[str, Any]:
    return claims_inputs(STUDY, RECORDS, QUANTITIES["lines"], JUDGING["lines"], DOCUMENTS)


@pytest.fixture(scope="module")
def shipped(measured: dict[str, dict[str, float]], inputs: dict[str, Any]) -> pd.DataFrame:
    judging = {key: inputs[key] for key in JUDGED}
    judge = judge_of(measured, **judging)
    return claims_table(inputs["claims"], judge, inputs["groups"], inputs["document"], "tiny")


def test_every_claim_of_the_lines_study_is_measured(shipped: pd.DataFrame) -> None:
    assert list(shipped.claim) == list(STUDY["claims"])
    assert set(shipped.verdict) <= {"holds", "does not hold", "undecided"}
    assert all(shipped["values"])
    found = shipped.set_index("claim")
    assert found.document["orientation-nearly-always"] == "98 > 88"


def test_the_script_writes_every_claim(
    lines_study: LinesStudy, inputs: dict[str, Any], shipped: pd.DataFrame, tmp_path: Path
) -> None:
    outputs = {kind: tmp_path / "tables" / f"claims.{kind}" for kind in ("csv", "md", "html")}
    outputs["subjects"] = tmp_path / "tables" / "subjects.json"
    outputs["csv"].parent.mkdir()
    measured = {}
    for subject, path in {**lines_study.evaluations, **lines_study.baselines}.items():
        measured[subject] = tmp_path / f"{subject}.h5"  # below the study's folder, as in the pipeline
        shutil.copyfile(path, measured[subject])
    script("claims", "study")(
        outputs,
        measured=list(measured.values()),
        subjects=list(measured),
        title="Claims",
        scale="tiny",
        **inputs,
    )
    written = pd.read_csv(outputs["csv"], keep_default_na=False)
    pd.testing.assert_frame_equal(written, shipped)
    assert "Measured at scale tiny" in outputs["md"].read_text()
    assert 'class="text fails"' in outputs["html"].read_text()  # untrained VAEs keep few claims
    assert json.loads(outputs["subjects"].read_text()) == {subject: f"{subject}.h5" for subject in measured}
