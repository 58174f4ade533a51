"""Titles of rows: the model, and what sets runs apart that have the same one."""

from __future__ import annotations

from typing import Any

from latentlab.pipeline.tables.row_titles import row_titles

BASE = {"model": "AT", "gaps": "", "loss": "MSE", "seed": 42}


def titles(**records: dict[str, Any]) -> dict[str, str]:
    runs = {name: {**BASE, **changes} for name, changes in records.items()}
    return row_titles(
        runs, lambda record: record["model"], (lambda record: record["gaps"], lambda record: record["loss"])
    )


def test_different_models_need_no_details() -> None:
    assert titles(a={}, b={"model": "FP", "loss": "MS-SSIM"}) == {"a": "AT", "b": "FP"}


def test_the_first_detail_that_differs_is_named() -> None:
    found = titles(a={}, b={"gaps": "gaps filled"}, c={"model": "FP", "gaps": "gaps filled"})
    assert found == {"a": "AT", "b": "AT, gaps filled", "c": "FP"}


def test_details_are_added_until_runs_are_told_apart() -> None:
    found = titles(a={}, b={"gaps": "gaps"}, c={"gaps": "gaps", "loss": "MS-SSIM"})
    assert found == {"a": "AT", "b": "AT, gaps, MSE", "c": "AT, gaps, MS-SSIM"}


def test_seeds_keep_one_title() -> None:
    assert titles(a={}, b={"seed": 43}) == {"a": "AT", "b": "AT"}
