# The user's frames, and the files that are made from them.
import re

from latentlab.pipeline.user_files import by_stem, user_files
from latentlab.pipeline.user_images import check_frames

FRAMES = f"{RESULTS}/frames"
FILLED = "-filled"  # in the names of what is made of the whole view
FRAME_MASK = [os.path.expanduser(path) for path in [CONFIG["frames"]["mask"]] if path]
FRAME_PATHS = {}
try:
    if CONFIG["frames"]["paths"]:
        from latentlab.frames import SUFFIXES  # here, as it is slow to import

        FRAME_PATHS = by_stem(
            user_files(CONFIG["frames"]["paths"], "frames.paths", SUFFIXES), "frames.paths", FILLED
        )
        if workflow.is_main_process:  # once, not in every job
            check_frames(list(FRAME_PATHS.values()), CONFIG["frames"])
except LatentlabError as error:
    raise WorkflowError(str(error))


# What is made of each frame, besides logs: without loss, by the codec, with its gaps filled.
FRAME_KINDS = (".llc", ".lossy", *(made + kind for made in ("", FILLED) for kind in (".h5", ".png", ".svg")))
# x-filled.h5 is made of the frame x, not of one called x-filled
FRAME_NAMES = "|".join(re.escape(frame) for frame in FRAME_PATHS) or "[^/]+"


def frame_files(frame):
    return [f"{FRAMES}/{frame}{kind}" for kind in FRAME_KINDS]


def frames_targets():
    return [file for frame in FRAME_PATHS for file in frame_files(frame)]
