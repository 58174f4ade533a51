"""Train a dual VAE of particles with several seeds, and measure it on the test particles."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.microscopy.evaluation_file import write_evaluation
from latentlab.studies.microscopy.plasmonics.dual import measure_dual, over_seeds, train_dual
from latentlab.studies.microscopy.set_file import read_set


def dual(
    outputs: Mapping[str, Path | str], data: Path | str, record: Mapping[str, Any], code: str = ""
) -> None:
    """Write the model of the first seed, and the evaluation of all: means with intervals.

    Parameters
    ----------
    outputs : artifacts to write, "vae" and "evaluation". data : the set of particles.
    record : the dual VAE's entry in config/microscopy.yaml; see `plasmonics.dual.train_dual`, and `seeds`.
    code : digest of the library files that determine the result; recorded.
    """
    train, test = read_set(data, "train"), read_set(data, "test")
    summaries, arrays = [], {}
    provenance = {"rule": "microscopy_dual", "record": record, "inputs": [data], "code": code}
    for seed in record["seeds"]:
        model = train_dual(record, seed, train)
        summary, found = measure_dual(model, train, test, seed)
        print(f"seed {seed}:", {name: round(value, 4) for name, value in sorted(summary.items())})
        if not summaries:
            arrays = found
            model.save(outputs["vae"], **provenance)
        summaries.append(summary)
    write_evaluation(outputs["evaluation"], over_seeds(summaries), arrays, **provenance)


if __name__ == "__main__":
    with stage(snakemake):
        dual(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
