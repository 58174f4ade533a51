"""Restore simulated measurements of exact patterns by the network and by every reference."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace
from latentlab.studies.gisaxs.restoration.evaluation import Method, evaluate, examples
from latentlab.studies.gisaxs.restoration.evaluation_file import write_evaluation, write_summary
from latentlab.studies.gisaxs.restoration.exact_patterns import exact_patterns, mean_pattern, specular_row
from latentlab.studies.gisaxs.restoration.methods import FIT, MEAN, METHODS, MULTI_SCALE, NETWORK
from latentlab.studies.gisaxs.restoration.model_answers import FittedPattern, MeanImage, MultiScale
from latentlab.studies.gisaxs.restoration.references import frame_references
from latentlab.studies.gisaxs.restoration.restorer import load_restorer
from latentlab.studies.gisaxs.restoration.summary import summaries


def evaluate_restoration(
    outputs: Sequence[Path | str],
    restorer: Path | str,
    space: Path | str,
    continuous: Path | str,
    methods: Sequence[str],
    settings: Mapping[str, Any],
    sizes: Mapping[str, int],
    experiment: Mapping[str, Any],
    crop: int,
    code: str = "",
) -> None:
    """Write every method's errors at every photon budget, and a summary per method.

    Parameters
    ----------
    outputs : artifacts to write: one with all values, then one per method with its medians, as `methods`.
    restorer, space, continuous : artifacts: the trained network, the parameter space, exact test patterns.
    settings : config/gisaxs.yaml, restoration. sizes : the scale's restoration: `side`, `test`, `slow_test`.
    experiment : config/gisaxs.yaml, experiment. crop : side of the test patterns, px.
    code : digest of the library files that determine the result; recorded.
    """
    patterns = exact_patterns(continuous, sizes["test"], sizes["side"])
    beam_row = specular_row(experiment, crop, sizes["side"])
    network = load_restorer(restorer)
    found = evaluate(
        network,
        reference_methods(PatternSpace(space), sizes["side"], beam_row, settings),
        patterns,
        settings["budgets"],
        settings,
        beam_row=beam_row,
        slow_patterns=sizes["slow_test"],
        progress=lambda numbers: tqdm(numbers, desc="patterns"),
    )
    shown = examples(network, patterns[0], settings["shown_budgets"], settings, beam_row)
    provenance = {
        "rule": "gisaxs_evaluate_restoration",
        "record": {"settings": dict(settings), "sizes": dict(sizes), "crop": crop},
        "inputs": [restorer, space, continuous],
        "code": code,
    }
    write_evaluation(outputs[0], found, shown, **provenance)
    medians = summaries(found)
    for method, path in zip(methods, outputs[1:], strict=True):
        write_summary(path, medians[method], **provenance)


def reference_methods(
    space: PatternSpace, side: int, beam_row: float, settings: Mapping[str, Any]
) -> dict[str, Method]:
    """The methods that the network is compared with, in the order of `methods.METHODS`."""
    known: dict[str, Method] = {
        **frame_references(0.0, beam_row),
        MULTI_SCALE: MultiScale(),
        FIT: FittedPattern(space, beam_row),
        MEAN: MeanImage(mean_pattern(space, settings["mean_of"], side, settings["seed"])),
    }
    return {name: known[name] for name in METHODS if name != NETWORK}


if __name__ == "__main__":
    with stage(snakemake):
        evaluate_restoration(outputs=list(snakemake.output), **snakemake.input, **snakemake.params)
