"""Train one image denoiser, restore the noisy test patterns and examples with it, and measure them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.denoising.image_training import log_intensity, restore, train_denoiser
from latentlab.studies.gisaxs.denoising.restored_file import write_restored
from latentlab.studies.gisaxs.patterns import StoredPatterns
from latentlab.training.trained_file import write_trained


def train(
    outputs: Mapping[str, Path | str],
    data: Path | str,
    examples: Path | str,
    record: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
    workers: int = 0,
) -> None:
    """Write the network's weights and what it restores.

    Parameters
    ----------
    outputs : artifacts to write, "weights" and "evaluation".
    data : the small set. examples : their own artifact.
    record, device, workers : see `studies.gisaxs.denoising.image_training.train_denoiser`.
    code : digest of the library files that determine the result; recorded.
    """
    known = StoredPatterns(data, "train")
    denoiser, history = train_denoiser(record, known, device=device, workers=workers)
    provenance = {"rule": "gisaxs_train_denoiser", "code": code}
    write_trained(
        outputs["weights"],
        denoiser.state_dict(),
        record,
        history,
        kind="denoiser",
        inputs=[data],
        **provenance,
    )
    transform = log_intensity(known)
    sets = {"test": StoredPatterns(data, "test"), "examples": StoredPatterns(examples, "examples")}
    write_restored(
        outputs["evaluation"],
        {name: restore(denoiser, record, transform, patterns) for name, patterns in sets.items()},
        record,
        gaps=known.gaps,
        more={"parameters": sum(parameter.numel() for parameter in denoiser.parameters())},
        inputs=[outputs["weights"], data, examples],
        **provenance,
    )


if __name__ == "__main__":
    with stage(snakemake):
        train(
            outputs=dict(snakemake.output.items()),
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            workers=snakemake.config["workers"],
            **snakemake.input,
            **snakemake.params,
        )
