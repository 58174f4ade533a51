# Files of the part atoms of the microscopy study, and a user's own images.
from latentlab.pipeline.user_files import user_files
from latentlab.studies.microscopy.atoms.metric_names import decomposed
from latentlab.studies.microscopy.atoms.own_runs import IMAGE_SUFFIXES, OWN as OWN_IMAGES

DECOMPOSED = decomposed(MICROSCOPY)  # set by subject
MICROSCOPY_MEASURED.update({subject: f"{M}/components/{subject}.h5" for subject in DECOMPOSED})
try:
    IMAGES = user_files(CONFIG["atoms"]["paths"], "atoms.paths", IMAGE_SUFFIXES)
    if IMAGES:
        MICROSCOPY_FILES[OWN_IMAGES] = IMAGES
        if workflow.is_main_process:  # once, not in every job
            from latentlab.studies.microscopy.atoms.own_images import check_images

            check_images(IMAGES, CONFIG["atoms"])
except LatentlabError as error:
    raise WorkflowError(str(error))
