"""Describe the patches of a set by linear components and clusters, and judge these as the models are."""

from pathlib import Path

from latentlab.pipeline.stage import stage
from latentlab.studies.microscopy.atoms.components import decompose
from latentlab.studies.microscopy.evaluation_file import write_evaluation
from latentlab.studies.microscopy.set_file import read_set


def components(output: Path | str, data: Path | str, seed: int, code: str = "") -> None:
    """Write components, maps and scores of a set.

    Parameters
    ----------
    output : artifact to write. data : the set. seed : of the methods.
    code : digest of the library files that determine the result; recorded.
    """
    summary, arrays = decompose(read_set(data, "train"), read_set(data, "test"), data, seed)
    provenance = {"rule": "microscopy_atoms_components", "record": {"seed": seed}, "code": code}
    write_evaluation(output, summary, arrays, **provenance, inputs=[data])


if __name__ == "__main__":
    with stage(snakemake):
        components(output=snakemake.output[0], **snakemake.input, **snakemake.params)
