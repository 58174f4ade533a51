"""Train an ensemble of joint VAEs that differ in their seed alone; measure its mean and its dispersion."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import trange

from latentlab.pipeline.stage import stage
from latentlab.studies.microscopy.digits.ensemble import in_order, matched_classes, measure
from latentlab.studies.microscopy.evaluation_file import write_evaluation
from latentlab.studies.microscopy.model import train_model
from latentlab.studies.microscopy.set_file import read_set


def ensemble(
    output: Path | str,
    data: Path | str,
    record: Mapping[str, Any],
    members: int,
    epochs: int,
    code: str = "",
    device: str = "auto",
) -> None:
    """Write what the ensemble's members say of the test images, and how far they agree.

    Parameters
    ----------
    output : artifact to write. data : the set. record : the run whose model and training the members have.
    members : how many; their seeds are the record's and the following ones. epochs : of each, in place of the
        record's. device : see `studies.microscopy.model.train_model`.
    code : digest of the library files that determine the result; recorded.
    """
    train, test = read_set(data, "train"), read_set(data, "test")
    seen, unseen, drawn = [], [], []
    for member in trange(members, desc="members"):
        own = {**record, "seed": record["seed"] + member, "epochs": epochs}
        model, _ = train_model(own, train, device=device, progress=False)
        seen.append(model.encode(train.images).classes)
        unseen.append(model.encode(test.images).classes)
        origin = np.zeros((record["classes"], record["latent"]), dtype=np.float32)
        drawn.append(model.decode(origin, classes=np.arange(record["classes"]))[:, 0])
    order = matched_classes(np.stack(seen))
    summary, arrays = measure(in_order(np.stack(unseen), order), test.factors["class"], record["seed"])
    arrays["drawn"] = np.stack([images[place] for images, place in zip(drawn, order, strict=True)])
    whole = {**record, "members": members, "epochs": epochs}
    provenance = {"rule": "microscopy_digits_ensemble", "record": whole, "code": code}
    write_evaluation(output, summary, arrays, **provenance, inputs=[data])


if __name__ == "__main__":
    with stage(snakemake):
        ensemble(
            output=snakemake.output[0],
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            **snakemake.input,
            **snakemake.params,
        )
