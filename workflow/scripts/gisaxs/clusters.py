"""Make the clusters of one input by every method and seed, and compare them with the parameters."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.artifacts import read_summary
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.clusters_file import (
    FITS,
    LSRAE_KIND,
    Clusters,
    MethodClusters,
    read_lsrae,
    write_clusters,
)
from latentlab.studies.gisaxs.clustering.evaluation import measure_clusters, measure_held_out, over_seeds
from latentlab.studies.gisaxs.clustering.latents import LatentSet, read_latents
from latentlab.studies.gisaxs.clustering.methods import History, clusters_by
from latentlab.studies.gisaxs.clustering.metric_names import of_method


def clusters(
    output: Path | str,
    latents: Path | str,
    title: str,
    lsrae: Sequence[Path | str],
    methods: Mapping[str, Mapping[str, Any]],
    epochs: Mapping[str, int],
    seeds: Sequence[int],
    permutations: int,
    dataset: str = "latents",
    code: str = "",
) -> None:
    """Write the labels of every method, by fit and seed, and their scores as metrics <score>_<method>.

    Parameters
    ----------
    output : artifact to write. title : of the input, for tables. latents : what is clustered. lsrae : the
        LSRAE of these latents, whose own latents the k-sparse autoencoders get then, or nothing.
    methods : by name, as in config/gisaxs.yaml. epochs : by kind of method. seeds : of weights and starts.
    permutations : shuffles of each test. dataset : of the vectors in `latents`. code :
        digest of the library files; recorded.
    """
    given = read_latents(latents, dataset)
    sparse = {fit: [given.scaled] * len(seeds) for fit in FITS}
    summary = _summary_of(given)
    for path in lsrae:
        sparse = {fit: list(vectors) for fit, vectors in read_lsrae(path).items()}
        summary |= read_summary(path, LSRAE_KIND)
    found = {}
    for name, how in tqdm(methods.items(), desc="methods"):
        labels: dict[str, list[np.ndarray]] = {fit: [] for fit in FITS}
        histories, rows = [], []
        for place, seed in enumerate(seeds):
            row, history = {}, None
            for fit, fitted in zip(FITS, (np.ones(len(given.test), dtype=bool), ~given.test), strict=True):
                vectors = sparse[fit][place] if how["kind"] == "k-sparse" else given.scaled
                made, grown = clusters_by(how, vectors, fitted, epochs, seed)
                labels[fit].append(made)
                if fit == "all":
                    row |= measure_clusters(made, given.parameters, permutations, seed)
                    history = grown
                    row |= _trained(grown, vectors)
                else:
                    row |= measure_held_out(made[given.test], given.parameters[given.test])
            rows.append(row)
            histories.append(history)
        summary |= over_seeds(rows, of_method("", name))
        columns = histories[0] or {}
        found[name] = MethodClusters(
            {fit: np.stack(made) for fit, made in labels.items()},
            {column: np.stack([history[column] for history in histories]) for column in columns},
        )
    record = {
        "title": title,
        "methods": methods,
        "epochs": dict(epochs),
        "seeds": list(seeds),
        "permutations": permutations,
    }
    write_clusters(
        output,
        Clusters(given.parameters, given.test, found),
        rule="gisaxs_clusters",
        record=record,
        inputs=[latents, *lsrae],
        code=code,
        summary=summary,
    )


def _summary_of(given: LatentSet) -> dict[str, float]:
    """How much the input can tell: vectors that differ, numbers that are not the same in all patterns."""
    return {
        "distinct_vectors": float(len(np.unique(given.vectors, axis=0))),
        "varying_numbers": float(np.sum(np.ptp(given.vectors, axis=0) > 0)),
    }


def _trained(history: History, vectors: np.ndarray) -> dict[str, float]:
    """Losses at the end of a k-sparse training; `relative_loss` is 1 for the mean vector."""
    if not history:
        return {}
    spread = float(np.mean(np.var(vectors, axis=0)))
    return {
        "train_loss": float(history["train_loss"][-1]),
        "val_loss": float(history["val_loss"][-1]),
        "relative_loss": float(history["val_loss"][-1]) / spread if spread else 0.0,
        "learning_rate_end": float(history["learning_rate"][-1]),
    }


if __name__ == "__main__":
    with stage(snakemake):
        clusters(output=snakemake.output[0], **snakemake.input, **snakemake.params)
