"""Code detector frames losslessly with every codec: bits per pixel and speed."""

from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.codec_comparison.comparison_file import write_comparison
from latentlab.studies.gisaxs.codec_comparison.frames import whole_frame
from latentlab.studies.gisaxs.codec_comparison.lossless import lossless_codecs
from latentlab.studies.gisaxs.codec_comparison.measure import run_lossless


def compare_on_frames(
    output: Path | str,
    frames: Sequence[Path | str],
    dataset: str | None,
    index: int,
    code: str = "",
) -> None:
    """Write bits per pixel and MB/s of every lossless codec for each frame, masked pixels included.

    Parameters
    ----------
    output : artifact to write. frames : detector images of integer counts.
    dataset, index : where in an HDF5 file the image is.
    code : digest of the library files that determine the result; recorded.
    """
    rows = []
    for path in frames:
        frame = whole_frame(path, dataset, index)
        name = Path(path).name
        rows += run_lossless(lossless_codecs(), frame[None], name, progress=lambda x, n=name: tqdm(x, desc=n))
    record = {"frames": [Path(path).name for path in frames], "dataset": dataset, "index": index}
    provenance = {"rule": "gisaxs_compare_on_frames", "inputs": frames, "code": code}
    write_comparison(output, lossless=rows, record=record, **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        compare_on_frames(output=snakemake.output[0], **snakemake.input, **snakemake.params)
