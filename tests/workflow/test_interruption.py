"""Pull the plug on a training and run again: it continues, and ends as if nothing had happened."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np

from tests.workflow.conftest import copy_project, snakemake

RUN = Path("results/tiny/gisaxs/runs/sound-msh")
LOG = Path("results/tiny/gisaxs/logs/train/sound-msh.log")
TARGET = str(RUN / "codec.h5")
DATA = "results/tiny/gisaxs/datasets/small.h5"
EPOCHS = 40


def longer_training(folder: Path) -> Path:
    """A copy of the project whose trainings are long enough to be caught."""
    folder.mkdir()
    copy_project(folder)
    scale = folder / "config" / "scales" / "tiny.yaml"
    scale.write_text(re.sub(r"one_cycle_epochs: \d+", f"one_cycle_epochs: {EPOCHS}", scale.read_text()))
    return folder


def weights(folder: Path) -> dict[str, np.ndarray]:
    with h5py.File(folder / TARGET) as file:
        assert len(file["history/epoch"]) == EPOCHS
        return {name: values[()] for name, values in file["state"].items()}


def test_killed_training_continues(tmp_path: Path) -> None:
    folder = longer_training(tmp_path / "project")
    assert snakemake(folder, DATA).returncode == 0
    command = [sys.executable, "-m", "snakemake", "--cores", "1", TARGET, "--config", "scale=tiny"]
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, stderr=subprocess.DEVNULL)
    checkpoint = folder / RUN / "last.ckpt"
    deadline = time.monotonic() + 120
    while not checkpoint.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert checkpoint.exists()
    assert not (folder / TARGET).exists()

    assert snakemake(folder, "--unlock").returncode == 0
    again = snakemake(folder, TARGET)
    assert again.returncode == 0, again.stderr
    assert "continuing from the checkpoint" in (folder / LOG).read_text()
    assert not checkpoint.exists()
    continued = weights(folder)

    (folder / TARGET).unlink()
    assert snakemake(folder, TARGET).returncode == 0
    assert "continuing" not in (folder / LOG).read_text()
    whole = weights(folder)
    assert whole.keys() == continued.keys()
    assert all(np.array_equal(whole[name], continued[name]) for name in whole)
