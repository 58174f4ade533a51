"""Draw one figure of a study."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.stage import stage
from latentlab.pipeline.study_functions import study_function


def figure(
    outputs: Sequence[Path | str],
    evaluations: Sequence[Path | str],
    artifacts: Sequence[Path | str],
    document: Sequence[Path | str],
    study: str,
    function: str,
    spec: Mapping[str, Any],
    runs: Sequence[str],
    names: Sequence[str],
    code: str = "",
) -> None:
    """Draw a figure and save it as PNG and SVG.

    Parameters
    ----------
    outputs : PNG and SVG. evaluations : of `runs`, in their order. artifacts : called `names`.
    document : the document's values, or none. study, function : what draws the figure, "module.function".
    spec : the figure's entry in config/<study>.yaml. code : digest of the library files; unused.
    """
    inputs = Inputs.of(
        runs=runs, evaluations=evaluations, names=names, artifacts=artifacts, document=document
    )
    save_figure(study_function(study, function)(inputs, spec), outputs)


if __name__ == "__main__":
    with stage(snakemake):
        figure(outputs=list(snakemake.output), **snakemake.input, **snakemake.params)
