"""Bytes, distortion and speed of the codecs: ours, the reference codecs and PCA, on one thread.

Lossy: held-out patterns of the parameter space, each codec at every setting; MB refer to the float32 image.
Lossless: those patterns counted at each photon budget, and the detector frames given; MB refer to
int32. No parameters are fitted here; the comparison itself does that.

Without a given space it uses that of scale quick, or, if there is none, simulates a small one temporarily.

    python benchmarks/reference_codecs.py results/quick/gisaxs/space.h5 --patterns 16 --frames frame.cbf
"""

from __future__ import annotations

import argparse
import runpy
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import yaml

from latentlab.studies.gisaxs.codec_comparison.codecs import learned_codecs, reference_codecs
from latentlab.studies.gisaxs.codec_comparison.frames import whole_frame
from latentlab.studies.gisaxs.codec_comparison.lossless import lossless_codecs
from latentlab.studies.gisaxs.codec_comparison.measure import (
    compare_codecs,
    run_lossless,
    run_lossless_counts,
)
from latentlab.studies.gisaxs.codec_comparison.tables import lossless_table, lossy_table
from latentlab.studies.gisaxs.codec_comparison.test_sets import space_test_set, training_images
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace

ROOT = Path(__file__).parents[1]
QUICK_SPACE = ROOT / "results" / "quick" / "gisaxs" / "space.h5"
SIDE = 256  # px, of a pattern of the small space
# of the small space: R in nm with sigma/R, D in nm with omega/D
FORM_FACTORS = np.array([(R, s) for R in (2.5, 3.0, 3.5, 4.0) for s in np.arange(20, 50, 3) / 100])
STRUCTURE_FACTORS = np.array([(D, w) for D in (7.0, 8.0, 9.0, 10.0) for w in np.arange(10, 40, 3) / 100])


def small_space(path: Path, held_out: int) -> PatternSpace:
    """Simulate a space of 40 form and 40 structure factors with the pipeline's own script."""
    experiment = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())["experiment"]
    space = runpy.run_path(str(ROOT / "workflow" / "scripts" / "gisaxs" / "space.py"))["space"]
    space(
        output=path,
        experiment=experiment,
        crop=SIDE,
        held_out=held_out,
        shown=held_out,
        form_parameters=FORM_FACTORS,
        structure_parameters=STRUCTURE_FACTORS,
    )
    return PatternSpace(path)


def chosen_space(path: Path | None, patterns: int, folder: Path) -> PatternSpace:
    """The space at `path`, else that of scale quick, else a small one made in `folder`; prints which."""
    path = path or (QUICK_SPACE if QUICK_SPACE.exists() else None)
    if path is not None:
        print(f"Parameter space: {path}", flush=True)
        return PatternSpace(path)
    print(f"Parameter space: a small one, simulated now, since there is no {QUICK_SPACE}", flush=True)
    return small_space(folder / "space.h5", patterns)


def shown(table: pd.DataFrame) -> str:
    """A table as text, without columns that have no values."""
    return table.dropna(axis=1, how="all").to_string(index=False, float_format=lambda value: f"{value:.4g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "space", nargs="?", type=Path, help="artifact of the parameter space (default: see above)"
    )
    parser.add_argument("--two-factor", nargs="*", type=Path, default=[], help="learned codecs of it")
    parser.add_argument("--patterns", type=int, default=16, help="held-out patterns coded")
    parser.add_argument("--training", type=int, default=400, help="patterns that PCA is fitted to")
    parser.add_argument("--photons", nargs="*", type=float, default=[1e4, 1e5, 1e6, 1e7])
    parser.add_argument(
        "--frames", nargs="*", type=Path, default=[], help="detector frames of integer counts"
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        space = chosen_space(args.space, args.patterns, Path(folder))
        clean = space_test_set(space, args.patterns, None, 0)
    references = reference_codecs(training_images(space, args.training), counted=False)
    codecs = {**learned_codecs(space, args.two_factor, False), **references}
    print(shown(lossy_table(pd.DataFrame(compare_codecs(codecs, clean)))), flush=True)
    rows = []
    for photons in args.photons:
        rows += run_lossless_counts(lossless_codecs(), clean.truths, photons)
    for path in args.frames:
        rows += run_lossless(lossless_codecs(), whole_frame(path)[None], path.name)
    if rows:
        print(shown(lossless_table(pd.DataFrame(rows))))


if __name__ == "__main__":
    main()
