# The user's frames, and the files that are made from them.
from latentlab.pipeline.user_files import by_stem, user_files
from latentlab.pipeline.user_images import check_frames

FRAMES = f"{RESULTS}/frames"
FRAME_MASK = [os.path.expanduser(path) for path in [CONFIG["frames"]["mask"]] if path]
FRAME_PATHS = {}
try:
    if CONFIG["frames"]["paths"]:
        from latentlab.frames import SUFFIXES  # here, as it is slow to import

        FRAME_PATHS = by_stem(user_files(CONFIG["frames"]["paths"], "frames.paths", SUFFIXES), "frames.paths")
        if workflow.is_main_process:  # once, not in every job
            check_frames(list(FRAME_PATHS.values()), CONFIG["frames"])
except LatentlabError as error:
    raise WorkflowError(str(error))


def frames_targets():
    kinds = ("llc", "lossy", "h5", "png", "svg")
    return [f"{FRAMES}/{frame}.{kind}" for frame in FRAME_PATHS for kind in kinds]
