# Files of the part atoms of the microscopy study.
from latentlab.studies.microscopy.atoms.metric_names import decomposed

DECOMPOSED = decomposed(MICROSCOPY)  # set by subject
MICROSCOPY_MEASURED.update({subject: f"{M}/components/{subject}.h5" for subject in DECOMPOSED})
