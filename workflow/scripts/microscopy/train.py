"""Train one run's model and measure it on the test split, in one job: imports cost more than measuring."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.pipeline.study_functions import study_function
from latentlab.studies.microscopy.evaluation_file import write_evaluation
from latentlab.studies.microscopy.model import train_model
from latentlab.studies.microscopy.set_file import read_set


def train(
    outputs: Mapping[str, Path | str],
    data: Path | str,
    record: Mapping[str, Any],
    function: str,
    code: str = "",
    device: str = "auto",
) -> None:
    """Write the trained model and its evaluation.

    Parameters
    ----------
    outputs : artifacts to write, "vae" and "evaluation". data : the set.
    record, device : see `studies.microscopy.model.train_model`.
    function : what measures the model, "part.module.function".
    code : digest of the library files that determine the result; recorded.
    """
    train_split, test = read_set(data, "train"), read_set(data, "test")
    model, history = train_model(record, train_split, device=device)
    provenance = {"rule": "microscopy_train", "record": record, "code": code}
    model.save(outputs["vae"], inputs=[data], **provenance)
    summary, arrays = study_function("microscopy", function)(model, train_split, test, record, data)
    arrays |= {f"history/{name}": [row[name] for row in history] for name in history[0]}
    write_evaluation(outputs["evaluation"], summary, arrays, **provenance, inputs=[outputs["vae"], data])


if __name__ == "__main__":
    with stage(snakemake):
        train(
            outputs=dict(snakemake.output.items()),
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            **snakemake.input,
            **snakemake.params,
        )
