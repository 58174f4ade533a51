"""Train the LSRAE on latents, with every seed: on all patterns, and without the held-out distance."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.clusters_file import LSRAE_KIND
from latentlab.studies.gisaxs.clustering.evaluation import over_seeds
from latentlab.studies.gisaxs.clustering.latents import read_latents
from latentlab.studies.gisaxs.clustering.lsrae import Lsrae, LsraeSettings, train_lsrae


def lsrae(
    output: Path | str,
    latents: Path | str,
    settings: Mapping[str, Any],
    epochs: int,
    seeds: Sequence[int],
    dataset: str = "latents",
    code: str = "",
) -> None:
    """Write the latents of the LSRAE of all patterns, by fit and seed, and the losses of table 4.16.

    The label of a pattern is its index among those that the LSRAE is trained on, as in the thesis (4.2.1).

    Parameters
    ----------
    output : artifact to write. latents : its input. settings : keys of
        `studies.gisaxs.clustering.lsrae.LsraeSettings` but the epochs. epochs : of each training.
    seeds : of the weights. dataset : of the vectors in `latents`. code : digest of the
        library files; recorded.
    """
    given = read_latents(latents, dataset)
    how = LsraeSettings(epochs=epochs, **settings)
    spread = float(np.mean(np.var(given.vectors, axis=0)))

    def trained(vectors: np.ndarray, seed: int) -> Lsrae:
        return train_lsrae(vectors, np.arange(len(vectors)), len(vectors), how, seed)

    codes: dict[str, list[np.ndarray]] = {"all": [], "held_out": []}
    rows = []
    for seed in seeds:
        model = trained(given.vectors, seed)
        measured = model.measured(given.vectors, np.arange(len(given.vectors)), how)
        rows.append({**measured, "relative_mse": measured["mse"] / spread if spread else 0.0})
        codes["all"].append(model.latents(given.vectors))
        codes["held_out"].append(trained(given.vectors[~given.test], seed).latents(given.vectors))
    record = {**settings, "epochs": epochs, "seeds": list(seeds)}
    provenance = {"rule": "gisaxs_lsrae", "record": record, "inputs": [latents], "code": code}
    with write_artifact(output, kind=LSRAE_KIND, **provenance, summary=over_seeds(rows, "_lsrae")) as file:
        for fit, vectors in codes.items():
            file[fit] = np.stack(vectors)


if __name__ == "__main__":
    with stage(snakemake):
        lsrae(output=snakemake.output[0], **snakemake.input, **snakemake.params)
