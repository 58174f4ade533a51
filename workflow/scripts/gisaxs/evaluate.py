"""Code a run's test patterns to real bytes, decode them and measure the result."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.compression.codec_file import load_codec
from latentlab.studies.gisaxs.compression.evaluation import evaluate_codec, summary
from latentlab.studies.gisaxs.compression.evaluation_file import write_split
from latentlab.studies.gisaxs.parameter_space.fit import ParameterFit
from latentlab.studies.gisaxs.parameter_space.fit_errors import fit_errors
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.patterns import StoredPatterns, open_patterns


def evaluate(
    output: Path | str,
    codec: Path | str,
    data: Path | str,
    libraries: Sequence[Path | str],
    examples: Path | str,
    space: Path | str,
    code: str = "",
) -> None:
    """Write metrics, bitstreams and restored patterns of the test set and of the examples.

    Parameters
    ----------
    output : artifact to write. codec : the run's codec.
    data : the run's data set, and the `libraries` that it indexes, if it does.
    examples : their own artifact. space : the parameter space, for the fits.
    code : digest of the library files that determine the result; recorded.
    """
    trained = load_codec(codec)
    test = open_patterns(data, "test", tuple(libraries) or None)
    results = {
        "test": evaluate_codec(trained, test, lambda images: tqdm(images, desc="test")),
        "examples": evaluate_codec(
            trained, StoredPatterns(examples, "examples"), lambda images: tqdm(images, desc="examples")
        ),
    }
    fit = ParameterFit(PatternSpace(space))
    errors = fit_errors(fit, results["test"].restored[:, 0].numpy(), test.parameters)
    with write_artifact(
        output,
        kind="evaluation",
        rule="gisaxs_evaluate",
        record=trained.record,
        inputs=[codec, data, *libraries, examples, space],
        code=code,
        summary={**summary(trained, results["test"]), **errors},
    ) as file:
        file.attrs["model_id"] = trained.model_id.hex()
        file["gaps"] = test.gaps.numpy()
        for split, result in results.items():
            write_split(file, split, result)
        history = file.create_group("history")
        for name in trained.history[0]:
            history[name] = np.array([row[name] for row in trained.history])


if __name__ == "__main__":
    with stage(snakemake):
        evaluate(output=snakemake.output[0], **snakemake.input, **snakemake.params)
