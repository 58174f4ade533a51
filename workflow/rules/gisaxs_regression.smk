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


rule gisaxs_train_separation:
    input:
        factors=CONTINUOUS_FACTORS,
    output:
        SEPARATION,
    log:
        f"{LOGS}/train_separation.log",
    benchmark:
        f"{G}/benchmarks/train_separation.tsv"
    priority: 10  # long, so it starts as soon as it can
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        rule="gisaxs_train_separation",
        record={**GISAXS["separation"]["network"], "label_weight": 0.0, **SCALE["separation"]},
        code=code_of("gisaxs/train_separation.py"),
    message:
        "Training the latent that separates form and structure factor"
    script:
        "../scripts/gisaxs/train_separation.py"


rule gisaxs_separate:
    input:
        model=SEPARATION,
        small=DATASETS["small"],
    output:
        **SEPARATED,
    log:
        f"{LOGS}/separate.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        evaluation=GISAXS["separation"]["evaluation"],
        code=code_of("gisaxs/separate.py"),
    message:
        "Separating the small set's patterns into form and structure parts"
    script:
        "../scripts/gisaxs/separate.py"


rule gisaxs_train_regression:
    input:
        factors=CONTINUOUS_FACTORS,
        space=SPACE,
    output:
        REGRESSOR,
    log:
        f"{LOGS}/train_regression.log",
    benchmark:
        f"{G}/benchmarks/train_regression.tsv"
    priority: 10  # long, so it starts as soon as it can
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        experiment=GISAXS["experiment"],
        record={
            **GISAXS["separation"]["network"],
            "label_weight": GISAXS["regression"]["label_weight"],
            "budgets": GISAXS["regression"]["budgets"],
            "steps": SCALE["regression"]["steps"],
        },
        code=code_of("gisaxs/train_regression.py"),
    message:
        "Training the network that reads the parameters of patterns"
    script:
        "../scripts/gisaxs/train_regression.py"


rule gisaxs_evaluate_regression:
    input:
        regressor=REGRESSOR,
        separation=SEPARATION,
        factors=CONTINUOUS_FACTORS,
        space=SPACE,
    output:
        REGRESSION,
    log:
        f"{LOGS}/evaluate_regression.log",
    benchmark:
        f"{G}/benchmarks/evaluate_regression.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        experiment=GISAXS["experiment"],
        budgets=GISAXS["regression"]["budgets"],
        fitted=SCALE["regression"]["fitted"],
        seed=GISAXS["regression"]["seed"],
        code=code_of("gisaxs/evaluate_regression.py"),
    message:
        "Comparing the regression with the fit to the library"
    script:
        "../scripts/gisaxs/evaluate_regression.py"


GISAXS_KEPT += [CONTINUOUS, CONTINUOUS_FACTORS, SEPARATION, *SEPARATED.values(), REGRESSOR, REGRESSION]
GISAXS_MEASURED |= {
    "separated-latent": SEPARATED["clean"],
    "separated-latent-counted": SEPARATED["counted"],
    "regression": REGRESSION,
}
GISAXS_PARTS |= {"separation": lambda entry: {**SEPARATED, "small": DATASETS["small"]}}
GISAXS_PARTS |= dict.fromkeys(("regression", "regression-coverage"), lambda entry: {"regression": REGRESSION})
