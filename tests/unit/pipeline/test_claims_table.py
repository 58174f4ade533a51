"""The table of claims: verdicts by hand, and that every shipped claim names measured values."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.unit.studies.lines.tiny_lines import STUDY, LinesStudy, script

from latentlab.artifacts import read_summary
from latentlab.errors import ConfigError
from latentlab.pipeline.claims import evaluate
from latentlab.pipeline.claims_table import claims_note, claims_table

METRICS = {"first": {"error": 0.25, "share": 90.0}, "second": {"error": 0.5, "share": float("nan")}}
CLAIMS = {
    "closer": {"says": "The first is closer", "when": "error(first) < error(second)"},
    "much-closer": {"says": "Much closer", "when": "3 * error(first) < error(second)"},
    "unknown": {"says": "A share that is not a number", "when": "share(second) > 0 or share(first) > 0"},
}


def test_verdicts_and_what_was_measured() -> None:
    found = claims_table(CLAIMS, METRICS, {})
    assert list(found.columns) == ["claim", "the document says", "holds when", "measured", "verdict"]
    assert list(found["claim"]) == list(CLAIMS)
    assert list(found["verdict"]) == ["holds", "does not hold", "does not hold"]
    assert list(found["the document says"]) == [claim["says"] for claim in CLAIMS.values()]
    assert list(found["holds when"]) == [claim["when"] for claim in CLAIMS.values()]
    assert found["measured"][0] == "error(first) = 0.25, error(second) = 0.5"
    assert found["measured"][2] == "share(second) = nan, share(first) = 90"


def test_no_claims_give_an_empty_table() -> None:
    found = claims_table({}, METRICS, {})
    assert len(found) == 0
    assert "verdict" in found.columns


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("size(first) < 1", "claims.wrong.when: 'first' has no metric 'size', only error, share"),
        ("error(first)", "claims.wrong.when: 'error.first.' compares nothing"),
    ],
)
def test_what_was_not_measured_is_refused(when: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        claims_table({"wrong": {"says": "", "when": when}}, METRICS, {})


def test_a_claim_about_a_run_that_is_not_trained_is_not_evaluated() -> None:
    claims = {
        "absent": {"says": "", "when": "error(third) < 1"},
        "group": {"says": "", "when": "max(error(@all)) < 1"},
        "present": {"says": "", "when": "error(first) < 1"},
    }
    found = claims_table(claims, METRICS, {"all": ["first", "second", "third"]}).set_index("claim")
    assert found.verdict["absent"] == found.verdict["group"] == "not evaluated at this scale"
    assert found.measured["absent"] == ""
    assert found.verdict["present"] == "holds"


def test_the_note_names_the_scale() -> None:
    assert "Measured at scale quick." in claims_note("quick")


@pytest.fixture(scope="module")
def measured(lines_study: LinesStudy) -> dict[str, dict[str, float]]:
    runs = {run: read_summary(path) for run, path in lines_study.evaluations.items()}
    return runs | {name: read_summary(path) for name, path in lines_study.baselines.items()}


@pytest.mark.parametrize("name", sorted(STUDY["claims"]))
def test_every_claim_of_the_lines_study_is_measured(measured: dict[str, dict[str, float]], name: str) -> None:
    outcome = evaluate(STUDY["claims"][name]["when"], measured, f"claims.{name}.when", STUDY["groups"])
    assert outcome.values


def test_the_script_writes_every_claim(
    lines_study: LinesStudy, measured: dict[str, dict[str, float]], tmp_path: Path
) -> None:
    outputs = {kind: tmp_path / f"claims.{kind}" for kind in ("csv", "md", "html")}
    script("claims", "study")(
        outputs,
        measured=[*lines_study.evaluations.values(), *lines_study.baselines.values()],
        subjects=[*lines_study.evaluations, *lines_study.baselines],
        claims=STUDY["claims"],
        groups=STUDY["groups"],
        title="Claims",
        scale="tiny",
    )
    written = pd.read_csv(outputs["csv"], keep_default_na=False)
    pd.testing.assert_frame_equal(written, claims_table(STUDY["claims"], measured, STUDY["groups"]))
    assert "Measured at scale tiny" in outputs["md"].read_text()
    assert 'class="text fails"' in outputs["html"].read_text()  # untrained VAEs keep few claims
