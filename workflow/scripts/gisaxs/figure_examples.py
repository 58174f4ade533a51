"""Draw the example patterns: clean, with gaps, with noise."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import read_artifact
from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.augmentation import evaluation_batch
from latentlab.studies.gisaxs.figures.patterns import angles_extent, examples
from latentlab.studies.gisaxs.patterns import StoredPatterns


def figure_examples(
    outputs: Sequence[Path | str],
    small: Path | str,
    spec: Mapping[str, Any],
    seed: int,
    photons: float | None,
    code: Sequence[Path | str] = (),
) -> None:
    """Draw the small set's examples as a model would get them.

    Parameters
    ----------
    outputs : files to write. small : the small set. spec : the figure's entry in config/gisaxs.yaml.
    seed : of the noise. photons : budget of counting noise.
    """
    patterns = StoredPatterns(small, "examples")
    with read_artifact(small, kind="patterns") as file:
        extent = angles_extent(file["examples/alpha_f"][()], file["examples/two_theta_f"][()])
    noise = spec.get("noise", [])
    record = {
        "input": spec.get("input", "clean"),
        "target": "clean",
        "noise": noise,
        "photons": photons,
        "seed": seed,
    }
    measured, _ = evaluation_batch(patterns, record)
    gaps = patterns.gaps.numpy() if record["input"] == "gaps" and not noise else None
    save_figure(examples(measured[:, 0].numpy(), patterns.parameters, extent, gaps), outputs)


if __name__ == "__main__":
    with stage(snakemake):
        figure_examples(outputs=list(snakemake.output), **snakemake.input, **snakemake.params)
