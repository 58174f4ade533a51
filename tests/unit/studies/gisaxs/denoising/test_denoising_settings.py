"""The part of the study's file on denoising: records at a scale, and what is refused."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml
from tests.unit.studies.gisaxs.tiny_space import ROOT

from latentlab.errors import ConfigError
from latentlab.studies.gisaxs.denoising.settings import (
    check_denoising,
    network_records,
    noisy_input,
    trained_transitions,
    transition_records,
)
from latentlab.studies.registries import load

CONFIG = {**yaml.safe_load((ROOT / "config" / "config.yaml").read_text()), "scale": "quick"}
_, SCALE, STUDY, RUNS = load(ROOT, CONFIG, "gisaxs")


def test_a_network_has_the_scales_width_and_the_thesis_noise() -> None:
    record = network_records(STUDY, SCALE)["convolutional-dae"]
    shipped = STUDY["denoising"]["networks"]["convolutional-dae"]
    assert record["width"] == shipped["width"] * SCALE["width"]
    assert (record["epochs"], record["batch"]) == (SCALE["denoiser_epochs"], SCALE["batch"])
    assert {name: record[name] for name in noisy_input(STUDY)} == noisy_input(STUDY)
    assert network_records(STUDY, {**SCALE, "width": 0.001})["u-net"]["width"] == 1


def test_the_input_is_that_of_the_codecs() -> None:
    """So that all rows of the table restore the same test patterns."""
    run = RUNS["at-gap-noise"]
    assert {name: run[name] for name in noisy_input(STUDY)} == noisy_input(STUDY)


def test_a_transition_needs_its_two_codecs() -> None:
    names = list(STUDY["denoising"]["transitions"])
    assert list(transition_records(STUDY, SCALE)) == trained_transitions(STUDY, RUNS) == names
    assert trained_transitions(STUDY, ["at-gap-noise", "at-clean"]) == ["transition"]
    assert trained_transitions(STUDY, ["at-gap-noise"]) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"encoder": "at-gap-nois"}, "encoder: there is no run 'at-gap-nois'; did you mean 'at-gap-noise'"),
        ({"decoder": "restore-counts"}, "decoder: 'restore-counts' is not trained on the small set"),
        ({"decoder": "msh"}, "the codecs' latents have 16 and 27 channels"),
    ],
)
def test_codecs_that_do_not_fit(change: dict[str, str], message: str) -> None:
    study = deepcopy(dict(STUDY))
    study["denoising"]["transitions"]["transition"] |= change
    with pytest.raises(ConfigError, match=r"^s\.yaml: denoising\.transitions\.transition") as caught:
        check_denoising(study, RUNS, "s.yaml")
    assert message in str(caught.value)


def test_a_table_of_what_is_not_there() -> None:
    study: dict[str, Any] = deepcopy(dict(STUDY))
    study["tables"]["denoisers"]["restored"] = {"u-nat": "x"}
    with pytest.raises(
        ConfigError, match=r"tables\.denoisers\.restored: there is no denoiser 'u-nat'; did you"
    ):
        check_denoising(study, RUNS, "s.yaml")
