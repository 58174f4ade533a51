# Dual VAEs of particles and their spectra.
include: "microscopy_plasmonics_paths.smk"


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
        record=lambda wildcards: MICROSCOPY_DUALS[wildcards.name],
        code=code_of("microscopy/dual.py"),
    message:
        "Training the dual VAE {wildcards.name}"
    script:
        "../scripts/microscopy/dual.py"
