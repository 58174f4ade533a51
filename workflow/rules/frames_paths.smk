# Which frames are given, and what is made of them.
import glob

from latentlab.frames.names import frame_names

FRAMES = f"{RESULTS}/frames"
try:
    FRAME_PATHS = frame_names(
        [path for pattern in CONFIG["frames"]["paths"] for path in sorted(glob.glob(pattern)) or [pattern]]
    )
except LatentlabError as error:
    raise WorkflowError(str(error))


def frames_targets():
    return [f"{FRAMES}/{frame}.{kind}" for frame in FRAME_PATHS for kind in ("llc", "h5", "png", "svg")]
