# Files of the part plasmonics of the microscopy study, and the records of its dual VAEs.
MICROSCOPY_DUALS = MICROSCOPY["plasmonics"]["duals"]
MICROSCOPY_MEASURED.update({name: f"{M}/plasmonics/{name}.h5" for name in MICROSCOPY_DUALS})
MICROSCOPY_KEPT.extend(f"{M}/plasmonics/{name}-vae.h5" for name in MICROSCOPY_DUALS)


def dual_record(name):
    """A dual VAE's entry, with the scale's number of epochs."""
    entry = MICROSCOPY_DUALS[name]
    return {**entry, "epochs": max(1, round(entry["epochs"] * MICROSCOPY_SCALE["epochs"]))}
