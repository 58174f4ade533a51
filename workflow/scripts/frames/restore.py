"""Compress one detector frame with loss, restore it, judge it, and show it before and after."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import read_artifact
from latentlab.bitstream import write_bitstream
from latentlab.frames import find_beam, read_frame, to_grid, write_restored
from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.compression.codec_file import load_codec
from latentlab.studies.gisaxs.compression.frame_verdict import judge
from latentlab.studies.gisaxs.compression.restored_frame import restore_frame
from latentlab.studies.gisaxs.figures.frames import frame as draw


def restore(
    outputs: Mapping[str, Path | str],
    frame: Path | str,
    lossless: Path | str,
    codec: Path | str,
    small: Path | str,
    mask: Sequence[Path | str],
    options: Mapping[str, Any],
    binning: int,
    code: str = "",
) -> None:
    """Write the bitstream, the restored frame as NeXus with mask and header, and a figure.

    Parameters
    ----------
    outputs : "bitstream", "restored", "png", "svg". frame : the detector image.
    lossless : its file without loss, whose bytes the figure states.
    codec : a trained codec. small : the small set, which gives the exposure of training.
    mask : an image of the pixels to leave out, or none.
    options : the rest of the `frames` section of config/config.yaml. binning : the scale's own, after those.
    code : digest of the library files that determine the result; recorded.
    """
    trained = load_codec(codec)
    with read_artifact(small, kind="patterns") as file:
        exposure = float(file.attrs["exposure"])
    read = read_frame(
        frame,
        options["dataset"],
        index=options["index"],
        saturation=options["saturation"],
        mask=mask[0] if mask else None,
    )
    row, column = find_beam(read, horizon_row=options["horizon_row"], beam_column=options["beam_column"])
    geometry = {"horizon_row": row, "beam_column": column, "binning": options["binning"] * binning}
    measured, missing, crop = to_grid(read, **geometry, size=trained.record["side"])
    result = restore_frame(trained, measured, missing, exposure, str(frame))
    verdict = judge(measured, result.restored, result.mask)
    write_bitstream(outputs["bitstream"], result.bitstream)
    write_restored(
        outputs["restored"],
        frame=read,
        crop=crop,
        measured=measured,
        mask=result.mask,
        restored=result.restored,
        bitstream=result.bitstream,
        fails=verdict.failing | verdict.fails,
        verdict=verdict.sentence,
        summary=verdict.summary,
        record={**options, **geometry},
        rule="frame",
        inputs=[frame, codec, small, *mask],
        code=code,
    )
    kept, pixels = Path(lossless).stat().st_size, read.counts.size
    rows, columns = read.counts.shape
    coded, side = len(result.bitstream), trained.record["side"]
    title = (
        f"{Path(read.source).name}\n"
        f"{rows} x {columns} pixels without loss: {kept:,} bytes, {8 * kept / pixels:.2f} bits per pixel "
        f"({Path(frame).name} has {Path(frame).stat().st_size:,} bytes)\n"
        f"{side} x {side} grid pixels as shown, with loss: {coded:,} bytes, {8 * coded / side**2:.2f} bits "
        "per grid pixel"
    )
    bright = result.mask & ~missing
    figure = draw(measured, missing, bright, result.restored, verdict, title)
    save_figure(figure, [outputs["png"], outputs["svg"]])
    print(f"{Path(frame).name}: {verdict.sentence}")


if __name__ == "__main__":
    with stage(snakemake):
        restore(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
