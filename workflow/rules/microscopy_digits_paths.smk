# Files of the part digits of the microscopy study, and the runs that its stages repeat.
DIGITS_STAGES = MICROSCOPY["digits"]
DIGITS = {"ensemble-digits": f"{M}/digits/ensemble.h5", "labels-digits": f"{M}/digits/labels.h5"}
MICROSCOPY_MEASURED.update(DIGITS)


def digits_record(stage):
    """The record of the run that a stage repeats."""
    return MICROSCOPY_RUNS[DIGITS_STAGES[stage]["run"]]
