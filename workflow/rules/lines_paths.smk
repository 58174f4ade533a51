# Paths of the lines study, and the input files of each job.
from latentlab.microstructures.micrograph_file import SUFFIXES as MICROGRAPH_SUFFIXES
from latentlab.microstructures.micrographs import LEAST_TILES
from latentlab.pipeline.user_files import user_files
from latentlab.pipeline.user_images import check_micrographs
from latentlab.studies.lines.own_runs import OWN
from latentlab.studies.lines.shares import least_images

LINES, LINES_SCALE, LINES_RUNS = STUDIES["lines"], SCALES["lines"], RECORDS["lines"]
L = f"{RESULTS}/lines"
LINES_LOGS = f"{L}/logs"
# sets for training are large; sets that are only shown, small
TRAINED_SETS = LINES["trained_sets"]
OWN_LEAST = LEAST_TILES
if OWN in TRAINED_SETS:
    OWN_LEAST = least_images(LINES_SCALE["batch"], LINES["defaults"]["latent"])
try:
    MICROGRAPHS = user_files(CONFIG["micrographs"]["paths"], "micrographs.paths", MICROGRAPH_SUFFIXES)
    if workflow.is_main_process:  # once, not in every job
        check_micrographs(MICROGRAPHS, LINES_SCALE["side"], CONFIG["micrographs"], OWN_LEAST)
except LatentlabError as error:
    raise WorkflowError(str(error))
LINES_MEASURED = {data: f"{L}/baselines/{data}.h5" for data in TRAINED_SETS}
SETS = [*LINES["sets"], *([OWN] if MICROGRAPHS else [])]
EVALUATION_SIZES = {name: LINES_SCALE[name] for name in ("pairs", "overfitting", "prior", "retrieved")}


def set_spec(wildcards):
    if wildcards.set == OWN:
        return {name: value for name, value in CONFIG["micrographs"].items() if name != "paths"}
    return LINES["sets"][wildcards.set]


def lines_artifacts(entry):
    """Inputs from the sets that a table or figure shows: for a figure of sets the sets, else their baselines."""
    if entry.get("kind") == "sets":
        return {data: f"{L}/datasets/{data}.h5" for data in [*entry["sets"], *([OWN] if MICROGRAPHS else [])]}
    return {data: f"{L}/baselines/{data}.h5" for data in entry.get("sets", [])}


def lines_targets():
    """All files to keep, not only the last ones: a deleted file is made again, and all that depends on it."""
    return [
        *(f"{L}/datasets/{data}.h5" for data in SETS),
        *LINES_MEASURED.values(),
        *(f"{L}/runs/{run}/{name}.h5" for run in LINES_RUNS for name in ("vae", "evaluation")),
    ]


ARTIFACTS["lines"], MEASURED["lines"], TARGETS["lines"] = lines_artifacts, LINES_MEASURED, lines_targets
