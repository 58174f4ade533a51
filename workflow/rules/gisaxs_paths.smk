# Paths of the GISAXS study, and the input files of each job.
from latentlab.codecs.shapes import denoiser_parameters
from latentlab.studies.gisaxs.shown_patterns import shown_patterns

GISAXS, SCALE, RUNS = STUDIES["gisaxs"], SCALES["gisaxs"], RECORDS["gisaxs"]
G = f"{RESULTS}/gisaxs"
LOGS = f"{G}/logs"
FACTORS = ("form_factors", "structure_factors")
# one library for trainings, one only for figures: a new figure must not cause a new training
LIBRARIES = {name: f"{G}/factor_libraries/data/{name}.h5" for name in FACTORS}
SHOWN_LIBRARIES = {name: f"{G}/factor_libraries/figures/{name}.h5" for name in FACTORS}
DATASETS = {name: f"{G}/datasets/{name}.h5" for name in ("small", "large")}
EXAMPLES = f"{G}/datasets/examples.h5"
SPACE = f"{G}/datasets/space.h5"
CONTINUOUS = f"{G}/datasets/continuous.h5"
CONTINUOUS_FACTORS = f"{G}/datasets/continuous_factors.h5"
SEPARATION = f"{G}/clustering/separation.h5"
REGRESSOR = f"{G}/regression/regressor.h5"
REGRESSION = f"{G}/regression/evaluation.h5"
SEPARATED = {
    name: f"{G}/clustering/separated_latents{end}.h5"
    for name, end in (("clean", ""), ("counted", "_counted"))
}
GISAXS_MEASURED = {
    **{pattern: f"{G}/features/{pattern}.h5" for pattern in GISAXS["patterns"]},
    **{name: f"{G}/baselines/{name}.h5" for name in GISAXS["baselines"]},
}
TEST_SETS = ("small", "space", "counted")
# Filled in by the rules of the study's parts, gisaxs_<part>.smk:
GISAXS_PARTS = {}  # inputs of a table or figure by its source or kind: its entry -> {name: path}
GISAXS_KEPT = []  # files to keep, in addition to tables and figures
TWO_FACTOR = [f"{G}/two_factor/{dimensions}.h5" for dimensions in GISAXS["two_factor_codec"]["dimensions"]]
LIBRARY_PARAMS = {
    "experiment": GISAXS["experiment"],
    "library": lambda wildcards: "singles" if wildcards.purpose == "figures" else SCALE["library"],
    "singles": lambda wildcards: shown_patterns(GISAXS) if wildcards.purpose == "figures" else [],
    "large": SCALE["large_patterns"],
}


def libraries_of(dataset):
    """The large data set is an index into the libraries; the small one stores its patterns."""
    return list(LIBRARIES.values()) if dataset == "large" else []


TRAINED_COPIES = 4  # of each weight in a training: the weight, its gradient and Adam's two moments
READ_COPIES = 3  # in an evaluation: as read, in the model, and while the model's id is computed


def denoiser_mb(run, copies):
    """MB of `copies` float32 of each weight of a run's denoisers: 2 x 1.07 GB for one copy at y, scale paper."""
    record = RUNS[run]
    keys = ("channels", "side", "denoiser", "denoiser_width", "denoiser_depth")
    return copies * 4 * denoiser_parameters(*(record[key] for key in keys)) // 10**6


def compared_runs(wildcards):
    """The trained codecs code only the small set."""
    return GISAXS["codec_comparison"]["runs"] if wildcards.test_set == "small" else []


def gisaxs_artifacts(entry):
    """Inputs of a table or figure in addition to evaluations, by name."""
    match entry.get("source", entry.get("kind")):
        case "parameters" | "experiment":
            return LIBRARIES
        case "factors" | "series":
            return SHOWN_LIBRARIES
        case "dataset":
            return {"small": DATASETS["small"]}
        case "examples":
            return {"examples": EXAMPLES}
        case "reconstructions":
            return {"examples": EXAMPLES, **baselines_of("gisaxs", entry["runs"])}
        case "history" | "scales":
            return baselines_of("gisaxs", entry["runs"])
        case "codec-comparison":
            test_set = entry["test_set"]
            compared = {"comparison": f"{G}/codec_comparison/{test_set}.h5"}
            if "kind" in entry and test_set in GISAXS["baselines"]:
                compared[test_set] = GISAXS_MEASURED[test_set]
            return compared
        case part if part in GISAXS_PARTS:
            return GISAXS_PARTS[part](entry)
    return {}


def gisaxs_targets():
    """All files to keep, not only the last ones: a deleted file is made again, and all that depends on it."""
    return [
        *LIBRARIES.values(),
        *SHOWN_LIBRARIES.values(),
        *DATASETS.values(),
        EXAMPLES,
        f"{G}/datasets/gaps.h5",
        SPACE,
        *TWO_FACTOR,
        *(f"{G}/codec_comparison/{test_set}.h5" for test_set in TEST_SETS),
        *GISAXS_MEASURED.values(),
        *GISAXS_KEPT,
        *(f"{G}/runs/{run}/{name}.h5" for run in RUNS for name in ("codec", "evaluation")),
    ]


ARTIFACTS["gisaxs"], MEASURED["gisaxs"], TARGETS["gisaxs"] = gisaxs_artifacts, GISAXS_MEASURED, gisaxs_targets
