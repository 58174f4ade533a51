# Dual VAEs of particles and their spectra.
MICROSCOPY_DUALS = MICROSCOPY["plasmonics"]["duals"]
MICROSCOPY_MEASURED.update({name: f"{M}/plasmonics/{name}.h5" for name in MICROSCOPY_DUALS})
MICROSCOPY_KEPT.extend(f"{M}/plasmonics/{name}-vae.h5" for name in MICROSCOPY_DUALS)


def dual_record(name):
    """A dual VAE's entry, with the scale's number of epochs."""
    entry = MICROSCOPY_DUALS[name]
    return {**entry, "epochs": max(1, round(entry["epochs"] * MICROSCOPY_SCALE["epochs"]))}


rule microscopy_dual:
    input:
        data=lambda wildcards: MICROSCOPY_SETS[MICROSCOPY_DUALS[wildcards.name]["data"]],
    output:
        vae=f"{M}/plasmonics/{{name}}-vae.h5",
        evaluation=f"{M}/plasmonics/{{name}}.h5",
    log:
        f"{MICROSCOPY_LOGS}/plasmonics/{{name}}.log",
    benchmark:
        f"{M}/benchmarks/plasmonics/{{name}}.tsv"
    wildcard_constraints:
        name=names_pattern(MICROSCOPY_DUALS),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=MICROSCOPY_SCALE["training"]["mem_mb"],
        runtime=MICROSCOPY_SCALE["training"]["minutes"],
    params:
        record=lambda wildcards: dual_record(wildcards.name),
        code=code_of("microscopy/dual.py"),
    message:
        "Training the dual VAE {wildcards.name}"
    script:
        "../scripts/microscopy/dual.py"
