"""The cluster profiles speak of rules that there are, and every training has its GPU in each of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from latentlab.pipeline.configuration import load_yaml

PROFILES = ("slurm", "htcondor")


@pytest.fixture(scope="module")
def rules(repository: Path) -> dict[str, str]:
    """The text of every rule, by name."""
    text = "\n".join(path.read_text() for path in sorted((repository / "workflow" / "rules").glob("*.smk")))
    parts = re.split(r"^rule (\w+):$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles_name_rules_that_there_are(repository: Path, rules: dict[str, str], profile: str) -> None:
    content = load_yaml(repository / "profiles" / profile / "config.yaml")
    assert set(content["set-resources"]) | set(content["set-threads"]) <= set(rules)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_training_has_its_gpu_memory_and_time(
    repository: Path, rules: dict[str, str], profile: str
) -> None:
    content = load_yaml(repository / "profiles" / profile / "config.yaml")
    trainings = {name for name, text in rules.items() if "gpu=GPUS_PER_TRAINING" in text}
    assert trainings == {
        "gisaxs_train",
        "gisaxs_train_denoiser",
        "gisaxs_train_transition",
        "gisaxs_train_restorer",
        "lines_train",
        "microscopy_train",
        "microscopy_digits_ensemble",
        "microscopy_digits_labels",
        "landcover_train",
        "landcover_invariant",
    }
    for name in trainings:
        assert content["set-resources"][name]["gpu"] == 1
        assert name in content["set-threads"]
        assert re.search(r"mem_mb=.*\w+\[\"training\"\]", rules[name])
        assert re.search(r"runtime=\w+\[\"training\"\]", rules[name])
