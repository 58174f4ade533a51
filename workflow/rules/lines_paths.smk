# Paths of the lines study, and which files and figures each job takes.
import glob

from latentlab.microstructures.micrographs import micrograph_files
from latentlab.studies.lines.registry import OWN

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
TRAINED_SETS = sorted({record["data"] for record in LINES_RUNS.values()})
SETS = [*LINES["sets"], *([OWN] if MICROGRAPHS else [])]
DRAWING = ["microstructures/*.py", "studies/lines/sets.py"]
STATISTICS = ["spatial_statistics/*.py", "studies/lines/line_statistics.py", "studies/lines/losses.py"]
VAE = ["models/resnet.py", "studies/lines/vae*.py", "studies/lines/sets.py"]
VAE_TRAINING = [
    *VAE,
    *STATISTICS,
    "studies/lines/training/*.py",
    "training/lightning_fit.py",
    "training/device.py",
]
VAE_TRAINING += ["training/*checkpoint.py"]
VAE_EVALUATION = [*VAE, *STATISTICS, "studies/lines/evaluation/*.py"]
# autocorrelations of the images shown are taken as they are drawn
DRAWN = [
    "pipeline/figure_style.py",
    "studies/lines/figures/*.py",
    "studies/lines/line_statistics.py",
    "spatial_statistics/*.py",
]
EVALUATION_SIZES = {name: LINES_SCALE[name] for name in ("pairs", "overfitting", "prior", "retrieved")}


def set_spec(wildcards):
    if wildcards.set == OWN:
        return {name: CONFIG["micrographs"][name] for name in ("threshold", "invert")}
    return LINES["sets"][wildcards.set]


def lines_evaluations(runs):
    return [f"{L}/runs/{run}/evaluation.h5" for run in runs]


def lines_runs_of(spec):
    """Runs that a table or figure shows, each once, in its order."""
    named = [*spec.get("rows", {}), *spec.get("runs", []), *([spec["run"]] if "run" in spec else [])]
    named += [run for runs in spec.get("groups", {}).values() for run in runs]
    return list(dict.fromkeys(named))


def lines_inputs(section, name):
    """Evaluations, baselines, sets and the document's file of a table or figure."""
    spec = LINES[section][name]
    # of a figure of sets the sets themselves, of all others their baselines
    sets, folder = spec.get("sets", []), "datasets" if spec.get("kind") == "sets" else "baselines"
    if folder == "datasets":
        sets = [*sets, *([OWN] if MICROGRAPHS else [])]
    return {
        "evaluations": lines_evaluations(lines_runs_of(spec)),
        "sets": [f"{L}/{folder}/{data}.h5" for data in sets],
        "document": [f"config/documents/lines/{spec['document']}"] if "document" in spec else [],
    }


def lines_targets():
    """All that is kept, not the last files alone: what is deleted is made again, with what hangs on it."""
    tables = [*LINES["tables"], "claims"]
    return [
        *(f"{L}/datasets/{data}.h5" for data in SETS),
        *(f"{L}/baselines/{data}.h5" for data in TRAINED_SETS),
        *(f"{L}/runs/{run}/{name}.h5" for run in LINES_RUNS for name in ("vae", "evaluation")),
        *(f"{L}/tables/{table}.{kind}" for table in tables for kind in ("csv", "md", "html")),
        *(f"{L}/figures/{figure}.{kind}" for figure in LINES["figures"] for kind in ("png", "svg")),
    ]
