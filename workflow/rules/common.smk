# Configuration: read, checked and resolved before any job starts.
import os
import shutil
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

WORKFLOW = Path(workflow.basedir) / "workflow"
sys.path.insert(0, str(WORKFLOW))
# scripts in subfolders find the library in every deployment
os.environ.update(PYTHONPATH=os.pathsep.join([str(WORKFLOW), *filter(None, [os.environ.get("PYTHONPATH")])]))

from latentlab.pipeline.configuration import load_study
from latentlab.errors import LatentlabError
from latentlab.studies.gisaxs.shown_patterns import shown_patterns

try:
    CONFIG, SCALE, GISAXS, RUNS = load_study(Path(workflow.basedir), dict(config), "gisaxs")
    _, LINES_SCALE, LINES, LINES_RUNS = load_study(Path(workflow.basedir), dict(config), "lines")
except LatentlabError as error:
    raise WorkflowError(str(error))

# With device auto, a machine without the driver's own tool has no GPU to count.
HAS_CUDA = CONFIG["device"] == "cuda" or (
    CONFIG["device"] == "auto" and shutil.which("nvidia-smi") is not None
)
GPUS_PER_TRAINING = int(HAS_CUDA)
RESULTS = f"results/{config['scale']}"
ENVIRONMENT = "../../envs/environment.yaml"


wildcard_constraints:
    purpose="data|figures",
    run="[a-z0-9-]+",
    table="[a-z0-9.-]+",
    figure="[a-z0-9.-]+",
    frame="[^/]+",
    set="[a-z0-9-]+",


def names_pattern(names):
    """Wildcard constraint: one of these names, dots taken as they are."""
    return "|".join(name.replace(".", "[.]") for name in names) or "none"


def library_files(*modules):
    """Modules of the library that decide a result, as inputs: a change of their content reruns the job."""
    return [
        os.path.relpath(path) for module in modules for path in sorted((WORKFLOW / "latentlab").glob(module))
    ]


def targets():
    """What the chosen studies make, and what is made of a user's own frames."""
    chosen = {"gisaxs": gisaxs_targets, "lines": lines_targets}
    wanted = [target for study in CONFIG["studies"] for target in chosen[study]()]
    return [*wanted, *frames_targets()]
