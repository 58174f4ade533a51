# Files of the denoising beside that inside the codec, and the inputs of its tables and figures.
from latentlab.studies.gisaxs.denoising.settings import (
    TEST_INPUT,
    network_records,
    noisy_input,
    transition_records,
)

DENOISERS = network_records(GISAXS, SCALE)
TRANSITIONS = transition_records(GISAXS, SCALE)  # those whose codecs this scale trains
DENOISED = {name: f"{G}/denoising/{name}/evaluation.h5" for name in [*DENOISERS, *TRANSITIONS]}
GISAXS_MEASURED |= {**DENOISED, TEST_INPUT: f"{G}/denoising/references.h5"}
GISAXS_KEPT += [f"{G}/denoising/{name}/weights.h5" for name in DENOISED]


def denoised_of(entry):
    """Inputs of a table or figure of denoisers; those that this scale does not have are left out."""
    shown = {name: DENOISED[name] for name in entry["restored"] if name in DENOISED}
    others = [TEST_INPUT] if "source" in entry else []
    examples = {"examples": EXAMPLES} if "kind" in entry else {}
    return {**shown, **examples, **{name: GISAXS_MEASURED[name] for name in [*others, "small"]}}


GISAXS_PARTS |= {"denoisers": denoised_of, "restored-patterns": denoised_of}


def transition_mb(name):
    """MB of a training's copies of a transition's weights: as wide as a denoiser at y_hat."""
    entry, codec = TRANSITIONS[name], RUNS[TRANSITIONS[name]["encoder"]]
    weights = denoiser_parameters(codec["channels"], codec["side"], ["y_hat"], entry["width"], entry["depth"])
    return TRAINED_COPIES * 4 * weights // 10**6
