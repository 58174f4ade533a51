"""Draw a figure of the contest: rate against distortion, or lossless rates."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.errors import ArtifactError
from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.codec_comparison.comparison_file import read_contest
from latentlab.studies.gisaxs.figures.rate_distortion import frame_rates, lossless_rates, rate_distortion


def figure_contest(outputs: Sequence[Path | str], contest: Path | str, spec: Mapping[str, Any]) -> None:
    """Draw one ground of the contest.

    Parameters
    ----------
    outputs : PNG and SVG. contest : a ground's artifact.
    spec : "ground"; "table", "lossy" or "lossless"; optionally "photons", the budget shown of a counted
        ground, and "goal": bits a pixel, log-PSNR in dB, MS-SSIM.
    """
    rows = read_contest(contest, spec["table"])
    if spec["table"] == "lossless":
        # what a real frame's entropy is, nobody knows
        draw = frame_rates if spec["ground"] == "frames" else lossless_rates
        save_figure(draw(rows), outputs)
        return
    if "photons" in spec:
        rows = rows[rows["photons"] == spec["photons"]]
        if rows.empty:
            raise ArtifactError(f"{contest}: there are no rows of {spec['photons']:g} photons a pattern")
    save_figure(rate_distortion(rows, spec.get("goal")), outputs)


if __name__ == "__main__":
    with stage(snakemake):
        figure_contest(
            outputs=list(snakemake.output), contest=snakemake.input.contest, spec=snakemake.params.spec
        )
