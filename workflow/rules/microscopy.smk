# The microscopy study: draw sets -> train and evaluate models -> tables, figures, claims.
include: "microscopy_paths.smk"


rule microscopy_dataset:
    input:
        files=lambda wildcards: set_files(wildcards.set),
    output:
        f"{M}/datasets/{{set}}.h5",
    log:
        f"{MICROSCOPY_LOGS}/datasets/{{set}}.log",
    wildcard_constraints:
        set=names_pattern(MICROSCOPY_SETS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        function=lambda wildcards: part_function(set_kind(wildcards.set), "data.draw"),
        spec=lambda wildcards: MICROSCOPY["sets"][wildcards.set],
        sizes=lambda wildcards: set_sizes(wildcards.set),
        seed=MICROSCOPY["seed"],
        code=lambda wildcards: part_code("dataset", set_kind(wildcards.set), "data.draw"),
    message:
        "Drawing the set {wildcards.set}"
    script:
        "../scripts/microscopy/dataset.py"


rule microscopy_train:
    input:
        data=lambda wildcards: MICROSCOPY_SETS[MICROSCOPY_RUNS[wildcards.run]["data"]],
    output:
        vae=f"{M}/runs/{{run}}/vae.h5",
        evaluation=f"{M}/runs/{{run}}/evaluation.h5",
    log:
        f"{MICROSCOPY_LOGS}/train/{{run}}.log",
    benchmark:
        f"{M}/benchmarks/train/{{run}}.tsv"
    wildcard_constraints:
        run=names_pattern(MICROSCOPY_RUNS),  # those that this scale trains
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=MICROSCOPY_SCALE["training"]["mem_mb"],
        runtime=MICROSCOPY_SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: MICROSCOPY_RUNS[wildcards.run],
        function=lambda wildcards: part_function(
            set_kind(MICROSCOPY_RUNS[wildcards.run]["data"]), "evaluation.evaluate"
        ),
        code=lambda wildcards: part_code(
            "train", set_kind(MICROSCOPY_RUNS[wildcards.run]["data"]), "evaluation.evaluate"
        ),
    message:
        "Training {wildcards.run}"
    script:
        "../scripts/microscopy/train.py"
