# The part atoms of the microscopy study: components and clusters beside the models.
include: "microscopy_atoms_paths.smk"


rule microscopy_atoms_components:
    input:
        data=lambda wildcards: MICROSCOPY_SETS[DECOMPOSED[wildcards.subject]],
    output:
        f"{M}/components/{{subject}}.h5",
    log:
        f"{MICROSCOPY_LOGS}/components/{{subject}}.log",
    benchmark:
        f"{M}/benchmarks/components/{{subject}}.tsv"
    wildcard_constraints:
        subject=names_pattern(DECOMPOSED),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        seed=MICROSCOPY["seed"],
        code=code_of("microscopy/atoms_components.py"),
    message:
        "Decomposing patches of {wildcards.subject}"
    script:
        "../scripts/microscopy/atoms_components.py"
