# Paths of the landcover study, and the input files of each job.
from latentlab.studies.landcover.us3d.folder import check_bands_of_runs, us3d_files

LANDCOVER, LANDCOVER_SCALE = STUDIES["landcover"], SCALES["landcover"]
LANDCOVER_RUNS = RECORDS["landcover"]
LANDCOVER_RESULTS = f"{RESULTS}/landcover"
LANDCOVER_LOGS = f"{LANDCOVER_RESULTS}/logs"
TILE_SET = f"{LANDCOVER_RESULTS}/datasets/tiles.h5"
EMBEDDINGS = {name: f"{LANDCOVER_RESULTS}/embeddings/{name}.h5" for name in LANDCOVER["embeddings"]}
INVARIANTS = {name: f"{LANDCOVER_RESULTS}/invariants/{name}.h5" for name in LANDCOVER["invariants"]}
LANDCOVER_MEASURED = {"tiles": f"{LANDCOVER_RESULTS}/baselines/tiles.h5", **EMBEDDINGS, **INVARIANTS}
try:
    US3D_FILES = us3d_files(CONFIG["us3d"]["folder"])
    if "landcover" in CONFIG["studies"]:
        check_bands_of_runs(US3D_FILES, LANDCOVER_RUNS, config["scale"])
except LatentlabError as error:
    raise WorkflowError(str(error))


def untrained_records():
    """By architecture and latent size, a record of the first embedded run: its network, not trained, is an answer."""
    runs = [run for entry in LANDCOVER["embeddings"].values() for run in entry["runs"]]
    return [LANDCOVER_RUNS[run] for run in runs]


def landcover_artifacts(entry):
    """Inputs of a table or figure in addition to evaluations: the tiles, stages, and times of training."""
    named = {name: LANDCOVER_MEASURED[name] for name in entry.get("subjects", [])}
    if entry.get("tiles"):
        named["tile-set"] = TILE_SET
    if entry.get("timings"):
        named |= {f"timing:{run}": f"{LANDCOVER_RESULTS}/runs/{run}/timing.csv" for run in runs_named(entry)}
    return named


def landcover_targets():
    """All files to keep, not only the last ones: a deleted file is made again, and all that depends on it."""
    return [
        TILE_SET,
        *LANDCOVER_MEASURED.values(),
        *(
            f"{LANDCOVER_RESULTS}/runs/{run}/{name}.h5"
            for run in LANDCOVER_RUNS
            for name in ("vae", "evaluation")
        ),
    ]


ARTIFACTS["landcover"] = landcover_artifacts
MEASURED["landcover"] = LANDCOVER_MEASURED
TARGETS["landcover"] = landcover_targets
