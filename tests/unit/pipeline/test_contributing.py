"""The examples of CONTRIBUTING.md work as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from latentlab.pipeline.configuration import load_yaml, validate
from latentlab.studies.registries import REGISTRIES


def test_a_run_a_table_and_a_claim_added_by_the_guide(repository: Path) -> None:
    guide = (repository / "CONTRIBUTING.md").read_text()
    blocks = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL)]
    added = {section: entries for block in blocks for section, entries in block.items()}
    assert {"runs", "tables", "claims"} <= set(added)
    config, scale = (load_yaml(repository / "config" / name) for name in ("config.yaml", "scales/quick.yaml"))
    study = load_yaml(repository / "config" / "gisaxs.yaml")
    for section, entries in added.items():
        assert not set(entries) & set(study[section])
        study[section] |= entries
    validate(study, repository / "workflow" / "schemas" / "gisaxs.schema.yaml", "gisaxs.yaml")
    sources = {"study": "gisaxs.yaml", "scale": "quick.yaml"}
    content, records = REGISTRIES["gisaxs"].resolve(study, scale["gisaxs"], config, sources)
    new = ["fp-wide", "fp-wide-log", "fp-wide-log-seed-43", "fp-wide-log-seed-44"]
    assert [run for run in records if run.startswith("fp-wide")] == new
    assert records["fp-wide"]["channels"] == [24, 40]  # at a quarter of the width
    assert list(content["tables"]["wide"]["rows"])[:5] == [*new, "fp-quality-1"]
    assert content["groups"]["fp-wide-log"] == new[1:]
