"""Claims with numbers in place of names: ours, and the document's."""

from __future__ import annotations

import pytest

from latentlab.pipeline.claims.evaluation import evaluate
from latentlab.pipeline.claims.spread import Measured
from latentlab.pipeline.claims.text import document_text, ours_text, values_text
from latentlab.pipeline.quantities import Quantity

METRICS = {
    "at": {"x": 0.979, "y": 0.00864},
    "at-seed-43": {"x": 0.991, "y": 0.00864},
    "fp": {"x": 0.94212, "y": 0.11364},
}
MEASURED = Measured(
    METRICS,
    {"at": "", "at-seed-43": "", "fp": "else"},
    {"at": ["at", "at-seed-43"]},
    {name: Quantity(name, scatter="absolute") for name in "xy"},
)
DOCUMENT = {"at": {"x": 0.35, "z": 2337.879}, "fp": {"x": 0.5, "z": 2338.443}}


def ours(claim: str) -> str:
    return ours_text(evaluate(claim, MEASURED.interval, "here", {}), MEASURED)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("x(at) > x(fp) and y(at) < y(fp)", "0.985 (0.979 to 0.991) > 0.942 and 0.00864 < 0.114"),
        ("x(at-seed-43) >= 0.9", "0.985 (0.979 to 0.991) ≥ 0.9"),
        ("0 < 2 * x(fp) <= 3", "0 < 1.88 ≤ 3"),
        ("x(fp) > 1 or not x(fp) > 2", "0.942 > 1 or not 0.942 > 2"),
        ("x(fp) > 1 and (x(fp) > 2 or x(fp) > 3)", "0.942 > 1 and (0.942 > 2 or 0.942 > 3)"),
        ("not (x(fp) > 1 and x(fp) > 2)", "not (0.942 > 1 and 0.942 > 2)"),
        ("max(x(fp), x(at)) > 0", "0.985 (0.979 to 0.991) > 0"),
        ("x(fp) > 0.9421", "0.94212 > 0.9421"),  # as many digits as tell them apart
    ],
)
def test_ours(claim: str, text: str) -> None:
    assert ours(claim) == text


def test_values_name_each_run_once() -> None:
    outcome = evaluate("max(x(@all)) > y(fp)", MEASURED.interval, "here", {"all": list(METRICS)})
    deviation = MEASURED.deviation("x", "fp")
    low, high = 0.94212 - 2 * deviation, 0.94212 + 2 * deviation
    expected = f"x(at) = 0.985 [0.979 to 0.991]; x(fp) = 0.942 [{low:.3f} to {high:.3f}]; y(fp) = 0.114"
    assert values_text(outcome, MEASURED) == expected


def document(claim: str, given: str = "") -> str:
    return document_text(claim, DOCUMENT, MEASURED, "here", {}, given)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("x(at) < x(fp)", "0.35 < 0.5"),
        ("x(at-seed-43) < x(fp)", "0.35 < 0.5"),
        ("x(at) > x(fp)", "0.35 > 0.5: its own table does not show it"),
        ("z(at) < z(fp)", "2337.9 < 2338.4"),
        ("x(at) < x(fp) and y(at) < y(fp)", "0.35 < 0.5"),  # it gives no y
        ("x(at) > x(fp) and y(at) < y(fp)", "0.35 > 0.5: its own table does not show it"),
        ("x(at) > x(fp) or y(at) < y(fp)", "0.35 > 0.5"),  # y may still make it true
        ("not y(at) < 1 and x(at) < 1", "0.35 < 1"),
        ("y(at) < y(fp)", ""),
        ("x(at) < y(fp)", ""),
    ],
)
def test_the_documents_values(claim: str, text: str) -> None:
    assert document(claim) == text


def test_a_text_given_for_the_document_stands_for_its_values() -> None:
    assert document("y(at) < 1", "a third") == "a third"
    assert document("x(at) > 1", "a third") == "a third: its own table does not show it"
