"""Stand-ins are there for the block alone, and the packages imported with them work afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from latentlab.lean_import import lean_import


def run(code: str) -> None:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr


def test_stand_ins_are_there_for_the_block_alone() -> None:
    with lean_import({"needless": {}, "needless.part": {"name": 3}}):
        import needless.part
        from needless.part import name

        assert name == needless.part.name == 3
        assert not gc.isenabled()
    assert gc.isenabled()
    assert not [name for name in sys.modules if name.startswith("needless")]


def test_what_is_imported_stays() -> None:
    import json
    import json.decoder

    with lean_import({"json": {}, "json.decoder": {}, "json.unheard_of": {}}):
        assert sys.modules["json"] is json
        assert "json.unheard_of" not in sys.modules
    assert sys.modules["json.decoder"] is json.decoder


def test_an_error_takes_them_out_too() -> None:
    with pytest.raises(ImportError), lean_import({"needless": {}}):
        from needless import absent  # noqa: F401
    assert "needless" not in sys.modules
    assert gc.isenabled()


@pytest.mark.parametrize("first", ["", "import torchmetrics, scipy.signal\n"])
def test_lightning_leaves_its_neighbours_whole(first: str) -> None:
    run(
        first
        + """
import sys
had = "scipy.signal" in sys.modules
from latentlab.training.lightning_import import lightning
assert ("scipy.signal" in sys.modules, "matplotlib.pyplot" in sys.modules) == (had, had)
import pickle, scipy.signal, torch, torchmetrics, torchmetrics.image, torchmetrics.utilities.plot
assert scipy.signal.windows.hann(5)[2] == 1
assert torchmetrics.utilities.plot.plot_curve.__module__ == "torchmetrics.utilities.plot"
black, white = torch.zeros(1, 1, 8, 8), torch.ones(1, 1, 8, 8)
metric = pickle.loads(pickle.dumps(torchmetrics.image.PeakSignalNoiseRatio(data_range=1.0)))
assert abs(metric(black, white).item()) < 1e-6
class Module(lightning.LightningModule):
    pass
Module()
"""
    )


def test_tables_figures_and_the_snakefile_need_no_torch() -> None:
    modules = [
        "pipeline.claims.table",
        "pipeline.configuration",
        "pipeline.figure_style",
        "pipeline.stage",
        "pipeline.tables.files",
        "pipeline.tables.of_runs",
        *(
            f"studies.gisaxs.{name}"
            for name in (
                "codec_comparison.tables",
                "figures.frames",
                "figures.history",
                "figures.patterns",
                "figures.rate_distortion",
                "figures.trained_runs",
                "judging",
                "quantities",
                "shown_patterns",
                "tables",
            )
        ),
        "studies.lines.figures.kinds",
        "studies.lines.judging",
        "studies.lines.quantities",
        "studies.lines.tables",
    ]
    heavy = ("torch", "lightning", "compressai", "sklearn", "scipy.stats", "scipy.fft", "scipy.special")
    imports = "\n".join(f"import latentlab.{module}" for module in modules)
    run(f"{imports}\nimport sys\nfound = set({heavy}) & set(sys.modules)\nassert not found, found")
