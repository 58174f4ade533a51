"""Train semi-supervised VAEs with several numbers of labels, beside rivals that know the same labels."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.pipeline.stage import stage
from latentlab.studies.microscopy.digits.components import as_rows
from latentlab.studies.microscopy.digits.few_labels import rival_accuracies, summary_of
from latentlab.studies.microscopy.digits.titles import RIVALS
from latentlab.studies.microscopy.evaluation_file import write_evaluation
from latentlab.studies.microscopy.given import labels_of
from latentlab.studies.microscopy.model import train_model
from latentlab.studies.microscopy.set_file import read_set


def few_labels(
    output: Path | str,
    data: Path | str,
    record: Mapping[str, Any],
    counts: Sequence[int],
    seeds: Sequence[int],
    code: str = "",
    device: str = "auto",
) -> None:
    """Write the share of test images that each method recognises, by number of labels and seed.

    Parameters
    ----------
    output : artifact to write. data : the set. record : the run whose model and training is used.
    counts : numbers of labels. seeds : of the choice of labels and of the training.
    device : see `studies.microscopy.model.train_model`.
    code : digest of the library files that determine the result; recorded.
    """
    train, test = read_set(data, "train"), read_set(data, "test")
    truth = test.factors["class"]
    accuracy = np.empty((1 + len(RIVALS), len(counts), len(seeds)))
    for place in tqdm(np.ndindex(len(counts), len(seeds)), total=len(counts) * len(seeds), desc="trainings"):
        own = {**record, "labelled": counts[place[0]], "seed": seeds[place[1]]}
        model, _ = train_model(own, train, device=device, progress=False)
        found = np.asarray(model.encode(test.images).classes).argmax(axis=1)
        labels = labels_of(own, train)
        rivals = rival_accuracies(as_rows(train.images), labels, as_rows(test.images), truth)
        accuracy[:, *place] = [100 * (found == truth).mean(), *(rivals[name] for name in RIVALS)]
    arrays = {"counts": np.array(counts), "accuracy": accuracy, "images": np.array(len(train))}
    whole = {**record, "counts": list(counts), "seeds": list(seeds)}
    provenance = {"rule": "microscopy_digits_labels", "record": whole, "code": code}
    write_evaluation(output, summary_of(accuracy, counts), arrays, **provenance, inputs=[data])


if __name__ == "__main__":
    with stage(snakemake):
        few_labels(
            output=snakemake.output[0],
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            **snakemake.input,
            **snakemake.params,
        )
