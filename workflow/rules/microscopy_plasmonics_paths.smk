# Files of the part plasmonics of the microscopy study.
MICROSCOPY_DUALS = MICROSCOPY["plasmonics"]["duals"]
MICROSCOPY_MEASURED.update({name: f"{M}/plasmonics/{name}.h5" for name in MICROSCOPY_DUALS})
MICROSCOPY_KEPT.extend(f"{M}/plasmonics/{name}-vae.h5" for name in MICROSCOPY_DUALS)
