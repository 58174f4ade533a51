# Digits: an ensemble of joint VAEs, and semi-supervised VAEs with few labels. Each trains all its models in one job.
include: "microscopy_digits_paths.smk"


rule microscopy_digits_ensemble:
    input:
        data=MICROSCOPY_SETS[DIGITS_STAGES["ensemble"]["record"]["data"]],
    output:
        DIGITS["ensemble-digits"],
    log:
        f"{MICROSCOPY_LOGS}/digits/ensemble.log",
    benchmark:
        f"{M}/benchmarks/digits/ensemble.tsv"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=MICROSCOPY_SCALE["training"]["mem_mb"],
        runtime=MICROSCOPY_SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=DIGITS_STAGES["ensemble"]["record"],
        members=DIGITS_STAGES["ensemble"]["members"],
        epochs=DIGITS_STAGES["ensemble"]["epochs"],
        code=code_of("microscopy/digits_ensemble.py"),
    message:
        "Training an ensemble of joint VAEs"
    script:
        "../scripts/microscopy/digits_ensemble.py"


rule microscopy_digits_labels:
    input:
        data=MICROSCOPY_SETS[DIGITS_STAGES["labels"]["record"]["data"]],
    output:
        DIGITS["labels-digits"],
    log:
        f"{MICROSCOPY_LOGS}/digits/labels.log",
    benchmark:
        f"{M}/benchmarks/digits/labels.tsv"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=MICROSCOPY_SCALE["training"]["mem_mb"],
        runtime=MICROSCOPY_SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=DIGITS_STAGES["labels"]["record"],
        counts=DIGITS_STAGES["labels"]["counts"],
        seeds=DIGITS_STAGES["labels"]["seeds"],
        code=code_of("microscopy/digits_labels.py"),
    message:
        "Training semi-supervised VAEs with few labels"
    script:
        "../scripts/microscopy/digits_labels.py"
