"""Train the transition between the latents of two codecs, restore noisy patterns through it, measure them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.compression.codec_file import load_codec
from latentlab.studies.gisaxs.denoising.restored_file import write_restored
from latentlab.studies.gisaxs.denoising.transition import carry_over, train_transition
from latentlab.studies.gisaxs.patterns import StoredPatterns
from latentlab.training.trained_file import write_trained


def train(
    outputs: Mapping[str, Path | str],
    encoder: Path | str,
    decoder: Path | str,
    data: Path | str,
    examples: Path | str,
    record: Mapping[str, Any],
    code: str = "",
    device: str = "auto",
) -> None:
    """Write the transition's weights and what it restores.

    Parameters
    ----------
    outputs : artifacts to write, "weights" and "evaluation".
    encoder, decoder : codecs of noisy patterns with gaps, and of clean ones; both of the small set.
    data : the small set. examples : their own artifact.
    record, device : see `studies.gisaxs.denoising.transition.train_transition`.
    code : digest of the library files that determine the result; recorded.
    """
    known = StoredPatterns(data, "train")
    codecs = load_codec(encoder), load_codec(decoder)
    transition, history = train_transition(record, *codecs, known, device=device)
    provenance = {"rule": "gisaxs_train_transition", "code": code}
    inputs = [encoder, decoder, data]
    write_trained(
        outputs["weights"],
        transition.state_dict(),
        record,
        history,
        kind="transition",
        inputs=inputs,
        **provenance,
    )
    sets = {"test": StoredPatterns(data, "test"), "examples": StoredPatterns(examples, "examples")}
    write_restored(
        outputs["evaluation"],
        {name: carry_over(transition, *codecs, patterns) for name, patterns in sets.items()},
        record,
        gaps=known.gaps,
        more={"parameters": sum(parameter.numel() for parameter in transition.parameters())},
        inputs=[outputs["weights"], *inputs, examples],
        **provenance,
    )


if __name__ == "__main__":
    with stage(snakemake):
        train(
            outputs=dict(snakemake.output.items()),
            # from the config, not params: where a training runs does not change its result
            device=snakemake.config["device"],
            **snakemake.input,
            **snakemake.params,
        )
