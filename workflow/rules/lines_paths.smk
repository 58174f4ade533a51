# Paths of the lines study, and which files each job takes.
import glob

from latentlab.microstructures.micrographs import micrograph_files
from latentlab.studies.lines.registry import OWN

LINES, LINES_SCALE, LINES_RUNS = STUDIES["lines"], SCALES["lines"], RECORDS["lines"]
L = f"{RESULTS}/lines"
LINES_LOGS = f"{L}/logs"
try:
    MICROGRAPHS = [
        str(path)
        for pattern in CONFIG["micrographs"]["paths"]
        for path in micrograph_files(sorted(glob.glob(pattern)) or [pattern])
    ]
except LatentlabError as error:
    raise WorkflowError(str(error))
# what is trained on is drawn large; what is only shown, small
TRAINED_SETS = LINES["trained_sets"]
LINES_MEASURED = {data: f"{L}/baselines/{data}.h5" for data in TRAINED_SETS}
SETS = [*LINES["sets"], *([OWN] if MICROGRAPHS else [])]
EVALUATION_SIZES = {name: LINES_SCALE[name] for name in ("pairs", "overfitting", "prior", "retrieved")}


def set_spec(wildcards):
    if wildcards.set == OWN:
        return {name: CONFIG["micrographs"][name] for name in ("threshold", "invert")}
    return LINES["sets"][wildcards.set]


def lines_artifacts(entry):
    """The sets that a table or figure shows: of a figure of sets the sets, of all others their baselines."""
    if entry.get("kind") == "sets":
        return {data: f"{L}/datasets/{data}.h5" for data in [*entry["sets"], *([OWN] if MICROGRAPHS else [])]}
    return {data: f"{L}/baselines/{data}.h5" for data in entry.get("sets", [])}


def lines_targets():
    """All that is kept, not the last files alone: what is deleted is made again, with what hangs on it."""
    return [
        *(f"{L}/datasets/{data}.h5" for data in SETS),
        *LINES_MEASURED.values(),
        *(f"{L}/runs/{run}/{name}.h5" for run in LINES_RUNS for name in ("vae", "evaluation")),
    ]
