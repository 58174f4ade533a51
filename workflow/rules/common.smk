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

from latentlab.errors import LatentlabError
from latentlab.pipeline.claims.inputs import claims_inputs
from latentlab.pipeline.code_files import CodeFiles
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.study_functions import study_file
from latentlab.studies.registries import JUDGING, OUTPUTS, QUANTITIES, REGISTRIES, load

try:
    LOADED = {study: load(Path(workflow.basedir), dict(config), study) for study in REGISTRIES}
except LatentlabError as error:
    raise WorkflowError(str(error))

CONFIG = LOADED["gisaxs"][0]
SCALES = {study: loaded[1] for study, loaded in LOADED.items()}  # sizes of the chosen scale
STUDIES = {study: loaded[2] for study, loaded in LOADED.items()}  # files of the studies, expanded
RECORDS = {study: loaded[3] for study, loaded in LOADED.items()}  # the runs that are trained, by id
# With device auto, a machine without nvidia-smi is taken to have no GPU.
HAS_CUDA = CONFIG["device"] == "cuda" or (
    CONFIG["device"] == "auto" and shutil.which("nvidia-smi") is not None
)
GPUS_PER_TRAINING = int(HAS_CUDA)
RESULTS = f"results/{config['scale']}"
ENVIRONMENT = "../../envs/environment.yaml"
CODE = CodeFiles(WORKFLOW)
# Each study's own part, filled in by rules/<study>_paths.smk:
ARTIFACTS = {}  # inputs of a table or figure in addition to evaluations: its entry -> {name: path}
MEASURED = {}  # what claims may name in addition to runs: {subject: path}
TARGETS = {}  # files to keep, in addition to tables and figures: () -> [path]


wildcard_constraints:
    purpose="data|figures",
    study="|".join(STUDIES),
    run="[a-z0-9-]+",
    table="[a-z0-9.-]+",
    figure="[a-z0-9.-]+",
    frame="[^/]+",
    set="[a-z0-9-]+",


def code_of(script, *files):
    """Digest of the library files that a script imports, of `files` and of their imports, see `CodeFiles`."""
    try:
        return CODE.digest(WORKFLOW / "scripts" / script, *files)
    except LatentlabError as error:
        raise WorkflowError(str(error))


def names_pattern(names):
    """Wildcard constraint: one of these names, dots taken literally."""
    return "|".join(name.replace(".", "[.]") for name in names) or "none"


def evaluations_of(study, runs):
    return [f"{RESULTS}/{study}/runs/{run}/evaluation.h5" for run in runs]


def baselines_of(study, runs):
    """The baselines that runs are judged against, by name."""
    subjects = dict.fromkeys(JUDGING[study].baseline_of(RECORDS[study][run]) for run in runs)
    return {subject: MEASURED[study][subject] for subject in subjects}


def targets():
    """Outputs of the chosen studies and of the user's own frames, and the report."""
    wanted = [target for study in CONFIG["studies"] for target in [*TARGETS[study](), *study_targets(study)]]
    return [*wanted, *frames_targets(), REPORT]
