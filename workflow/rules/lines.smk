# The lines study: draw sets -> train VAEs -> evaluate -> tables, figures, claims.
include: "lines_paths.smk"


rule lines_dataset:
    input:
        micrographs=lambda wildcards: MICROGRAPHS if wildcards.set == OWN else [],
    output:
        f"{L}/datasets/{{set}}.h5",
    log:
        f"{LINES_LOGS}/datasets/{{set}}.log",
    wildcard_constraints:
        set=names_pattern(SETS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        spec=set_spec,
        number=lambda wildcards: LINES_SCALE["images" if wildcards.set in TRAINED_SETS else "shown"],
        side=LINES_SCALE["side"],
        seed=LINES["seed"],
        least=lambda wildcards: OWN_LEAST if wildcards.set == OWN else 0,
        code=code_of("lines/dataset.py"),
    message:
        "Drawing the set {wildcards.set}"
    script:
        "../scripts/lines/dataset.py"


rule lines_baselines:
    input:
        data=f"{L}/datasets/{{set}}.h5",
    output:
        f"{L}/baselines/{{set}}.h5",
    log:
        f"{LINES_LOGS}/baselines/{{set}}.log",
    benchmark:
        f"{L}/benchmarks/baselines/{{set}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        sizes=EVALUATION_SIZES,
        latent=LINES["defaults"]["latent"],
        seed=LINES["seed"],
        code=code_of("lines/baselines.py"),
    message:
        "Measuring the baselines of {wildcards.set}"
    script:
        "../scripts/lines/baselines.py"


rule lines_train:
    input:
        data=lambda wildcards: f"{L}/datasets/{LINES_RUNS[wildcards.run]['data']}.h5",
        weights=lambda wildcards: [file for file in [LINES_RUNS[wildcards.run]["weights"]] if file],
    output:
        f"{L}/runs/{{run}}/vae.h5",
    log:
        f"{LINES_LOGS}/train/{{run}}.log",
    benchmark:
        f"{L}/benchmarks/train/{{run}}.tsv"
    wildcard_constraints:
        run=names_pattern(LINES_RUNS),  # those that this scale trains
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=LINES_SCALE["training"]["mem_mb"],
        runtime=LINES_SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: LINES_RUNS[wildcards.run],
        checkpoint=lambda wildcards: f"{L}/runs/{wildcards.run}/last.ckpt",
        code=code_of("lines/train.py"),
    message:
        "Training {wildcards.run}"
    script:
        "../scripts/lines/train.py"


rule lines_evaluate:
    input:
        vae=f"{L}/runs/{{run}}/vae.h5",
        data=lambda wildcards: f"{L}/datasets/{LINES_RUNS[wildcards.run]['data']}.h5",
    output:
        f"{L}/runs/{{run}}/evaluation.h5",
    log:
        f"{LINES_LOGS}/evaluate/{{run}}.log",
    benchmark:
        f"{L}/benchmarks/evaluate/{{run}}.tsv"
    wildcard_constraints:
        run=names_pattern(LINES_RUNS),  # those that this scale trains
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        sizes=EVALUATION_SIZES,
        code=code_of("lines/evaluate.py"),
    message:
        "Reconstructing validation images with {wildcards.run}"
    script:
        "../scripts/lines/evaluate.py"
