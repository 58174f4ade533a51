"""Draw one figure of the lines study."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.pipeline.tables import read_document
from latentlab.studies.lines.figures.kinds import FIGURES, FigureInputs


def figure(
    outputs: Sequence[Path | str],
    evaluations: Sequence[Path | str],
    sets: Sequence[Path | str],
    document: Sequence[Path | str],
    spec: Mapping[str, Any],
    runs: Sequence[str],
    code: Sequence[Path | str] = (),
) -> None:
    """Draw a figure and save it as PNG and SVG.

    Parameters
    ----------
    outputs : PNG and SVG. evaluations : of `runs`, in their order.
    sets : the sets' own artifacts for the figure of sets, else their baselines; each names its set.
    document : the document's values, or none. spec : the figure's entry in config/lines.yaml.
    """
    inputs = FigureInputs(
        evaluations=dict(zip(runs, evaluations, strict=True)),
        sets={Path(path).stem: path for path in sets},
        document=read_document(document[0]) if document else None,
    )
    save_figure(FIGURES[spec["kind"]](inputs, spec), outputs)


if __name__ == "__main__":
    with stage(snakemake):
        figure(outputs=list(snakemake.output), **snakemake.input, **snakemake.params)
