"""Classify the parameters of latents with the LSRAE (thesis, 4.3.3, table 4.20)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.classification import classify as measure
from latentlab.studies.gisaxs.clustering.evaluation import over_seeds
from latentlab.studies.gisaxs.clustering.latents import read_latents
from latentlab.studies.gisaxs.clustering.lsrae import SOFTMAX_BCE, LsraeSettings


def classify(
    output: Path | str,
    latents: Path | str,
    title: str,
    targets: Sequence[str],
    settings: Mapping[str, Any],
    epochs: int,
    seeds: Sequence[int],
    dataset: str = "latents",
    code: str = "",
) -> None:
    """Write the losses and accuracies as metrics <metric>_<target>.

    Parameters
    ----------
    output : artifact to write. title : of the input, for tables. latents : its input. targets : of
        `studies.gisaxs.clustering.classification`.
    settings : as of the LSRAE; its label loss here is that of softmax and BCE, as in the thesis.
    epochs : of each training. seeds : of the weights. dataset : of the vectors in
        `latents`. code : digest; recorded.
    """
    given = read_latents(latents, dataset)
    how = LsraeSettings(epochs=epochs, label_loss=SOFTMAX_BCE, **settings)
    summary = {}
    for target in targets:
        rows = [measure(given.vectors, given.parameters, given.test, target, how, seed) for seed in seeds]
        summary |= over_seeds(rows, f"_{target}")
    record = {"title": title, **settings, "targets": list(targets), "epochs": epochs, "seeds": list(seeds)}
    provenance = {"rule": "gisaxs_classify", "record": record, "inputs": [latents], "code": code}
    with write_artifact(output, kind="classification", **provenance, summary=summary):
        pass  # the metrics are all that it holds


if __name__ == "__main__":
    with stage(snakemake):
        classify(output=snakemake.output[0], **snakemake.input, **snakemake.params)
