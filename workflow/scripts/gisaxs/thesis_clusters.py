"""Measure the thesis's own clusters, from its table 4.19: are they random?"""

from pathlib import Path

from latentlab.pipeline.stage import stage
from latentlab.pipeline.tables.side_by_side import read_document
from latentlab.studies.gisaxs.clustering.clusters_file import Clusters, MethodClusters, write_clusters
from latentlab.studies.gisaxs.clustering.evaluation import measure_clusters
from latentlab.studies.gisaxs.clustering.thesis_clusters import completed_labels, read_clusters
from latentlab.studies.gisaxs.simulation import COLUMNS, small_set

METHOD = "table-4-19"
SEED = 0  # of the permutations


def thesis_clusters(output: Path | str, document: Path | str, permutations: int, code: str = "") -> None:
    """Write the scores of the patterns that were read, and, as <score>_completed, of all patterns.

    Parameters
    ----------
    output : artifact to write. document : table 4.19 as transcribed. permutations : shuffles of each test.
    code : digest of the library files that determine the result; recorded.
    """
    transcribed, table = read_document(document), small_set()
    parameters = table[COLUMNS].to_numpy()
    labels, read = completed_labels(read_clusters(transcribed, str(document)), parameters)
    summary = {"entries": float(len(transcribed)), "patterns_read": float(read.sum())}
    summary |= measure_clusters(labels[read], parameters[read], permutations, SEED)
    completed = measure_clusters(labels, parameters, permutations, SEED)
    summary |= {f"{name}_completed": value for name, value in completed.items()}
    test = (table["split"] == "test").to_numpy()
    write_clusters(
        output,
        Clusters(parameters, test, {METHOD: MethodClusters({"all": labels[None]}, {"read": read[None]})}),
        rule="gisaxs_thesis_clusters",
        record={"permutations": permutations, "seed": SEED},
        inputs=[document],
        code=code,
        summary=summary,
    )


if __name__ == "__main__":
    with stage(snakemake):
        thesis_clusters(output=snakemake.output[0], **snakemake.input, **snakemake.params)
