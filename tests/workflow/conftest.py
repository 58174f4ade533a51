"""A copy of the project in which the real pipeline has run once at scale tiny."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.registries import load

ROOT = Path(__file__).parents[2]
PROJECT = ("CITATION.cff", "Snakefile", "config", "envs", "profiles", "workflow")
Run = subprocess.CompletedProcess[str]
Edit = Callable[[Path, str, str], None]


def at_tiny(study: str) -> tuple[dict, dict]:
    """The study's file as scale tiny makes it, and the records of the runs that are trained there."""
    config = {**load_yaml(ROOT / "config" / "config.yaml"), "scale": "tiny"}
    _, _, content, records = load(ROOT, config, study)
    return content, records


def planned(folder: Path, *arguments: str) -> dict[str, int]:
    """Jobs that a dry run would start, by rule; none where there is nothing to be done."""
    run = snakemake(folder, "-n", *arguments)
    assert run.returncode == 0, run.stdout + run.stderr
    output = run.stdout + run.stderr
    return {} if "Nothing to be done" in output else jobs(output)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs the pipeline."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.workflow)


def snakemake(folder: Path, *arguments: str, scale: str = "tiny") -> Run:
    """Run snakemake in a copy of the project, with two cores."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments, "--config", f"scale={scale}"]
    environment = {**os.environ, "PYTHONPATH": "", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def jobs(output: str) -> dict[str, int]:
    """Job counts of a dry run, without the target `all`."""
    found = re.findall(r"^(\w+)\s+(\d+)$", output.split("Job stats:")[1].split("Reasons:")[0], re.MULTILINE)
    return {rule: int(count) for rule, count in found if rule not in ("all", "total")}


def copy_project(folder: Path) -> Path:
    """Copy what the pipeline needs, without results."""
    for name in PROJECT:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(
            source,
            folder / name,
            **({"ignore": shutil.ignore_patterns("__pycache__")} if source.is_dir() else {}),
        )
    return folder


def write_frame(path: Path) -> None:
    """A detector image with a gap and two side maxima, as EDF."""
    import fabio

    rows, columns = np.mgrid[:700, :1100]
    rate = (
        40 * np.exp(-(((np.abs(columns - 530) - 60) / 12) ** 2)) * np.exp(-(((rows - 560) / 60) ** 2)) + 1.0
    )
    rate[601:] *= 0.01
    counts = np.random.default_rng(5).poisson(rate).astype(np.int32)
    counts[400:417] = -1
    fabio.edfimage.EdfImage(data=counts).write(str(path))


def write_micrograph(path: Path) -> None:
    """A grey image of dark bars and blocks, of 3 x 4 tiles at scale tiny, as PNG."""
    import imagecodecs

    rows, columns = np.mgrid[:100, :130]
    grey = np.random.default_rng(6).integers(150, 250, rows.shape, dtype=np.uint8)
    grey[(rows // 8 + columns // 11) % 3 == 0] //= 4
    path.write_bytes(imagecodecs.png_encode(grey))


def write_atoms(path: Path) -> None:
    """A lattice of bright spots on two sublattices, 200 x 200 px, as TIFF of 16 bit."""
    import tifffile

    rows, columns = np.mgrid[:200, :200].astype(float)
    image = np.full(rows.shape, 20.0)
    for brightness, shift in ((100.0, 0.0), (50.0, 6.0)):
        for row in np.arange(6.0 + shift, 200, 12):
            for column in np.arange(6.0 + shift, 200, 12):
                image += brightness * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * 2.0**2))
    tifffile.imwrite(path, np.random.default_rng(7).poisson(image).astype(np.uint16))


def choose(config: str, studies: str) -> str:
    """The text of config/config.yaml with these studies chosen."""
    text, number = re.subn(r"^studies: \[[^]]*\]", f"studies: [{studies}]", config, flags=re.MULTILINE)
    assert number == 1
    return text


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which nothing has run."""
    return copy_project(tmp_path_factory.mktemp("pristine"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which every study has run at scale tiny, with a user's own images."""
    folder = copy_project(tmp_path_factory.mktemp("finished"))
    write_frame(folder / "frame.edf")
    config = folder / "config" / "config.yaml"
    write_micrograph(folder / "micrograph.png")
    write_atoms(folder / "atoms.tif")
    text = choose(config.read_text(), "gisaxs, lines, microscopy, landcover")
    for pattern in ("*.edf", "*.png", "*.tif"):  # of the frames, of the micrographs, of the atoms
        text = text.replace("paths: []", f'paths: ["{pattern}"]', 1)
    config.write_text(text)
    run = snakemake(folder)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-5000:]
    return folder


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replace a text that must be there in a file, and put the file back after the test."""
    before: dict[Path, str] = {}

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        before.setdefault(path, text)
        path.write_text(text.replace(old, new, 1))

    yield replace
    for path, text in before.items():
        path.write_text(text)
