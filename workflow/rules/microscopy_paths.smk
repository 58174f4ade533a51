# Paths of the microscopy study, and the input files of each job.
from latentlab.studies.microscopy.parts import PARTS as MICROSCOPY_PARTS, part_function

MICROSCOPY, MICROSCOPY_SCALE = STUDIES["microscopy"], SCALES["microscopy"]
MICROSCOPY_RUNS = RECORDS["microscopy"]
M = f"{RESULTS}/microscopy"
MICROSCOPY_LOGS = f"{M}/logs"
MICROSCOPY_SETS = {name: f"{M}/datasets/{name}.h5" for name in MICROSCOPY["sets"]}
# Filled in by the parts' own rules:
MICROSCOPY_MEASURED = dict(MICROSCOPY_SETS)  # what claims may name in addition to runs: {subject: path}
MICROSCOPY_FILES = {}  # a user's own files by the set that is made from them
MICROSCOPY_KEPT = []  # further files to keep


def set_kind(name):
    return MICROSCOPY["sets"][name]["kind"]


def set_sizes(name):
    """The scale's sizes of the part that draws a set."""
    return MICROSCOPY_SCALE[MICROSCOPY_PARTS[set_kind(name)]]


def set_files(name):
    """A user's own files that a set is made from; none for a drawn set."""
    return MICROSCOPY_FILES.get(name) or MICROSCOPY["sets"][name].get("files", [])


def part_code(script, kind, function):
    """Digest of a script and of the part's function that it calls."""
    return code_of(
        f"microscopy/{script}.py", study_file(WORKFLOW, "microscopy", part_function(kind, function))
    )


def microscopy_artifacts(entry):
    """Inputs of a table or figure in addition to evaluations: the sets and subjects that it names."""
    named = [*entry.get("sets", []), *entry.get("subjects", [])]
    return {name: MICROSCOPY_MEASURED[name] for name in named}


def microscopy_targets():
    """All files to keep, not only the last ones: a deleted file is made again, and all that depends on it."""
    return [
        *MICROSCOPY_MEASURED.values(),
        *MICROSCOPY_KEPT,
        *(f"{M}/runs/{run}/{name}.h5" for run in MICROSCOPY_RUNS for name in ("vae", "evaluation")),
    ]


ARTIFACTS["microscopy"] = microscopy_artifacts
MEASURED["microscopy"] = MICROSCOPY_MEASURED
TARGETS["microscopy"] = microscopy_targets
