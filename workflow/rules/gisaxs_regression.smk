# Parameters of patterns from a network, with their uncertainty, beside the fit to the library.
rule gisaxs_continuous:
    input:
        gaps=f"{G}/datasets/gaps.h5",
    output:
        test=CONTINUOUS,
        factors=CONTINUOUS_FACTORS,
    log:
        f"{LOGS}/continuous.log",
    benchmark:
        f"{G}/benchmarks/continuous.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        experiment=GISAXS["experiment"],
        crop=SCALE["crop"],
        side=GISAXS["continuous"]["side"],
        sizes=SCALE["continuous"],
        seed=GISAXS["continuous"]["seed"],
        code=code_of("gisaxs/continuous.py"),
    message:
        "Simulating patterns with continuous parameters"
    script:
        "../scripts/gisaxs/continuous.py"


GISAXS_KEPT += [CONTINUOUS, CONTINUOUS_FACTORS]
