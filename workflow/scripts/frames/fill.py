"""Fill the gaps of one detector frame, judge it on artificial gaps, and show it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.frames import find_beam, read_frame
from latentlab.frames.filled_nexus import write_filled
from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.figures.filled_frame import filled_frame as draw
from latentlab.studies.gisaxs.restoration.artificial_gaps import binned_frame
from latentlab.studies.gisaxs.restoration.filling_verdict import BLOCK, judge_filling
from latentlab.studies.gisaxs.restoration.frame_filling import fill_gaps
from latentlab.studies.gisaxs.restoration.restorer import load_restorer


def fill(
    outputs: Mapping[str, Path | str],
    frame: Path | str,
    restorer: Path | str,
    mask: Sequence[Path | str],
    options: Mapping[str, Any],
    seed: int = 0,
    code: str = "",
) -> None:
    """Write the filled frame as NeXus with mask, uncertainty, scores and verdict, and a figure.

    Parameters
    ----------
    outputs : "filled", "png", "svg". frame : the detector image. restorer : a trained restoration network.
    mask : an image of the pixels to leave out, or none.
    options : the rest of the `frames` section of config/config.yaml. seed : of gaps and adaptation.
    code : digest of the library files that determine the result; recorded.
    """
    trained = load_restorer(restorer)
    read = read_frame(
        frame,
        options["dataset"],
        index=options["index"],
        saturation=options["saturation"],
        mask=mask[0] if mask else None,
    )
    row, column = find_beam(read, horizon_row=options["horizon_row"], beam_column=options["beam_column"])
    binning = options["binning"]
    counts, missing = binned_frame(read.counts, read.mask, binning)
    # centres of binned pixels, as array indices
    horizon, beam = ((pixel + 0.5) / binning - 0.5 for pixel in (row, column))
    filled = fill_gaps(counts, missing, trained, beam_column=beam, horizon_row=horizon, seed=seed)
    verdict = judge_filling(filled, beam, horizon)
    write_filled(
        outputs["filled"],
        frame=read,
        binning=binning,
        images={"filled": filled.filled, "expected": filled.expected, "deviation": filled.deviation},
        mask=filled.mask,
        chi_square=verdict.chi_square,
        block=BLOCK,
        scores={name: score.numbers for name, score in filled.scores.items()},
        members=filled.members,
        verdict=verdict.sentence,
        summary=verdict.summary,
        record={**options, "horizon_row": row, "beam_column": column, "seed": seed},
        inputs=[frame, restorer, *mask],
        code=code,
    )
    rows, columns = counts.shape
    title = (
        f"{Path(read.source).name}: {rows} x {columns} pixels, sums of {binning} x {binning}, "
        f"{100 * missing.mean():.1f} % not measured"
    )
    save_figure(draw(filled, verdict, title, (horizon, beam)), [outputs["png"], outputs["svg"]])
    print(f"{Path(frame).name}: {verdict.sentence}")


if __name__ == "__main__":
    with stage(snakemake):
        fill(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
