# Files of the part digits of the microscopy study.
DIGITS_STAGES = MICROSCOPY["digits"]
DIGITS = {"ensemble-digits": f"{M}/digits/ensemble.h5", "labels-digits": f"{M}/digits/labels.h5"}
MICROSCOPY_MEASURED.update(DIGITS)
