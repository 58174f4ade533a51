"""Draw a figure of the comparison of codecs: rate against distortion, or lossless rates."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.errors import ArtifactError
from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.codec_comparison.comparison_file import read_comparison
from latentlab.studies.gisaxs.figures.rate_distortion import frame_rates, lossless_rates, rate_distortion


def figure_comparison(outputs: Sequence[Path | str], comparison: Path | str, spec: Mapping[str, Any]) -> None:
    """Draw one test set of the comparison.

    Parameters
    ----------
    outputs : PNG and SVG. comparison : a test set's artifact.
    spec : "test_set"; "table", "lossy" or "lossless"; optionally "photons", the budget shown of a counted
        test set, and "goal": bits a pixel, log-PSNR in dB, MS-SSIM.
    """
    rows = read_comparison(comparison, spec["table"])
    if spec["table"] == "lossless":
        # what a real frame's entropy is, nobody knows
        draw = frame_rates if spec["test_set"] == "frames" else lossless_rates
        save_figure(draw(rows), outputs)
        return
    if "photons" in spec:
        rows = rows[rows["photons"] == spec["photons"]]
        if rows.empty:
            raise ArtifactError(f"{comparison}: there are no rows of {spec['photons']:g} photons a pattern")
    save_figure(rate_distortion(rows, spec.get("goal")), outputs)


if __name__ == "__main__":
    with stage(snakemake):
        figure_comparison(
            outputs=list(snakemake.output), comparison=snakemake.input.comparison, spec=snakemake.params.spec
        )
